import process from 'node:process';
import { type Command, CommanderError } from 'commander';
import { CliError } from './cli-error.ts';
import { EXIT_CODES, type Outcome } from './exit-codes.ts';
import { createProgram } from './program.ts';
import type { Terminal } from './terminal.ts';

/**
 * Runs the command line.
 *
 * @param args without the program
 * @param environment where the API and the stores are, and who asks
 * @returns the exit code
 */
export async function main(
  args: readonly string[],
  environment: Terminal['environment'] = process.env,
): Promise<number> {
  const { stdin, stdout, stderr } = process;
  let outcome: Outcome = 'ok';
  const terminal: Terminal = {
    stdin,
    stdout,
    stderr,
    environment,
    endWith: (other) => {
      outcome = other;
    },
  };
  endWithReader(stdout);
  const program = createProgram(terminal);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return EXIT_CODES[outcome].code;
  } catch (error) {
    if (error instanceof CommanderError) return reportUsage(error, terminal, program, args);
    return report(error, terminal);
  }
}

/** Says in one line what is wrong with the command line. */
function reportUsage(
  error: CommanderError,
  { stderr }: Terminal,
  program: Command,
  args: readonly string[],
): number {
  if (error.exitCode === 0) return EXIT_CODES.ok.code;
  // Without a command there was help instead of an error.
  if (error.code !== 'commander.help') {
    const words = error.message.replace(/^error: /, '').replaceAll(/\s+/g, ' ');
    const sentence = `${words.charAt(0).toUpperCase()}${words.slice(1).replace(/\.$/, '')}.`;
    stderr.write(`cmdb: ${sentence} See ${calledBy(program, args)} --help.\n`);
  }
  return EXIT_CODES.usage.code;
}

/** The command that was called, as far as there is one: `cmdb runs show`. */
function calledBy(program: Command, args: readonly string[]): string {
  const names = [program.name()];
  let { commands } = program;
  for (const arg of args) {
    const found = commands.find((one) => one.name() === arg || one.aliases().includes(arg));
    if (!found) break;
    names.push(found.name());
    commands = found.commands;
  }
  return names.join(' ');
}

/** Says what was wrong in one line. What nobody foresaw keeps its stack, for whoever mends it. */
function report(error: unknown, { stderr, environment }: Terminal): number {
  if (!(error instanceof CliError)) {
    stderr.write(`cmdb: This should not have happened: ${stackOf(error)}\n`);
    return EXIT_CODES.failed.code;
  }
  stderr.write(`cmdb: ${error.toLine()}\n`);
  if (environment.CMDB_DEBUG && error.cause) stderr.write(`caused by: ${stackOf(error.cause)}\n`);
  return error.exitCode;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** `cmdb list | head` is over when head is. */
function endWithReader(stdout: NodeJS.WriteStream): void {
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT_CODES.ok.code);
    throw error;
  });
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
