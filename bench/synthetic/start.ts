import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { z } from 'zod';
import type { estateSchema, faultsSchema } from './options.ts';
import type { SyntheticStatistics } from './server.ts';

/** The synthetic estate in a process of its own. */
export interface Synthetic extends AsyncDisposable {
  readonly url: string;
  /** Takes the place of the faults set before; what is left out is none. */
  setFaults(faults: z.input<typeof faultsSchema>): Promise<void>;
  /** How many changes the estate went through. */
  setEpoch(epoch: number): Promise<void>;
  statistics(): Promise<SyntheticStatistics>;
  resetStatistics(): Promise<void>;
}

/** Starts it on a free port; it ends with this process, if not before. */
export async function startSynthetic(estate: z.input<typeof estateSchema>): Promise<Synthetic> {
  const main = new URL('./main.ts', import.meta.url).pathname;
  const child = spawn(
    process.execPath,
    [main, '--until-stdin-closes', '--estate', JSON.stringify(estate)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const ended = once(child, 'exit');
  const [line] = (await Promise.race([
    once(createInterface(child.stdout), 'line'),
    ended.then(([code]) => {
      throw new Error(`The synthetic estate ended with ${code}.`);
    }),
  ])) as [string];
  const { url } = JSON.parse(line) as { url: string };
  const control = async (method: string, what: string, body?: unknown): Promise<unknown> => {
    const options = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = await fetch(`${url}/_synthetic/${what}`, options);
    const answer = await response.json();
    if (!response.ok) throw new Error(`${method} ${what}: ${JSON.stringify(answer)}`);
    return answer;
  };
  return {
    url,
    setFaults: async (faults) => void (await control('PUT', 'faults', faults)),
    setEpoch: async (epoch) => void (await control('PUT', 'epoch', epoch)),
    statistics: async () => (await control('GET', 'statistics')) as SyntheticStatistics,
    resetStatistics: async () => void (await control('DELETE', 'statistics')),
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
