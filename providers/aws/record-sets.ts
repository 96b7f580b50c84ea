import {
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsResponse,
  type ResourceRecordSet,
  Route53Client,
  type RRType,
} from '@aws-sdk/client-route-53';
import { z } from 'zod';
import type { AwsClient } from './client.ts';
import { toAwsFault } from './errors.ts';
import { allHostedZones, zoneId } from './hosted-zones.ts';

/** The most sets that Route 53 answers at once; a name has at most 100 of a type. */
const SETS_A_CALL = 300;
/** Small zones share a page, so that a thousand of them are not a thousand pages. */
const SETS_A_PAGE = 300;

/** Where a listing of all zones goes on: before this name and type, or at a zone's beginning. */
const placeSchema = z.object({
  zone: z.string(),
  name: z.string().optional(),
  type: z.string().optional(),
});
type Place = z.infer<typeof placeSchema>;

/** A name with a type in a zone, and the sets that Route 53 chooses from when it is asked for. */
export interface RecordGroup {
  zone_id: string;
  sets: [ResourceRecordSet, ...ResourceRecordSet[]];
}

/**
 * Lists the records of all zones, those of one name and type together: the sets of a weighted or
 * failover record stand in for each other, and a page never ends between them.
 */
export async function recordGroupsPage(
  aws: AwsClient,
  pageToken: string | null,
  signal: AbortSignal,
): Promise<{ groups: RecordGroup[]; next_page_token: string | null }> {
  const ids = (await allHostedZones(aws, signal)).map(zoneId);
  const groups: RecordGroup[] = [];
  let place: Place | null =
    pageToken === null ? placeAt(ids[0]) : placeSchema.parse(JSON.parse(pageToken));
  let sets = 0;
  while (place !== null && sets < SETS_A_PAGE) {
    const { zone }: Place = place;
    // A zone that is gone since the token was made: the next one, from its beginning.
    const id = ids.find((candidate) => candidate >= zone);
    if (id === undefined) return { groups, next_page_token: null };
    const answer = await groupsOfZone(aws, id === zone ? place : { zone: id }, signal);
    groups.push(...answer.groups);
    sets += answer.groups.reduce((sum, group) => sum + group.sets.length, 0);
    place = answer.next ?? placeAt(ids[ids.indexOf(id) + 1]);
  }
  return { groups, next_page_token: place && JSON.stringify(place) };
}

function placeAt(zone: string | undefined): Place | null {
  return zone === undefined ? null : { zone };
}

async function groupsOfZone(
  aws: AwsClient,
  place: Place,
  signal: AbortSignal,
): Promise<{ groups: RecordGroup[]; next: Place | null }> {
  const command = new ListResourceRecordSetsCommand({
    HostedZoneId: place.zone,
    StartRecordName: place.name,
    StartRecordType: place.type as RRType | undefined,
    MaxItems: SETS_A_CALL,
  });
  const answer = await sendToZone(aws, command, signal);
  const groups = new Map<string, RecordGroup>();
  for (const set of answer.ResourceRecordSets ?? []) {
    const known = groups.get(`${set.Name} ${set.Type}`);
    if (known) known.sets.push(set);
    else groups.set(`${set.Name} ${set.Type}`, { zone_id: place.zone, sets: [set] });
  }
  const { IsTruncated, NextRecordName: name, NextRecordType: type } = answer;
  if (!IsTruncated || !name || !type) return { groups: [...groups.values()], next: null };
  // Listed again from its first set: without the token's set identifier it begins there.
  groups.delete(`${name} ${type}`);
  return { groups: [...groups.values()], next: { zone: place.zone, name, type } };
}

/** Lists a zone's sets; none where it was deleted since the zones were listed. */
async function sendToZone(
  aws: AwsClient,
  command: ListResourceRecordSetsCommand,
  signal: AbortSignal,
): Promise<Omit<ListResourceRecordSetsResponse, 'MaxItems'>> {
  try {
    return await aws.service(Route53Client).send(command, { abortSignal: signal });
  } catch (error) {
    if (toAwsFault(error, []).code !== 'NoSuchHostedZone') throw error;
    return { ResourceRecordSets: [], IsTruncated: false };
  }
}

/** A name as DNS has it: Route 53 writes `*` and other characters in octal, and a dot at the end. */
export function recordName(name: string): string {
  return name
    .replaceAll(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    .replace(/\.$/, '')
    .toLowerCase();
}
