/**
 * The way in for a fresh clone: runs on any Node from 16 up and needs no package.
 *
 *   node local/bootstrap.mjs start | test | bench NAME | cmdb | run FILE | exec TOOL   [arguments]
 *
 * Everything behind it is TypeScript that Node 24 runs as it is. Where the machine's Node is older,
 * the pinned one is installed once into the per-user cache and takes over; where it is not, the
 * program goes on in this very process.
 */
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const LOWEST_MAJOR = 24;
const PINNED_NODE = '24.21.0';
const FORWARDED_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

const launchFile = join(dirname(fileURLToPath(import.meta.url)), 'launch.ts');

/** The same rule as `directories.ts`, which this Node may be too old to read. */
function cacheDirectory() {
  const { CMDB_CACHE_DIR, XDG_CACHE_HOME } = process.env;
  if (CMDB_CACHE_DIR) return resolve(CMDB_CACHE_DIR);
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'cmdb-agent');
}

/** The name under which the registry holds Node's program for this platform. */
function nodePackage() {
  const family = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  return `${family}-${process.platform}-${process.arch}@${PINNED_NODE}`;
}

function npmCommand() {
  const cli = process.env.npm_execpath;
  return cli?.endsWith('npm-cli.js') ? [process.execPath, cli] : ['npm'];
}

function fail(reason) {
  process.stderr.write(
    `\nCMDB Agent needs Node ${LOWEST_MAJOR} or newer; this is ${process.version}.\n` +
      `Node ${PINNED_NODE} could not be installed by itself: ${reason}\n` +
      `Install Node ${LOWEST_MAJOR} and run the command again.\n`,
  );
  process.exit(1);
}

function answers(program) {
  const answer = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return answer.status === 0 && answer.stdout.trim() === `v${PINNED_NODE}`;
}

/**
 * The path of the pinned Node, installed first when the cache does not hold it.
 *
 * It is installed under a name of its own and then renamed, so that an interrupted download leaves
 * no half program, and of two that install at once the second one finds the first one's.
 */
function pinnedNode() {
  const cache = cacheDirectory();
  const target = join(cache, `node-${PINNED_NODE}`);
  const program = join('node_modules', '.bin', 'node');
  if (existsSync(join(target, program))) return join(target, program);

  process.stderr.write(
    `Installing Node ${PINNED_NODE} (this machine has ${process.version}), once, in ${target} ...\n`,
  );
  const draft = join(
    cache,
    `.node-${PINNED_NODE}-${process.pid}-${randomBytes(4).toString('hex')}`,
  );
  mkdirSync(draft, { recursive: true });
  try {
    const [npm, ...first] = npmCommand();
    const outcome = spawnSync(
      npm,
      [
        ...first,
        'install',
        '--prefix',
        draft,
        '--no-audit',
        '--no-fund',
        '--no-save',
        nodePackage(),
      ],
      { cwd: draft, encoding: 'utf8', timeout: 10 * 60_000 },
    );
    if (outcome.error) fail(outcome.error.message);
    if (outcome.status !== 0) fail(`npm said\n${outcome.stderr.trim()}\n`);
    if (!answers(join(draft, program))) fail('the program that came does not run on this machine.');
    try {
      renameSync(draft, target);
    } catch (error) {
      if (!existsSync(join(target, program))) throw error;
    }
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return join(target, program);
}

/** Goes on under another Node, and stays until that one has ended: it stops the stores. */
function continueUnder(node) {
  const path = `${dirname(node)}${delimiter}${process.env.PATH || ''}`;
  const child = spawn(node, [launchFile, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  });
  for (const signal of FORWARDED_SIGNALS) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(error.message));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.stderr.write(`\nCMDB Agent was ended by ${signal}.\n`);
    process.exit(1);
  });
}

if (Number(process.versions.node.split('.')[0]) >= LOWEST_MAJOR) {
  await import(pathToFileURL(launchFile).href);
} else {
  continueUnder(pinnedNode());
}
