import { hostNamesIn } from '../../model/host-names.ts';
import { functionArn } from './api-integrations.ts';
import { arnOf, parseArn } from './arn.ts';
import { hostKeys } from './dns-targets.ts';
import { privateDnsKey } from './keys.ts';
import { partitionOf } from './partition.ts';

/** What the variables of a function or a container name. Of their values nothing else is kept. */
export interface NamedResources {
  /** Host names and addresses, sorted. */
  hosts: string[];
  /** ARNs of resources as those announce them, sorted. */
  arns: string[];
}

/** An ARN and nothing around it, of the characters that resources' names may have. */
const ARN = /^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(?:\d{12})?:[\w+=,.@:/$*-]{1,512}$/;
const QUEUE_URL =
  /^https:\/\/sqs\.([a-z]{2}-[a-z-]+-\d)\.amazonaws\.com(?:\.cn)?\/(\d{12})\/([\w-]{1,80}(?:\.fifo)?)$/;
/** Hosts of an API, which say what kind is called and not which: `sqs.eu-west-1.amazonaws.com`. */
const API_HOST = /^[a-z0-9-]+(?:\.[a-z]{2}-[a-z-]+-\d)?\.amazonaws\.com(?:\.cn)?$/;
/** The machine itself, and the addresses at which it asks for its role and metadata. */
const OWN_HOST = /^(?:127\.|169\.254\.|0\.0\.0\.0$)/;

/** The hosts, ARNs and queue URLs in variables, by name. */
export function namedResources(
  variables: Readonly<Record<string, string | undefined>> | undefined,
): NamedResources {
  const hosts = new Set<string>();
  const arns = new Set<string>();
  for (const [name, value = ''] of Object.entries(variables ?? {})) {
    const parts = value.split(/[,;\s]+/);
    const named = parts.flatMap((part) => queueArn(part) ?? (ARN.test(part) ? part : []));
    for (const arn of named) arns.add(resourceArn(arn));
    // What names a resource has no host of its own: `https://sqs.…/orders` is the queue's.
    if (named.length > 0) continue;
    for (const host of hostNamesIn(name, value)) if (isResolvable(host)) hosts.add(host);
  }
  return { hosts: [...hosts].sort(), arns: [...arns].sort() };
}

/** What several containers' variables name, each once. */
export function unionOf(all: readonly NamedResources[]): NamedResources {
  return {
    hosts: [...new Set(all.flatMap(({ hosts }) => hosts))].sort(),
    arns: [...new Set(all.flatMap(({ arns }) => arns))].sort(),
  };
}

/**
 * The keys that what is named may announce.
 *
 * @param vpcIds where it is looked up from: a private zone there may have a public name too, so
 *   that a name has the keys of both
 */
export function namedKeys({ hosts, arns }: NamedResources, vpcIds: readonly string[]): string[] {
  const ofHosts = hosts.flatMap((host) => [
    ...hostKeys(host, vpcIds),
    ...(mayBePrivate(host) ? vpcIds.map((vpcId) => privateDnsKey(vpcId, host)) : []),
  ]);
  return [...new Set([...arns, ...ofHosts])].sort();
}

/**
 * The ARN by which a resource is known, of one that names a part of it: a version of a function,
 * an index or stream of a table, an object of a bucket.
 */
export function resourceArn(text: string): string {
  const arn = parseArn(text);
  switch (arn?.service) {
    case 'lambda':
      return functionArn(text) ?? text;
    case 'dynamodb':
      return arnOf({ ...arn, resource: arn.resource.replace(/^(table\/[^/]+)\/.*$/s, '$1') });
    case 's3':
      return arnOf({ ...arn, resource: arn.resource.replace(/\/.*$/s, '') });
    default:
      return text;
  }
}

function queueArn(text: string): string | null {
  const [, region, account, resource] = QUEUE_URL.exec(text) ?? [];
  if (!region || !account || !resource) return null;
  return arnOf({ partition: partitionOf(region).id, service: 'sqs', region, account, resource });
}

/** Names without a dot mean something only to whoever wrote them. */
function isResolvable(host: string): boolean {
  return host.includes('.') && !API_HOST.test(host) && !OWN_HOST.test(host);
}

/** Zones of one's own may have any name but AWS's. */
function mayBePrivate(host: string): boolean {
  return !/^[\d.]+$/.test(host) && !/\.amazonaws\.com(?:\.cn)?$/.test(host);
}
