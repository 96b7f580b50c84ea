import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { forgetRunning, noteRunning, runningEnvironment } from '../../local/running-environment.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

test('what runs in a clone is found while it runs, by its owner alone', () => {
  using directory = temporaryDirectory();
  expect(runningEnvironment(directory.path)).toEqual({});
  noteRunning(directory.path, { CMDB_URL: 'http://127.0.0.1:8201' });
  expect(runningEnvironment(directory.path)).toEqual({ CMDB_URL: 'http://127.0.0.1:8201' });
  expect(statSync(join(directory.path, 'running.json')).mode & 0o777).toBe(0o600);
  forgetRunning(directory.path);
  expect(runningEnvironment(directory.path)).toEqual({});
});
