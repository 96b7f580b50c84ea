import { EC2ServiceException } from '@aws-sdk/client-ec2';
import { TooManyRequestsException } from '@aws-sdk/client-lambda';
import { AccessDeniedException } from '@aws-sdk/client-organizations';
import { NoSuchBucket, S3ServiceException } from '@aws-sdk/client-s3';
import { describe, expect, test } from '@jest/globals';
import { AwsError, toAwsFault } from '../../../providers/aws/errors.ts';

const NEEDED = ['ec2:DescribeInstances', 'ec2:DescribeInstanceTypes'];

function ec2Error(name: string, httpStatusCode: number, message = name): EC2ServiceException {
  return new EC2ServiceException({
    name,
    message,
    $fault: 'client',
    $metadata: { httpStatusCode },
  });
}

describe('denied, with what to grant', () => {
  test('is read from the message where the service says it', () => {
    const message =
      'You are not authorized to perform this operation. User: arn:aws:iam::111111111111:user/x ' +
      'is not authorized to perform: ec2:DescribeInstances with an explicit deny in a service ' +
      'control policy';
    expect(toAwsFault(ec2Error('UnauthorizedOperation', 403, message), NEEDED)).toEqual({
      kind: 'denied',
      code: 'UnauthorizedOperation',
      message,
      missing_permission: 'ec2:DescribeInstances',
      retry_after_ms: null,
    });
  });

  test('is what the resource type needs where it does not', () => {
    const refused = [
      ec2Error('UnauthorizedOperation', 403),
      ec2Error('OptInRequired', 401),
      ec2Error('SomethingNew', 403),
      new AccessDeniedException({ message: 'No.', $metadata: { httpStatusCode: 400 } }),
      new S3ServiceException({ name: 'AccessDenied', $fault: 'client', $metadata: {} }),
    ];
    for (const error of refused) {
      expect(toAwsFault(error, NEEDED)).toMatchObject({
        kind: 'denied',
        missing_permission: 'ec2:DescribeInstances, ec2:DescribeInstanceTypes',
      });
    }
  });
});

test.each([
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'AuthFailure',
  'SignatureDoesNotMatch',
])('%s is permanent, and AWS’s words are not passed on', (code) => {
  const fault = toAwsFault(ec2Error(code, 403, 'x-amz-security-token:hunter2'), NEEDED);
  expect(fault).toMatchObject({ kind: 'permanent', code, missing_permission: null });
  expect(fault.message).toContain('region is not enabled');
  expect(fault.message).not.toContain('hunter2');
});

describe('throttled', () => {
  test.each(['RequestLimitExceeded', 'Throttling', 'SlowDown', 'ThrottlingException'])(
    '%s',
    (code) =>
      expect(toAwsFault(ec2Error(code, 503), NEEDED)).toMatchObject({
        kind: 'throttled',
        code,
        retry_after_ms: null,
      }),
  );

  test('for as long as the service says', () => {
    const error = new TooManyRequestsException({ message: 'Slow.', $metadata: {} });
    const answered = (value: string) =>
      Object.assign(error, { $response: { headers: { 'Retry-After': value } } });
    expect(toAwsFault(answered('7'), NEEDED).retry_after_ms).toBe(7000);
    const soon = new Date(Date.now() + 60_000).toUTCString();
    const wait = toAwsFault(answered(soon), NEEDED).retry_after_ms;
    expect(wait).toBeGreaterThan(50_000);
    expect(toAwsFault(answered('soon'), NEEDED).retry_after_ms).toBeNull();
  });
});

test.each([
  [ec2Error('InternalError', 500), 'InternalError'],
  [ec2Error('Odd', 502), 'Odd'],
  [Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
  [Object.assign(new Error('late'), { name: 'TimeoutError' }), 'TimeoutError'],
])('%s is transient', (error, code) => {
  expect(toAwsFault(error, NEEDED)).toMatchObject({ kind: 'transient', code });
});

test.each([
  [ec2Error('InvalidNextToken', 400), 'InvalidNextToken'],
  [ec2Error('InvalidParameterValue', 400, 'The marker is not valid.'), 'InvalidParameterValue'],
])('%s says that the page token has expired', (error, code) => {
  expect(toAwsFault(error, NEEDED)).toMatchObject({ kind: 'expired', code });
});

test.each([
  [new NoSuchBucket({ message: 'gone', $metadata: { httpStatusCode: 404 } }), 'NoSuchBucket'],
  [ec2Error('InvalidParameterValue', 400, 'The filter is not valid.'), 'InvalidParameterValue'],
  [new TypeError('x is undefined'), 'unexpected'],
  [new AwsError('no_way_to_account', 'No role.'), 'no_way_to_account'],
  ['a text', 'unexpected'],
])('%s is permanent', (error, code) => {
  expect(toAwsFault(error, NEEDED)).toMatchObject({ kind: 'permanent', code });
});

test('key ids and encoded messages are taken out', () => {
  const blob = 'Zm9v'.repeat(60);
  const message = `No: AKIAIOSFODNN7EXAMPLE. Encoded authorization failure message: ${blob}`;
  const fault = toAwsFault(ec2Error('UnauthorizedOperation', 403, message), NEEDED);
  expect(fault.message).toBe('No: …. Encoded authorization failure message: …');
});
