import { randomBytes } from 'node:crypto';

/** A secret as Standard Webhooks writes it: the key in base64 behind a prefix. */
export const SECRET_PREFIX = 'whsec_';

/** 256 bits; the specification asks for 24 to 64 bytes. */
const SECRET_BYTES = 32;

export function newWebhookSecret(): string {
  return SECRET_PREFIX + randomBytes(SECRET_BYTES).toString('base64');
}
