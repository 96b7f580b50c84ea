import { expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/workflow';
import type { RunError } from '../../model/scope.ts';
import { errorsOfRun, noteOf } from '../../workflows/failures.ts';

/** What Temporal refuses as a payload, and what a payload costs beside its text. */
const MAX_PAYLOAD_BYTES = 2_000_000;

test('the errors of an organization in which everything fails fit into a payload', () => {
  const message = `${'The store does not answer. '.repeat(1_000)}`;
  const note = noteOf(ApplicationFailure.create({ message, type: 'not_promoted' }));
  const accounts = Array.from({ length: 2_000 }, (_, n): RunError[] =>
    Array.from({ length: 50 }, () => ({ ...note, provider: 'aws', account: `account-${n}` })),
  );
  const errors = errorsOfRun(accounts);
  expect(JSON.stringify(errors).length).toBeLessThan(MAX_PAYLOAD_BYTES / 2);
  const named = new Set(errors.map(({ account }) => account));
  expect(named.size).toBeGreaterThan(900);
  expect(errors.at(-1)).toMatchObject({ code: 'more_errors', message: '99000 more errors.' });
});

test('few errors are all told, account by account', () => {
  const error = (account: string, code: string): RunError => {
    return { code, message: code, provider: 'aws', account };
  };
  const [a1, a2, b1] = [error('a', '1'), error('a', '2'), error('b', '1')];
  expect(errorsOfRun([[a1, a2], [], [b1]])).toEqual([a1, a2, b1]);
});
