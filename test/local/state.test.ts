import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { LocalState } from '../../local/state.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

test('the file with the passwords is readable by its owner alone', () => {
  using directory = temporaryDirectory();
  const state = LocalState.open(directory.path);
  state.makePassword('postgres');
  state.rememberPort('postgres', 5432);
  expect(statSync(join(directory.path, 'state.json')).mode & 0o777).toBe(0o600);
});

test('ports and passwords are the same after opening it again', () => {
  using directory = temporaryDirectory();
  const state = LocalState.open(directory.path);
  const password = state.makePassword('postgres');
  state.rememberPort('postgres', 15_432);

  const again = LocalState.open(directory.path);
  expect(again.password('postgres')).toBe(password);
  expect(again.port('postgres')).toBe(15_432);
  expect(again.password('neo4j')).toBeUndefined();
});

test.each(['', 'not json', '{"ports":{"api":"8200"},"passwords":{}}'])(
  'a damaged file is refused instead of being replaced: %j',
  (content) => {
    using directory = temporaryDirectory();
    writeFileSync(join(directory.path, 'state.json'), content);
    expect(() => LocalState.open(directory.path)).toThrow('state.json is damaged');
  },
);
