import { expect, test } from '@jest/globals';
import { outputOf } from '../../../providers/host/commands.ts';
import { installedPackages, PACKAGE_MANAGERS } from '../../../providers/host/packages.ts';
import { parseUnits } from '../../../providers/host/running-services.ts';

test.each([
  ['dpkg-query', 'installed adduser 3.134', 'adduser 3.134'],
  ['dpkg-query', 'config-files old 1.0', null],
  ['rpm', 'bash 5.2.15-3.el9', 'bash 5.2.15-3.el9'],
  ['rpm', 'gpg-pubkey 8483c65d-5ccc5b19', null],
  [
    'apk',
    'font-noto-emoji-2.042-r0 noarch {fonts} (OFL-1.1) [installed]',
    'font-noto-emoji 2.042-r0',
  ],
  ['apk', 'WARNING: opening from cache', null],
  ['pacman', 'zlib 1:1.3-1', 'zlib 1:1.3-1'],
  ['brew', 'openssl@3 3.2.0 3.2.1', 'openssl@3 3.2.0 3.2.1'],
  ['brew', '', null],
])('%s: %j is %j', (program, line, entry) => {
  const manager = PACKAGE_MANAGERS.find((candidate) => candidate.program === program);
  expect(manager?.parseLine(line)).toBe(entry);
});

test("lists this machine's packages, sorted, each once", async () => {
  const packages = await installedPackages();
  expect(packages).toEqual([...new Set(packages)].sort());
  for (const entry of packages) expect(entry).toMatch(/^\S+ \S/);
});

test('a program that is not installed gives null, one that fails is a fault', async () => {
  expect(await outputOf('no-such-program-anywhere', [])).toBeNull();
  await expect(outputOf(process.execPath, ['-e', 'process.exit(3)'])).rejects.toMatchObject({
    code: 'command_failed',
    kind: 'transient',
  });
});

test('running services are named without those of sessions', () => {
  const output = [
    'ssh.service          loaded active running OpenBSD Secure Shell server',
    'user@1000.service    loaded active running User Manager for UID 1000',
    'cron.service         loaded active running Regular background processing',
    '',
  ].join('\n');
  expect(parseUnits(output)).toEqual(['cron', 'ssh']);
});
