import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { Children, InterruptedError } from '../../local/children.ts';
import { ProcessRecord } from '../../local/processes.ts';
import { supervise } from '../../local/supervise.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

function program(directory: string, name: string, code: string) {
  return {
    name,
    program: process.execPath,
    args: ['--eval', code],
    environment: process.env,
    cwd: directory,
    logFile: join(directory, `${name}.log`),
  };
}

const WAITS = 'setInterval(() => {}, 1000)';

function recorded(directory: string): string[] {
  const text = readFileSync(join(directory, 'processes.json'), 'utf8');
  return (JSON.parse(text) as { name: string }[]).map(({ name }) => name);
}

test('a program that ends before the system is up fails the start with its last lines', async () => {
  using directory = temporaryDirectory();
  const children = new Children(new ProcessRecord(directory.path));
  const code = 'console.error("DATABASE_URL is wrong"); process.exit(1)';
  const { over } = await supervise(children, program(directory.path, 'API', code), () => {});
  await expect(over).rejects.toThrow(/API ended by itself \(code 1\)[\s\S]*DATABASE_URL is wrong/);
});

test('a program that ends once the system is up is started again', async () => {
  using directory = temporaryDirectory();
  const children = new Children(new ProcessRecord(directory.path));
  const said: string[] = [];
  const code = `console.log('started'); setTimeout(() => process.exit(3), 300)`;
  const child = await supervise(children, program(directory.path, 'Worker', code), (line) => {
    said.push(line);
  });
  child.restartFromNowOn();
  const log = join(directory.path, 'Worker.log');
  while (readFileSync(log, 'utf8') !== 'started\nstarted\n') await sleep(50);
  await children.stopAll('reverse');
  await child.over;
  expect(said[0]).toMatch(/Worker ended by itself \(code 3\)[\s\S]*started again in 1 s/);
});

test('stopping ends the last started first, empties the record and lets nothing start after', async () => {
  using directory = temporaryDirectory();
  const children = new Children(new ProcessRecord(directory.path));
  await children.start(program(directory.path, 'Store', WAITS));
  await children.start(program(directory.path, 'Worker', WAITS));
  expect(recorded(directory.path)).toEqual(['Store', 'Worker']);

  const stopped: string[] = [];
  await children.stopAll('reverse', (name) => stopped.push(name));
  expect(stopped).toEqual(['Worker', 'Store']);
  expect(recorded(directory.path)).toEqual([]);
  await expect(children.start(program(directory.path, 'Late', WAITS))).rejects.toThrow(
    InterruptedError,
  );
});

test('a store that is killed is started again as it was started first', async () => {
  using directory = temporaryDirectory();
  const children = new Children(new ProcessRecord(directory.path));
  const store = await supervise(children, program(directory.path, 'Store', WAITS), () => {});
  store.restartFromNowOn();
  const firstPid = store.first.pid;
  process.kill(firstPid, 'SIGKILL');
  while (recorded(directory.path).length > 0) await sleep(20);
  while (recorded(directory.path).length === 0) await sleep(20);
  expect(recorded(directory.path)).toEqual(['Store']);
  await children.stopAll('reverse');
  await store.over;
});
