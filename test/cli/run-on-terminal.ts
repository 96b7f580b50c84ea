import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

/** Gives a program a terminal of its own, 100 by 40, and hands on what is typed and shown. */
const PSEUDO_TERMINAL = `
import fcntl, os, pty, select, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 40, 100, 0, 0))
    os.execvp(sys.argv[1], sys.argv[1:])
while True:
    ready, _, _ = select.select([fd, 0], [], [])
    if 0 in ready:
        typed = os.read(0, 4096)
        if typed:
            os.write(fd, typed)
    if fd in ready:
        try:
            shown = os.read(fd, 4096)
        except OSError:
            shown = b''
        if not shown:
            break
        os.write(1, shown)
_, status = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(status))
`;

const PATIENCE_MS = 30_000;
const POLL_MS = 500;

/** A command line on a terminal. */
export interface TerminalRun extends AsyncDisposable {
  type(text: string): void;
  /** Everything that was written to the terminal so far, control sequences too. */
  shown(): string;
  /** Waits until something is shown. */
  until(pattern: RegExp): Promise<void>;
  readonly ended: Promise<number | null>;
}

export function runOnTerminal(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): TerminalRun {
  const { PATH, HOME } = process.env;
  const child = spawn('python3', ['-c', PSEUDO_TERMINAL, process.execPath, MAIN, ...args], {
    env: { PATH, HOME, TERM: 'xterm-256color', ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let shown = '';
  let wake = (): void => {};
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    wake();
  });
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', (code) => {
      resolve(code);
      wake();
    });
  });
  return {
    type: (text) => child.stdin.write(text),
    shown: () => shown,
    until: async (pattern) => {
      const deadline = Date.now() + PATIENCE_MS;
      while (!pattern.test(shown)) {
        const isOver = child.exitCode !== null || Date.now() > deadline;
        if (isOver) throw new Error(`${pattern} was not shown: ${JSON.stringify(shown)}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
          setTimeout(resolve, POLL_MS);
        });
      }
    },
    ended,
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      child.kill('SIGKILL');
      await ended;
    },
  };
}
