import { z } from 'zod';
import type { JsonObject } from '../../model/resource-type.ts';
import type { Scope } from '../../model/scope.ts';
import { regionalArn } from './arn.ts';
import { listOf, text } from './fields.ts';
import { idKey, nameKey } from './keys.ts';

/** A route; its target stands in one of many fields, by kind. */
const route = z.object({
  DestinationCidrBlock: text,
  DestinationIpv6CidrBlock: text,
  DestinationPrefixListId: text,
  CarrierGatewayId: text,
  CoreNetworkArn: text,
  EgressOnlyInternetGatewayId: text,
  GatewayId: text,
  InstanceId: text,
  LocalGatewayId: text,
  NatGatewayId: text,
  NetworkInterfaceId: text,
  OdbNetworkArn: text,
  TransitGatewayId: text,
  VpcPeeringConnectionId: text,
  State: text,
  Origin: text,
});
export type Route = z.infer<typeof route>;

export const routes = listOf(route);

/** EC2's name for the VPC itself, and for a route to nowhere. */
const NO_TARGETS: readonly string[] = ['local', 'blackhole'];

/**
 * What a route leads to: the id or ARN; null for the VPC itself.
 *
 * A route to an instance names its interface, too: the instance is what fails.
 */
export function targetOf(one: Route): string | null {
  const target =
    one.InstanceId ??
    one.NetworkInterfaceId ??
    one.NatGatewayId ??
    one.TransitGatewayId ??
    one.VpcPeeringConnectionId ??
    one.EgressOnlyInternetGatewayId ??
    one.CarrierGatewayId ??
    one.LocalGatewayId ??
    one.CoreNetworkArn ??
    one.OdbNetworkArn ??
    one.GatewayId;
  return target === null || NO_TARGETS.includes(target) ? null : target;
}

/** Where a route goes: a range of addresses or a prefix list. */
export function destinationOf(one: Route): string | null {
  return one.DestinationCidrBlock ?? one.DestinationIpv6CidrBlock ?? one.DestinationPrefixListId;
}

/** The routes for an attribute, by destination. */
export function shownRoutes(all: readonly Route[]): JsonObject[] {
  return all
    .map((one) => ({
      destination: destinationOf(one),
      target: targetOf(one) ?? one.GatewayId,
      state: one.State,
      origin: one.Origin,
    }))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** What a table leads over, once each, with the destinations behind it. */
export function routesByTarget(all: readonly Route[]): ReadonlyMap<string, readonly Route[]> {
  const targets = new Map<string, Route[]>();
  for (const one of all) {
    const target = targetOf(one);
    if (target !== null) targets.set(target, [...(targets.get(target) ?? []), one]);
  }
  return targets;
}

/** The key that the target of a route announces in the network of the table. */
export function targetKey(target: string, scope: Scope): string {
  if (target.startsWith('arn:')) return target;
  // A peering has two ends of one id; the table goes by the one on its own side.
  if (target.startsWith('pcx-'))
    return regionalArn(scope, 'ec2', `vpc-peering-connection/${target}`);
  return idKey(target);
}

/**
 * The key of the attachment by which a VPC reaches a transit gateway; routes name only the
 * gateway. There is never more than one: EC2 refuses a second.
 *
 * @param scope account and region of the VPC
 */
export function vpcAttachmentKey(transitGatewayId: string, vpcId: string, scope: Scope): string {
  return nameKey(scope, 'transit-gateway-attachment', `${transitGatewayId}/${vpcId}`);
}
