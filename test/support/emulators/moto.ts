import { type RunningServer, startPythonServer } from './python-server.ts';

/** The AWS emulator that tests discover, for its fidelity: written by others, over its own wire. */
const VERSION = '5.2.5';

export interface Moto extends RunningServer {
  /** Forgets everything that was made. */
  reset(): Promise<void>;
}

export async function startMoto(): Promise<Moto> {
  const server = await startPythonServer({
    name: `moto-${VERSION}`,
    requirement: `moto[server]==${VERSION}`,
    module: 'moto.server',
    program: `from moto.server import main\nmain(['-H', '127.0.0.1', '-p', sys.argv[1]])`,
    environment: () => ({
      MOTO_EC2_LOAD_DEFAULT_AMIS: 'true',
      // A certificate is issued a minute after it was asked for: a change that no test waits for.
      MOTO_ACM_VALIDATION_WAIT: '86400',
    }),
    readyPath: '/moto-api/',
  });
  return {
    ...server,
    reset: async () => {
      await fetch(`${server.url}/moto-api/reset`, { method: 'POST' });
    },
  };
}
