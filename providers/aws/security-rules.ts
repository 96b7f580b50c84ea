import { z } from 'zod';
import type { JsonObject } from '../../model/resource-type.ts';
import { listOf, text } from './fields.ts';

/** A rule of a security group: what may pass, and from or to where. */
const groupPermission = z.object({
  IpProtocol: text,
  FromPort: z.int().nullish(),
  ToPort: z.int().nullish(),
  IpRanges: listOf(z.object({ CidrIp: text })),
  Ipv6Ranges: listOf(z.object({ CidrIpv6: text })),
  PrefixListIds: listOf(z.object({ PrefixListId: text })),
  UserIdGroupPairs: listOf(z.object({ GroupId: text })),
});
type GroupPermission = z.infer<typeof groupPermission>;

export const groupPermissions = listOf(groupPermission);

/** EC2's word for all protocols, and for all types of ICMP. */
const ALL = '-1';

/** What a rule lets pass, e.g. `tcp/443`, `udp/1024-65535`, `all`. */
export function portsOf({ IpProtocol, FromPort, ToPort }: GroupPermission): string {
  if (IpProtocol === null || IpProtocol === ALL) return 'all';
  if (FromPort == null || FromPort === Number(ALL)) return IpProtocol;
  return ToPort == null || FromPort === ToPort
    ? `${IpProtocol}/${FromPort}`
    : `${IpProtocol}/${FromPort}-${ToPort}`;
}

/** The rules for an attribute, in an order of their own: EC2 lists them in no fixed one. */
export function shownRules(permissions: readonly GroupPermission[]): JsonObject[] {
  return permissions
    .map((rule) => ({
      ports: portsOf(rule),
      peers: [
        ...rule.IpRanges.flatMap(({ CidrIp }) => CidrIp ?? []),
        ...rule.Ipv6Ranges.flatMap(({ CidrIpv6 }) => CidrIpv6 ?? []),
        ...rule.PrefixListIds.flatMap(({ PrefixListId }) => PrefixListId ?? []),
        ...rule.UserIdGroupPairs.flatMap(({ GroupId }) => GroupId ?? []),
      ].sort(),
    }))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
