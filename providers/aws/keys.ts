import { dnsKey } from '../../model/keys.ts';
import type { Scope } from '../../model/scope.ts';
import { regionalArn } from './arn.ts';

export { dnsKey, publicIpKey } from '../../model/keys.ts';

/*
 * The keys by which AWS items are known, and the only place that spells them. A key must belong
 * to one item: with two owners it resolves to nobody.
 *
 *   arn:aws:rds:eu-west-1:111111111111:db:orders     an ARN is a key as it stands
 *   aws:i-0abc                                       ids with a random part, unique in all of AWS
 *   aws:111111111111                                 an account
 *   aws:111111111111/eu-west-1/auto-scaling-group/web   things that others know by name only
 *   ip:vpc-0abc/10.0.0.7                             a private address, within its VPC
 *   ip:public/203.0.113.9                            a public address
 *   dns:db1.abc.eu-west-1.rds.amazonaws.com          a host name that is unique in the world
 *   dns:vpc-0abc/db.shop.internal                    a name of a private zone, within a VPC
 *
 * An address is announced by one item alone: the instance that has it, else the network interface
 * (of a load balancer, a function), else the elastic IP that nothing uses. Private host names
 * (`ip-10-0-0-7.ec2.internal`) recur in every VPC and are no keys.
 */

/** The key of something whose id AWS draws at random: `i-0abc`, `vpc-0abc`. */
export function idKey(id: string): string {
  return `aws:${id}`;
}

export function accountKey(account: string): string {
  return `aws:${account}`;
}

/**
 * The key of something that others name without an ARN.
 *
 * @param kind what it is, in kebab-case: `auto-scaling-group`
 */
export function nameKey(scope: Scope, kind: string, name: string): string {
  return `aws:${scope.account}/${scope.region}/${kind}/${name}`;
}

export function privateIpKey(vpcId: string, address: string): string {
  return `ip:${vpcId}/${address}`;
}

/** A name that a private zone of Route 53 answers for in a VPC. */
export function privateDnsKey(vpcId: string, name: string): string {
  return dnsKey(`${vpcId}/${name}`);
}

/**
 * The key of a KMS key as other services name it: by ARN, by alias, or by the bare id.
 *
 * @param scope its region is that of whatever is encrypted, since a key never leaves its region
 */
export function kmsKeyKey(name: string, scope: Scope): string {
  if (name.startsWith('arn:')) return name;
  return regionalArn(scope, 'kms', name.startsWith('alias/') ? name : `key/${name}`);
}
