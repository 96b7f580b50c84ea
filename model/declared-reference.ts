import { z } from 'zod';
import { azureKey, dnsKey, itemKey, networkIpKey, publicIpKey } from './keys.ts';
import { SAME_PREFIX } from './sameness.ts';

/**
 * The name that a person gives a declared item: lower case, without dots, colons and slashes, so
 * that it cannot be taken for a host name or a key.
 */
export const declaredIdSchema = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9_-]{0,127}$/,
    'must be lower-case letters, digits, - and _, 128 characters at most',
  )
  .refine(
    (id) => !z.uuid().safeParse(id).success,
    'must not be a UUID, which is the id of an item',
  );

/** The key of a declared item. */
export function declaredKey(declaredId: string): string {
  return `declared:${declaredId}`;
}

/** What a person's words for an item mean: the key that it answers to, or why they mean nothing. */
export type ReadReference = { key: string } | { fault: string };

/**
 * Reads what a person wrote to point at an item:
 * - a UUID is a `ci_id`
 * - a word is the declared id of another declared item
 * - an address is that of whatever has it; a private one needs the network in which it means something
 * - a host name, which has a dot, is that of whatever answers to it
 * - anything else with a colon or a slash is a key as items announce it: an ARN, an Azure path, …
 */
export function readReference(text: string, network: string | null): ReadReference {
  if (z.uuid().safeParse(text).success) return { key: itemKey(text) };
  if (declaredIdSchema.safeParse(text).success) return { key: declaredKey(text) };
  const address = readAddress(text);
  if (address) return addressKey(address, network);
  if (/^\/subscriptions\//i.test(text)) return { key: azureKey(text) };
  if (/^[^:/]*\.[^:/]*:\d{1,5}$/.test(text)) return { fault: 'has a port: name the host alone' };
  if (text.startsWith(SAME_PREFIX)) return { fault: 'is no key that anything answers to' };
  if (/[:/]/.test(text)) return { key: text };
  if (HOST_NAME.test(text)) return { key: dnsKey(text) };
  return { fault: 'is no id, no key and no host name' };
}

const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)+\.?$/i;

function addressKey(address: Address, network: string | null): ReadReference {
  if (address.is_public) return { key: publicIpKey(address.text) };
  if (network !== null) return { key: networkIpKey(network, address.text) };
  return { fault: 'is a private address: say with `network` which network it is one of' };
}

interface Address {
  text: string;
  /** It means one place everywhere. */
  is_public: boolean;
}

/** Networks that the IANA registry of special-purpose addresses calls not globally reachable. */
const NOT_PUBLIC =
  /^(0|10|127)\.|^169\.254\.|^192\.168\.|^192\.0\.0\.|^172\.(1[6-9]|2\d|3[01])\.|^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|^198\.1[89]\.|^(22[4-9]|2[3-5]\d)\./;

/** @returns null where the text is no address; IPv6 is spelled as RFC 5952 says */
export function readAddress(text: string): Address | null {
  if (z.ipv4().safeParse(text).success) return { text, is_public: !NOT_PUBLIC.test(text) };
  if (!z.ipv6().safeParse(text).success) return null;
  const spelled = new URL(`http://[${text}]`).hostname.slice(1, -1);
  return { text: spelled, is_public: /^[23][0-9a-f]{3}:/.test(spelled) };
}
