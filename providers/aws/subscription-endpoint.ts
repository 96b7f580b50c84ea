import { functionArn } from './api-integrations.ts';
import { parseArn } from './arn.ts';
import { dnsKey } from './keys.ts';

/** Where a subscription sends to, as far as it is a thing and not a person. */
export interface SubscriptionTarget {
  /** An ARN, or a host name. */
  name: string;
  /** The key that the target announces. */
  key: string;
}

/** Protocols whose endpoint is the ARN of something that can be discovered. */
const ARN_PROTOCOLS: ReadonlySet<string> = new Set(['firehose', 'lambda', 'sqs']);

/**
 * The target of an SNS subscription. E-mail addresses and telephone numbers are personal data, a
 * mobile application's endpoint is somebody's device, and the path of a web address often is a
 * secret: nothing of the kind goes further than this.
 *
 * @returns null for a target that must not be stored
 */
export function subscriptionTarget(
  protocol: string | null,
  endpoint: string | null,
): SubscriptionTarget | null {
  if (!protocol || !endpoint) return null;
  if (ARN_PROTOCOLS.has(protocol)) {
    return parseArn(endpoint) && { name: endpoint, key: functionArn(endpoint) ?? endpoint };
  }
  if (protocol !== 'http' && protocol !== 'https') return null;
  if (!URL.canParse(endpoint)) return null;
  const { hostname } = new URL(endpoint);
  return hostname === '' ? null : { name: hostname, key: dnsKey(hostname) };
}
