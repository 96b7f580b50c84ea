import { z } from 'zod';
import type { JsonObject } from '../../model/resource-type.ts';
import { flag, listOf, text } from './fields.ts';

/** A rule of a network ACL. */
const aclEntry = z.object({
  RuleNumber: z.int().nullish(),
  RuleAction: text,
  Egress: flag,
  Protocol: text,
  PortRange: z.object({ From: z.int().nullish(), To: z.int().nullish() }).nullish(),
  IcmpTypeCode: z.object({ Type: z.int().nullish(), Code: z.int().nullish() }).nullish(),
  CidrBlock: text,
  Ipv6CidrBlock: text,
});
type AclEntry = z.infer<typeof aclEntry>;

export const aclEntries = listOf(aclEntry);

/** EC2 answers IANA's numbers of protocols, and -1 for all. */
const PROTOCOLS: Readonly<Record<string, string>> = {
  '-1': 'all',
  '1': 'icmp',
  '6': 'tcp',
  '17': 'udp',
  '58': 'icmpv6',
};

/** The rules of one direction for an attribute, in the order in which they are tried. */
export function shownEntries(
  entries: readonly AclEntry[],
  direction: 'ingress' | 'egress',
): JsonObject[] {
  return entries
    .filter(({ Egress }) => (Egress === true) === (direction === 'egress'))
    .map((entry) => ({
      rule_number: entry.RuleNumber ?? null,
      action: entry.RuleAction,
      ports: portsOf(entry),
      peer: entry.CidrBlock ?? entry.Ipv6CidrBlock,
    }))
    .sort(
      (a, b) =>
        (a.rule_number ?? 0) - (b.rule_number ?? 0) ||
        (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1),
    );
}

/** What a rule is about: `tcp/443`, `udp/1024-65535`, `icmp/8`, `all`. */
function portsOf({ Protocol, PortRange, IcmpTypeCode }: AclEntry): string {
  const protocol = PROTOCOLS[Protocol ?? '-1'] ?? `protocol ${Protocol}`;
  if (IcmpTypeCode?.Type != null && IcmpTypeCode.Type >= 0) {
    return `${protocol}/${IcmpTypeCode.Type}`;
  }
  if (PortRange?.From == null) return protocol;
  const { From, To } = PortRange;
  return To == null || To === From ? `${protocol}/${From}` : `${protocol}/${From}-${To}`;
}
