import { Writable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { createLog } from '../../db/log.ts';

function logged(write: (log: ReturnType<typeof createLog>) => void) {
  let text = '';
  const destination = new Writable({
    write: (chunk, _, done) => {
      text += chunk;
      done();
    },
  });
  write(createLog('test', 'info', { destination, context: () => ({ activity: 'collectSlice' }) }));
  return { text, entry: JSON.parse(text) };
}

test('an error is kept by its message, code, stack and cause, without what an SDK adds', () => {
  const error = Object.assign(
    new TypeError('cannot reach postgres://app:hunter2@db', {
      cause: new Error('refused: Bearer hunter2hunter2'),
    }),
    { code: 'ECONNREFUSED', config: { headers: { authorization: 'Bearer hunter2' } } },
  );
  const { text, entry } = logged((log) => log.error({ err: error }, 'it failed'));
  expect(text).not.toContain('hunter2');
  expect(entry.err).toEqual({
    type: 'TypeError',
    code: 'ECONNREFUSED',
    message: 'cannot reach postgres://[redacted]@db',
    stack: expect.stringContaining('log.test.ts'),
    cause: expect.objectContaining({ type: 'Error', message: 'refused: Bearer [redacted]' }),
  });
});

test('causes that go round in a circle end', () => {
  const error = new Error('first');
  error.cause = new Error('second', { cause: error });
  expect(() => logged((log) => log.error({ err: error }, 'round'))).not.toThrow();
});

test('every line says where it was written', () => {
  expect(logged((log) => log.info('here')).entry).toMatchObject({ activity: 'collectSlice' });
});
