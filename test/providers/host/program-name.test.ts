import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { systemdUnit } from '../../../providers/host/cgroup.ts';
import {
  entryPoint,
  interpreterName,
  processTitle,
  programFile,
} from '../../../providers/host/program-name.ts';

describe('processTitle', () => {
  test.each([
    ['a set title', 'cmdb-api', 'node', 'cmdb-api', 'cmdb-api'],
    [
      'a title that the kernel cut',
      'a-title-that-is',
      'node',
      'a-title-that-is-long',
      'a-title-that-is-long',
    ],
    ["Node 24's own thread name", 'MainThread', 'node', 'node', null],
    ["the executable's name", 'postgres', 'postgres', 'postgres:', null],
    [
      "the executable's name, cut",
      'temporal-server',
      'temporal-server-x',
      '/bin/temporal-server-x',
      null,
    ],
    ['an interpreter with its version', 'python3', 'python3.11', 'python3', null],
    ['a script run by its first line', 'gunicorn', 'python3.11', 'python3', 'gunicorn'],
    [
      'a link to another program',
      'redis-server',
      'redis-check-rdb',
      'redis-server',
      'redis-server',
    ],
    ['a title of several words', 'npm start', 'node', 'npm start', 'npm'],
  ])('%s', (_case, comm, executable, argv0, title) => {
    expect(processTitle(comm, executable, argv0)).toBe(title);
  });

  test('never holds anything behind the first blank, where secrets stand', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (word, rest) => {
        const title = processTitle(`${word} ${rest}`.slice(0, 15), 'node', `${word} ${rest}`);
        if (title !== null) expect(word.startsWith(title)).toBe(true);
      }),
    );
  });
});

test.each([
  ['python3.12', 'python'],
  ['node', 'node'],
  ['beam.smp', 'beam'],
  ['java.exe', 'java'],
  ['nodemon', null],
])('%s runs as interpreter %s', (file, name) => expect(interpreterName(file)).toBe(name));

test.each([
  ['/usr/bin/node (deleted)', 'node'],
  ['C:\\Program Files\\nodejs\\node.exe', 'node.exe'],
  ['postgres: app db 10.0.0.1(5000) password=x', null],
])('the file of %s is %s', (path, file) => expect(programFile(path)).toBe(file));

test.each([
  [
    'java',
    ['-Xmx1g', '-cp', '/a.jar:/b.jar', 'org.neo4j.server.Neo4jCommunity', '--x'],
    'org.neo4j.server.Neo4jCommunity',
  ],
  ['java', ['-Dpassword=x', '-jar', '/srv/app.jar', 'run'], '/srv/app.jar'],
  [
    'java',
    ['--module-path', '/lib', '-m', 'org.elasticsearch.server/org.elasticsearch.Main'],
    'org.elasticsearch.server/org.elasticsearch.Main',
  ],
  ['node', ['--inspect', '/srv/app.js', 'serve'], '/srv/app.js'],
  ['node', [], null],
])('%s %j runs %s', (interpreter, args, expected) => {
  expect(entryPoint(interpreter, args)).toBe(expected);
});

test.each([
  ['0::/system.slice/nginx.service\n', 'nginx.service'],
  [
    '0::/system.slice/system-postgresql.slice/postgresql@15-main.service\n',
    'postgresql@15-main.service',
  ],
  ['4:memory:/x\n1:name=systemd:/system.slice/cron.service\n0::/\n', 'cron.service'],
  ['0::/system.slice/docker.service\n', 'docker.service'],
  ['0::/user.slice/user-1000.slice/user@1000.service/app.slice/x.service\n', null],
  ['0::/user.slice/user-0.slice/session-3.scope\n', null],
  ['0::/system.slice/docker-0123.scope/system.slice/nginx.service\n', null],
  ['0::/\n', null],
])('the unit of %j is %s', (file, unit) => expect(systemdUnit(file)).toBe(unit));
