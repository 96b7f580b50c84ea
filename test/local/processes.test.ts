import { expect, test } from '@jest/globals';
import { identify, isRunning } from '../../local/process-identity.ts';
import { endProcess, ProcessRecord } from '../../local/processes.ts';
import { runNode } from '../support/node-program.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const OBEDIENT = `setInterval(() => {}, 1000); console.log('up');`;
const STUBBORN = `process.on('SIGTERM', () => {}); ${OBEDIENT}`;

function identityOf(pid: number) {
  const identity = identify(pid);
  if (identity === undefined) throw new Error(`no process ${pid}`);
  return identity;
}

test('a leftover whose pid and start time match is ended, and the record is empty after', async () => {
  using directory = temporaryDirectory();
  await using leftover = runNode(OBEDIENT);
  await leftover.firstLine;
  new ProcessRecord(directory.path).add({
    ...identityOf(leftover.pid),
    name: 'Worker',
    stopSignal: 'SIGTERM',
  });

  const record = new ProcessRecord(directory.path);
  expect(await record.endLeftovers()).toEqual(['Worker']);
  await leftover.ended;
  expect(leftover.process.signalCode).toBe('SIGTERM');
  expect(await new ProcessRecord(directory.path).endLeftovers()).toEqual([]);
});

test('a process that was given the pid of a recorded one is left alone', async () => {
  using directory = temporaryDirectory();
  await using stranger = runNode(OBEDIENT);
  await stranger.firstLine;
  const identity = identityOf(stranger.pid);
  new ProcessRecord(directory.path).add({
    pid: identity.pid,
    started: `${identity.started}0`,
    name: 'Worker',
    stopSignal: 'SIGTERM',
  });

  expect(await new ProcessRecord(directory.path).endLeftovers()).toEqual([]);
  expect(isRunning(identity)).toBe(true);
});

test('leftovers are ended in the reverse of the order they were started in', async () => {
  using directory = temporaryDirectory();
  await using store = runNode(OBEDIENT);
  await using worker = runNode(OBEDIENT);
  await Promise.all([store.firstLine, worker.firstLine]);
  const record = new ProcessRecord(directory.path);
  record.add({ ...identityOf(store.pid), name: 'Store', stopSignal: 'SIGTERM' });
  record.add({ ...identityOf(worker.pid), name: 'Worker', stopSignal: 'SIGTERM' });

  expect(await record.endLeftovers()).toEqual(['Worker', 'Store']);
});

test('a process that does not end when asked to is killed after its time', async () => {
  await using stubborn = runNode(STUBBORN);
  await stubborn.firstLine;
  const recorded = {
    ...identityOf(stubborn.pid),
    name: 'Worker',
    stopSignal: 'SIGTERM' as const,
  };

  expect(await endProcess(recorded, 300)).toBe(true);
  await stubborn.ended;
  expect(stubborn.process.signalCode).toBe('SIGKILL');
});

test('a process that has ended but was not collected does not count as running', async () => {
  // The shell replaces itself after starting a child, and its replacement never collects children.
  await using parent = runNode(`
    const { spawn } = await import('node:child_process');
    const shell = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 30'], { stdio: ['ignore', 'pipe', 'inherit'] });
    shell.stdout.once('data', (text) => console.log(String(text).trim()));
    process.on('SIGTERM', () => { shell.kill(); process.exit(); });
  `);
  const pid = Number(await parent.firstLine);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const identity = identify(pid);
  parent.process.kill('SIGTERM');
  await parent.ended;
  expect(identity).toBeUndefined();
});
