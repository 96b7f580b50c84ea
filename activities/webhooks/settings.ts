import { createSealer, type Sealer } from '../../db/sealer.ts';
import { webhookRetryMs } from '../../model/webhook.ts';
import type { AllowedNetworks } from './address-guard.ts';

/** How webhooks are delivered. */
export interface WebhookSettings {
  sealer: Sealer;
  networks: AllowedNetworks;
  /** How long a receiver may take to answer; Standard Webhooks suggests 15 to 30 s. */
  timeout_ms: number;
  /** `webhookRetryMs`, but for tests. */
  retryMs: (attempt: number) => number;
}

export const TIMEOUT_MS = 20_000;

/** Without a key and without networks of its own. */
export function defaultWebhookSettings(): WebhookSettings {
  return {
    sealer: createSealer(null),
    networks: [],
    timeout_ms: TIMEOUT_MS,
    retryMs: webhookRetryMs,
  };
}
