import { createHmac } from 'node:crypto';
import { SECRET_PREFIX } from '../../db/webhook-secret.ts';

/**
 * The headers of a request by the Standard Webhooks specification 1.0: what is signed is the id, the
 * time and the body as it is sent, by HMAC-SHA256.
 *
 * @param secrets each signs: while a secret is replaced, receivers know the one or the other
 */
export function signatureHeaders(
  id: string,
  sentAt: Date,
  body: string,
  secrets: readonly string[],
): Record<string, string> {
  const timestamp = String(Math.floor(sentAt.getTime() / 1000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
    const digest = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
    return `v1,${digest}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}
