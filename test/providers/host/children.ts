import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** A program that says `ready <port>` when it is. Its arguments end up in `process.argv`. */
export const LISTENER = `
  if (process.env.TITLE) process.title = process.env.TITLE;
  const server = require('node:net').createServer((socket) => socket.on('error', () => {}));
  server.listen(Number(process.env.PORT), '127.0.0.1', () => {
    if (!process.env.EXTRA) return console.log('ready');
    require('node:net').createServer().listen(0, '127.0.0.1', () => console.log('ready'));
  });`;

export const CLIENT = `
  process.title = process.env.TITLE;
  let open = 0;
  for (let i = 0; i < 3; i++) {
    require('node:net').connect(Number(process.env.PORT), '127.0.0.1', () => {
      if (++open === 3) console.log('ready');
    });
  }
  setInterval(() => {}, 1000);`;

const running = new Set<ChildProcess>();

/** Starts a Node process and waits until it says that it is ready. */
export async function startChild(
  script: string,
  env: Record<string, string>,
  args: string[] = [],
): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', script, '--', ...args], {
    env: { ...env, PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  await once(child.stdout, 'data');
  return child;
}

export async function stopChild(child: ChildProcess): Promise<void> {
  running.delete(child);
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

export async function stopChildren(): Promise<void> {
  await Promise.all([...running].map(stopChild));
}

/** A port below those that the system hands out, as a person would choose one. */
export async function chosenPort(): Promise<number> {
  for (let port = 20_000 + (process.pid % 5000); ; port++) {
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
