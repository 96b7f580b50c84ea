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
      message: expect.stringContaining(`${message}. A policy of the organization forbids it`),
      missing_permission: 'ec2:DescribeInstances',
      retry_after_ms: null,
    });
  });

  test('is what the resource type needs where it does not', () => {
    const refused = [
      ec2Error('UnauthorizedOperation', 403),
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

describe('denied, with the policy behind it', () => {
  const refused = (reason: string) =>
    ec2Error(
      'AccessDeniedException',
      400,
      `User: arn:aws:sts::111111111111:assumed-role/cmdb/x is not authorized to perform: ${reason}`,
    );

  test.each([
    ['with an explicit deny in a service control policy', 'sources.aws.regions'],
    [
      'because no service control policy allows the ec2:DescribeInstances action',
      'A policy of the organization',
    ],
    ['with an explicit deny in a resource control policy', 'A policy of the organization'],
    ['with an explicit deny in a permissions boundary', 'boundary of the role forbids'],
    [
      'because no permissions boundary allows the ec2:DescribeInstances action',
      'boundary of the role forbids',
    ],
    ['because no session policy allows the ec2:DescribeInstances action', 'the session was made'],
    ['with an explicit deny in a VPC endpoint policy', 'VPC endpoint'],
    [
      'because no identity-based policy allows the ec2:DescribeInstances action',
      'add the permission',
    ],
    ['with an explicit deny in an identity-based policy', 'take out what denies it'],
  ])('%s', (reason, advice) => {
    const fault = toAwsFault(refused(`ec2:DescribeInstances ${reason}`), NEEDED);
    expect(fault).toMatchObject({
      kind: 'denied',
      missing_permission: 'ec2:DescribeInstances',
    });
    expect(fault.message).toContain(`${reason}. `);
    expect(fault.message).toContain(advice);
  });

  test('is not cut off by what AWS says at length', () => {
    const resource = `on resource: ${'arn:aws:ec2:eu-west-1:111111111111:instance/* '.repeat(20)}`;
    const reason = `ec2:DescribeInstances with an explicit deny in a service control policy ${resource}`;
    expect(toAwsFault(refused(reason), NEEDED).message).toMatch(/does not help\.$/);
  });
});

test.each([
  ['ExpiredToken', 'Sign in again'],
  ['ExpiredTokenException', 'Sign in again'],
  ['RequestExpired', 'Sign in again'],
  ['InvalidClientTokenId', 'leave it out of sources.aws.regions'],
  ['UnrecognizedClientException', 'leave it out of sources.aws.regions'],
  ['AuthFailure', 'leave it out of sources.aws.regions'],
  ['SignatureDoesNotMatch', 'clock'],
  ['RequestTimeTooSkewed', 'clock'],
])('%s is permanent, says what to do, and passes no words of AWS on', (code, advice) => {
  const fault = toAwsFault(ec2Error(code, 403, 'x-amz-security-token:hunter2'), NEEDED);
  expect(fault).toMatchObject({ kind: 'permanent', code, missing_permission: null });
  expect(fault.message).toContain(advice);
  expect(fault.message).toContain(code);
  expect(fault.message).not.toContain('hunter2');
});

test.each([
  ['OptInRequired', 401],
  ['SubscriptionRequiredException', 400],
  ['RegionDisabledException', 403],
])('%s is denied, and no permission is missing', (code, status) => {
  const fault = toAwsFault(ec2Error(code, status), NEEDED);
  expect(fault).toMatchObject({ kind: 'denied', code, missing_permission: null });
  expect(fault.message).toContain('not enabled for the account');
});

describe('credentials that cannot be had', () => {
  const chainError = (message: string, name = 'CredentialsProviderError') =>
    Object.assign(new Error(message), { name });

  test.each([
    [
      'CredentialsProviderError',
      'The SSO session associated with this profile has expired. To refresh this SSO session run ' +
        'aws sso login with the corresponding profile.',
    ],
    ['TokenProviderError', 'SSO Token is expired. To refresh this SSO session run aws sso login.'],
  ])('for want of a sign-on are permanent: %s', (name, message) => {
    const fault = toAwsFault(chainError(message, name), NEEDED);
    expect(fault).toMatchObject({ kind: 'permanent', code: name });
    expect(fault.message).toContain('Sign in again');
  });

  test('for want of an answer are tried again', () => {
    const error = chainError('Error response received from instance metadata service');
    expect(toAwsFault(error, NEEDED).kind).toBe('transient');
  });
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
  [ec2Error('InvalidNextToken', 400), 'InvalidNextToken'],
  [ec2Error('NoSuchHostedZone', 404), 'NoSuchHostedZone'],
  [ec2Error('InvalidParameterValue', 400, 'The marker is not valid.'), 'InvalidParameterValue'],
])('%s is transient', (error, code) => {
  expect(toAwsFault(error, NEEDED)).toMatchObject({ kind: 'transient', code });
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
