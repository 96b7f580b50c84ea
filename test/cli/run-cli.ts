import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

/** How a command ended, and what it printed. */
export interface CliResult {
  code: number | null;
  out: string;
  err: string;
}

/**
 * Runs the command line as a process of its own, as a pipe sees it.
 *
 * @param environment what it is given beside PATH; nothing else of ours
 * @param input what it reads from standard input, if anything
 */
export async function runCli(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  input?: Buffer,
): Promise<CliResult> {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH, HOME, XDG_CONFIG_HOME: '/nonexistent', ...environment },
    stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  });
  child.stdin?.end(input);
  let out = '';
  let err = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, out, err };
}
