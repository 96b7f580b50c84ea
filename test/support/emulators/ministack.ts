import { type RunningServer, startPythonServer } from './python-server.ts';

/** The AWS emulator for tests of size: its lists cost the same however long they are. */
const VERSION = '1.5.33';

export async function startMinistack(): Promise<RunningServer> {
  return startPythonServer({
    name: `ministack-${VERSION}`,
    requirement: `ministack==${VERSION}`,
    module: 'ministack.app',
    program: `sys.argv = ['ministack']\nfrom ministack.app import main\nmain()`,
    // It listens on every address unless it is told which.
    environment: (port) => ({ BIND_HOST: '127.0.0.1', GATEWAY_PORT: String(port) }),
    readyPath: '/_ministack/health',
  });
}
