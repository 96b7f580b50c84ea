import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { cloneDirectory } from '../../local/directories.ts';
import { startNode } from '../support/node-program.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const BOOTSTRAP = join(cloneDirectory, 'local', 'bootstrap.mjs');

test.each([[[]], [['destroy']]])(
  'without a verb it knows, %j, it says how it is used',
  async (args) => {
    await using program = startNode([BOOTSTRAP, ...args]);
    const { code, output } = await program.ended;
    expect(code).toBe(2);
    expect(output).toContain('usage: node local/bootstrap.mjs start');
  },
);

test('run hands arguments on and ends with the exit code of the file', async () => {
  using directory = temporaryDirectory();
  const file = join(directory.path, 'file.ts');
  writeFileSync(file, 'console.log(process.argv.slice(2)); process.exit(7 as number);');
  await using program = startNode([BOOTSTRAP, 'run', file, 'one', '--two']);
  expect(await program.ended).toEqual({ code: 7, output: "[ 'one', '--two' ]\n" });
});

test('a Ctrl-C is handed on, and the bootstrap stays until the program has ended', async () => {
  using directory = temporaryDirectory();
  const file = join(directory.path, 'file.ts');
  writeFileSync(
    file,
    `process.on('SIGINT', () => setTimeout(() => { console.log('cleaned up'); process.exit(5); }, 300));
     setInterval(() => {}, 1000); console.log('up');`,
  );
  await using program = startNode([BOOTSTRAP, 'run', file]);
  expect(await program.firstLine).toBe('up');
  program.process.kill('SIGINT');
  expect(await program.ended).toEqual({ code: 5, output: 'up\ncleaned up\n' });
});

test('exec runs a tool of the installed packages', async () => {
  await using program = startNode([BOOTSTRAP, 'exec', 'tsc', '--version']);
  expect(await program.ended).toEqual({ code: 0, output: expect.stringMatching(/^Version \d/) });
});

test('exec of a tool that no package has is refused by name', async () => {
  await using program = startNode([BOOTSTRAP, 'exec', 'no-such-tool']);
  const { code, output } = await program.ended;
  expect(code).toBe(1);
  expect(output).toBe('\nNo installed package has a tool named no-such-tool.\n');
});
