import { expect, test } from '@jest/globals';
import { signatureHeaders } from '../../../activities/webhooks/sign.ts';

/** The example of the specification's own libraries. */
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const SENT_AT = new Date(1614265330_999);
const BODY = '{"test": 2432232314}';
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const SIGNATURE = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

test('the published example has its published signature', () => {
  expect(signatureHeaders(ID, SENT_AT, BODY, [SECRET])).toEqual({
    'webhook-id': ID,
    'webhook-timestamp': '1614265330',
    'webhook-signature': SIGNATURE,
  });
});

test('while a secret is replaced both sign', () => {
  const headers = signatureHeaders(ID, SENT_AT, BODY, [`whsec_${btoa('new'.repeat(8))}`, SECRET]);
  const [first, second, ...more] = headers['webhook-signature']?.split(' ') ?? [];
  expect([second, more]).toEqual([SIGNATURE, []]);
  expect(first).toMatch(/^v1,[\w+/]{43}=$/);
  expect(first).not.toBe(SIGNATURE);
});
