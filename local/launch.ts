/**
 * What `bootstrap.mjs` hands over to once Node 24 runs: installs the dependencies when they are
 * missing or stale, then does what the verb says. Nothing imported above that point may need a package.
 */
import process from 'node:process';
import { ensureDependencies } from './dependencies.ts';
import { cloneDirectory, stateDirectory } from './directories.ts';
import { explain } from './explain.ts';
import { runInForeground, toolCommand } from './foreground.ts';
import { runningEnvironment } from './running-environment.ts';

const USAGE = `usage: node local/bootstrap.mjs start
       node local/bootstrap.mjs test [jest arguments]
       node local/bootstrap.mjs bench NAME [--quick]
       node local/bootstrap.mjs cmdb [arguments of the command line]
       node local/bootstrap.mjs run FILE [arguments]
       node local/bootstrap.mjs exec TOOL [arguments]
`;

async function launch(verb: string | undefined, args: readonly string[]): Promise<number> {
  if (verb === undefined || !['start', 'test', 'bench', 'cmdb', 'run', 'exec'].includes(verb)) {
    process.stderr.write(USAGE);
    return 2;
  }
  await ensureDependencies(cloneDirectory);
  switch (verb) {
    case 'start':
      return (await import('./start.ts')).start();
    case 'test':
      return (await import('./test.ts')).test(args);
    case 'bench':
      return (await import('./bench.ts')).bench(args);
    case 'cmdb':
      return (await import('../cli/main.ts')).main(args, {
        ...runningEnvironment(stateDirectory(process.env)),
        ...process.env,
      });
    case 'run':
      return runInForeground(process.execPath, args);
    default: {
      const [tool, ...rest] = args;
      if (tool === undefined) {
        process.stderr.write(USAGE);
        return 2;
      }
      return runInForeground(process.execPath, [...(await toolCommand(tool)), ...rest]);
    }
  }
}

try {
  process.exitCode = await launch(process.argv[2], process.argv.slice(3));
} catch (error) {
  process.stderr.write(`\n${explain(error)}\n`);
  process.exitCode = 1;
}
