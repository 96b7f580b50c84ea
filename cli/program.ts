import addCompletion from '@bomb.sh/tab/commander';
import { Command } from 'commander';
import { DEFAULT_URL } from './client/settings.ts';
import { COMMANDS } from './commands/index.ts';
import { completeIds } from './complete-ids.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { RELEASE } from './release.ts';
import type { Terminal } from './terminal.ts';

const AFTER_HELP = `
Environment:
  CMDB_URL         where the API is; ${DEFAULT_URL} by default
  CMDB_TOKEN       the token, where the API asks for one; or else a file with mode 600:
  CMDB_TOKEN_FILE  ~/.config/cmdb/token by default
  NO_COLOR         no colours

Exit codes:
${Object.values(EXIT_CODES)
  .map(({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`)
  .join('\n')}`;

/** Puts the commands together. Nothing runs and nothing heavy is loaded before one is called. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('cmdb')
    .description('What there is, what depends on it, what breaks if it fails, what changed.')
    .version(RELEASE, '-V, --version', 'the release of this command')
    .helpOption('-h, --help', 'this help')
    .helpCommand('help [command]', 'the help of a command')
    .addHelpText('after', AFTER_HELP)
    .showHelpAfterError(false)
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      // What is wrong with a command line is told by whoever catches it, as one line.
      outputError: () => {},
    });
  for (const create of COMMANDS) {
    const command = create(terminal);
    command.copyInheritedSettings(program);
    for (const sub of command.commands) sub.copyInheritedSettings(program);
    program.addCommand(command);
  }
  // Last: it reads what there is to complete.
  const completion = addCompletion(program, { completionCommandName: 'completion' });
  completeIds(program, completion, terminal);
  return program;
}
