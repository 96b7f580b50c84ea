import { request } from 'node:http';
import { z } from 'zod';
import { errnoOf, HostError } from './errors.ts';

/** Where a Docker engine of this machine listens, unless it was moved. */
export const DOCKER_SOCKET = '/var/run/docker.sock';

/**
 * Lists every container of the machine's own Docker engine, stopped ones included, through its API.
 *
 * systeminformation is not asked: it gives an empty list for an engine that refuses access, which
 * would read as proof that all containers are gone. The list, other than the details of a
 * container, has no environment values in it.
 *
 * @returns empty where there is no socket: no engine, no containers
 * @throws {HostError} `docker_denied`; `docker_not_answering` while the engine is stopped, for its
 *   containers are still there; `docker_failed` for any other answer than a list
 */
export async function listContainers(
  socketPath: string,
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  try {
    const { status, body } = await get(socketPath, '/containers/json?all=true', signal);
    if (status !== 200) throw failed(`Docker answered ${status}`);
    return parseList(body);
  } catch (error) {
    switch (errnoOf(error)) {
      case 'ENOENT':
        return [];
      case 'EACCES':
      case 'EPERM':
        throw new HostError(
          {
            kind: 'denied',
            code: 'docker_denied',
            message: `This user may not open ${socketPath}.`,
            missing_permission: `read and write ${socketPath} (membership in its group, docker)`,
          },
          { cause: error },
        );
      case 'ECONNREFUSED':
      case 'ECONNRESET':
        throw new HostError(
          {
            kind: 'transient',
            code: 'docker_not_answering',
            message: `${socketPath} is there, and no Docker engine answers on it.`,
          },
          { cause: error },
        );
      default:
        throw error;
    }
  }
}

function parseList(body: string): readonly unknown[] {
  try {
    return z.array(z.unknown()).parse(JSON.parse(body));
  } catch (error) {
    throw failed('Docker answered something other than a list', error);
  }
}

function failed(message: string, cause?: unknown): HostError {
  return new HostError({ kind: 'transient', code: 'docker_failed', message }, { cause });
}

function get(
  socketPath: string,
  path: string,
  signal: AbortSignal,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, path, signal, timeout: 30_000 }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, body });
      });
    });
    call.on('timeout', () =>
      call.destroy(failed(`Docker did not answer on ${socketPath} in 30 s`)),
    );
    call.on('error', reject);
    call.end();
  });
}
