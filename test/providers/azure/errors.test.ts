import { describe, expect, test } from '@jest/globals';
import { AzureError, AzureResponseError, toAzureFault } from '../../../providers/azure/errors.ts';
import { retryAfterMs } from '../../../providers/azure/retry-after.ts';

const NEEDED = ['Microsoft.Compute/virtualMachines/read', 'Microsoft.Compute/skus/read'];

/** An answer in the Resource Manager's form of an error. */
function answer(status: number, code: string, message = code, retryAfter: number | null = null) {
  const body = JSON.stringify({ error: { code, message } });
  return AzureResponseError.read(status, body, retryAfter);
}

describe('denied, with what to grant', () => {
  test('is read from the message where the service says it', () => {
    // The wording of the Resource Manager's "Troubleshoot AuthorizationFailed".
    const message =
      "The client 'a@example.org' with object id '1' does not have authorization to perform action " +
      "'Microsoft.Compute/virtualMachines/read' over scope '/subscriptions/2' or the scope is " +
      'invalid. If access was recently granted, please refresh your credentials.';
    expect(toAzureFault(answer(403, 'AuthorizationFailed', message), NEEDED)).toEqual({
      kind: 'denied',
      code: 'AuthorizationFailed',
      message,
      missing_permission: 'Microsoft.Compute/virtualMachines/read',
      retry_after_ms: null,
    });
  });

  test('is what the resource type needs where it does not', () => {
    for (const error of [answer(403, 'Forbidden'), answer(403, 'SomethingNew')]) {
      expect(toAzureFault(error, NEEDED)).toMatchObject({
        kind: 'denied',
        missing_permission: NEEDED.join(', '),
      });
    }
  });

  test.each([
    [409, 'MissingSubscriptionRegistration'],
    [404, 'SubscriptionNotRegistered'],
    [409, 'SubscriptionNotRegistered'],
  ])('%i %s is told as it is: no permission to read would help', (status, code) => {
    const message = "The subscription is not registered to use namespace 'Microsoft.Sql'.";
    expect(toAzureFault(answer(status, code, message), NEEDED)).toMatchObject({
      kind: 'denied',
      code,
      message,
      missing_permission: null,
    });
  });
});

test.each([
  [401, 'ExpiredAuthenticationToken'],
  [401, 'InvalidAuthenticationTokenTenant'],
  [403, 'InvalidAuthenticationToken'],
])('%i %s is permanent: the credentials are not accepted', (status, code) => {
  const fault = toAzureFault(answer(status, code), NEEDED);
  expect(fault).toMatchObject({ kind: 'permanent', code, missing_permission: null });
  expect(fault.message).toContain('did not accept the credentials');
});

test.each([
  [429, 'TooManyRequests'],
  [429, 'OperationNotAllowed'],
  [409, 'SubscriptionRequestsThrottled'],
])('%i %s is throttled, for as long as the service says', (status, code) => {
  expect(toAzureFault(answer(status, code, code, 17_000), NEEDED)).toMatchObject({
    kind: 'throttled',
    code,
    retry_after_ms: 17_000,
  });
});

test.each([
  [answer(500, 'InternalServerError'), 'InternalServerError'],
  [answer(503, 'ServerTimeout'), 'ServerTimeout'],
  [AzureResponseError.read(502, '<html>Bad gateway</html>', null), 'http_502'],
  [Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
  [Object.assign(new Error('no such host'), { code: 'ENOTFOUND' }), 'ENOTFOUND'],
  [Object.assign(new Error('late'), { name: 'AbortError' }), 'AbortError'],
  [
    Object.assign(new Error('unreachable'), { name: 'CredentialUnavailableError' }),
    'CredentialUnavailableError',
  ],
  [
    Object.assign(new Error('none'), { name: 'AggregateAuthenticationError' }),
    'CredentialUnavailableError',
  ],
])('%s is transient', (error, code) => {
  expect(toAzureFault(error, NEEDED)).toMatchObject({ kind: 'transient', code });
});

test.each([
  [answer(404, 'SubscriptionNotFound'), 'SubscriptionNotFound'],
  [answer(400, 'NoRegisteredProviderFound'), 'NoRegisteredProviderFound'],
  [new TypeError('x is undefined'), 'unexpected'],
  [new AzureError('odd', 'Odd.'), 'odd'],
  ['a text', 'unexpected'],
  [
    Object.assign(new Error('AADSTS7000215: Invalid client secret provided.'), {
      name: 'AuthenticationError',
      statusCode: 401,
      errorResponse: { error: 'invalid_client' },
    }),
    'invalid_client',
  ],
])('%s is permanent', (error, code) => {
  expect(toAzureFault(error, NEEDED)).toMatchObject({ kind: 'permanent', code });
});

test('errors that App Service writes in capitals, and bare, are read, too', () => {
  const body = JSON.stringify({ Code: 'TooManyRequests', Message: 'Slow down.' });
  expect(AzureResponseError.read(429, body, null)).toMatchObject({
    code: 'TooManyRequests',
    message: 'Slow down.',
  });
});

test('tokens and signatures are taken out', () => {
  const token = `eyJ0eXAi${'Zm9v'.repeat(60)}`;
  const fault = toAzureFault(answer(400, 'Odd', `No: ${token}. Go on.`), NEEDED);
  expect(fault.message).toBe('No: …. Go on.'.replace('….', '…'));
});

test('the time to wait is read in seconds, milliseconds and as a date', () => {
  const saying = (name: string, value: string) => (asked: string) =>
    asked === name ? value : null;
  expect(retryAfterMs(saying('retry-after', '7'))).toBe(7_000);
  expect(retryAfterMs(saying('x-ms-retry-after-ms', '250'))).toBe(250);
  const soon = retryAfterMs(saying('retry-after', new Date(Date.now() + 60_000).toUTCString()));
  expect(soon).toBeGreaterThan(50_000);
  expect(retryAfterMs(saying('retry-after', 'soon'))).toBeNull();
  expect(retryAfterMs(() => null)).toBeNull();
});

test('a page token that is not accepted any more lets the listing begin again', () => {
  const error = answer(400, 'BadRequest', "The provided '$skiptoken' is invalid.");
  expect(toAzureFault(error, [])).toMatchObject({ kind: 'expired', code: 'BadRequest' });
});
