import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { runCli } from './run-cli.ts';

/** What the shell is offered after these words; the last one is being typed. */
async function offered(...words: string[]): Promise<string[]> {
  const { code, out } = await runCli(['complete', '--', ...words]);
  expect(code).toBe(0);
  return out
    .trimEnd()
    .split('\n')
    .filter((line) => !line.startsWith(':'))
    .map((line) => line.split('\t')[0] ?? '');
}

test('commands, subcommands, options and their values are completed', async () => {
  expect(await offered('')).toEqual(expect.arrayContaining(['list', 'get', 'discover', 'runs']));
  expect(await offered('st')).toEqual(['stats']);
  expect(await offered('runs', 'ca')).toEqual(['cancel']);
  expect(await offered('graph', '')).toEqual(['verify', 'rebuild', 'help']);
  expect(await offered('list', '--env')).toEqual(['--environment']);
  expect(await offered('list', '--environment', 'pro')).toEqual(['production']);
  expect(await offered('schedules', 'tr')).toEqual(['trigger']);
  expect(await offered('tokens', 'create', 'x', '--role', '')).toEqual([
    'reader',
    'operator',
    'admin',
  ]);
  expect(await offered('policy', '')).toEqual(['aws', 'gcp', 'azure', 'kubernetes']);
});

test('the scripts of bash, zsh and fish call this command, and bash accepts its own', async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, out } = await runCli(['completion', shell]);
    expect(code).toBe(0);
    expect(out).toContain('cmdb complete --');
    if (shell !== 'bash') continue;
    const checked = spawnSync('bash', ['-n'], { input: out, encoding: 'utf8' });
    expect(checked).toMatchObject({ status: 0, stderr: '' });
  }
});

test('a shell that is not known is a usage error', async () => {
  const { code, err } = await runCli(['completion', 'csh']);
  expect(code).toBe(2);
  expect(err).toMatch(/^cmdb: .*Allowed choices are zsh, bash, fish.*\n$/);
});
