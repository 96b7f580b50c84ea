import {
  GetHostedZoneCommand,
  type HostedZone,
  ListHostedZonesCommand,
  ListTagsForResourcesCommand,
  Route53Client,
  type Tag,
  type TagResourceType,
} from '@aws-sdk/client-route-53';
import { arnOf } from './arn.ts';
import type { AwsClient } from './client.ts';
import { type Detail, readDetail } from './read-detail.ts';

/** The most zones on one page. */
const ZONES_A_PAGE = 100;
/** The most resources whose tags one call tells. */
const TAGGED_A_CALL = 10;

export async function hostedZonesPage(
  aws: AwsClient,
  pageToken: string | null,
  signal: AbortSignal,
): Promise<{ zones: HostedZone[]; next_page_token: string | null }> {
  const command = new ListHostedZonesCommand({
    MaxItems: ZONES_A_PAGE,
    Marker: pageToken ?? undefined,
  });
  const page = await aws.service(Route53Client).send(command, { abortSignal: signal });
  return { zones: page.HostedZones ?? [], next_page_token: page.NextMarker ?? null };
}

/** Every zone of the account in the order of their ids, read once a slice. */
export function allHostedZones(aws: AwsClient, signal: AbortSignal): Promise<HostedZone[]> {
  return aws.memo('hosted-zones', async () => {
    const all: HostedZone[] = [];
    let token: string | null = null;
    do {
      const page = await hostedZonesPage(aws, token, signal);
      all.push(...page.zones);
      token = page.next_page_token;
    } while (token !== null);
    return all.sort((a, b) => (zoneId(a) < zoneId(b) ? -1 : 1));
  });
}

/** What only the call for one zone tells: its name servers, the VPCs of a private zone. */
export function zoneDetails(aws: AwsClient, id: string, signal: AbortSignal) {
  return aws.memo(`hosted-zone ${id}`, () =>
    readDetail(
      'route53:GetHostedZone',
      () =>
        aws.service(Route53Client).send(new GetHostedZoneCommand({ Id: id }), {
          abortSignal: signal,
        }),
      ['NoSuchHostedZone'],
    ),
  );
}

/** A zone's id without `/hostedzone/`, which the listing puts before it. */
export function zoneId({ Id = '' }: HostedZone): string {
  return Id.slice(Id.lastIndexOf('/') + 1);
}

/**
 * The ARN of something of Route 53, which has neither region nor account in it.
 *
 * @param resource `hostedzone/Z0A1B`, `healthcheck/0a1b`
 */
export function route53Arn(partition: string, resource: string): string {
  return arnOf({ partition, service: 'route53', region: '', account: '', resource });
}

/** The tags of zones or health checks by id. */
export async function route53Tags(
  aws: AwsClient,
  kind: TagResourceType,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Detail<ReadonlyMap<string, Tag[]>>> {
  return readDetail('route53:ListTagsForResources', async () => {
    const tags = new Map<string, Tag[]>();
    for (let start = 0; start < ids.length; start += TAGGED_A_CALL) {
      const command = new ListTagsForResourcesCommand({
        ResourceType: kind,
        ResourceIds: ids.slice(start, start + TAGGED_A_CALL),
      });
      const answer = await aws.service(Route53Client).send(command, { abortSignal: signal });
      for (const { ResourceId, Tags } of answer.ResourceTagSets ?? []) {
        if (ResourceId) tags.set(ResourceId, Tags ?? []);
      }
    }
    return tags;
  });
}
