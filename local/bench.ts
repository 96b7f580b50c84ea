import { join } from 'node:path';
import { cloneDirectory } from './directories.ts';
import { Progress } from './progress.ts';
import { withTemporaryStores } from './temporary-stores.ts';

/**
 * `npm run bench -- NAME`: runs a benchmark on temporary stores, set up as those of `npm start`.
 *
 * @returns the benchmark's exit code
 */
export async function bench(args: readonly string[]): Promise<number> {
  const progress = new Progress(process.stderr, process.env);
  return withTemporaryStores({ profile: 'long-lived', progress, lanes: 1 }, (stores) =>
    stores.runNode([join(cloneDirectory, 'bench', 'main.ts'), ...args], {
      name: 'benchmark',
      keepsOutput: true,
    }),
  );
}
