import {
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsRequest,
  type ListResourceRecordSetsResponse,
  type ResourceRecordSet,
  Route53Client,
  type RRType,
} from '@aws-sdk/client-route-53';
import { z } from 'zod';
import type { AwsClient } from './client.ts';
import { toAwsFault } from './errors.ts';
import { allHostedZones, zoneId } from './hosted-zones.ts';

/** The most sets that Route 53 answers at once. */
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
  const input = { HostedZoneId: place.zone, MaxItems: SETS_A_CALL };
  const from = { StartRecordName: place.name, StartRecordType: place.type as RRType | undefined };
  let answer = await zoneSets(aws, { ...input, ...from }, signal);
  const sets = answer.ResourceRecordSets ?? [];
  // All of one record, and not its end: what would be held back below is all that there is.
  while (answer.IsTruncated && sets.every((set) => isNext(set, answer))) {
    const next = {
      StartRecordName: answer.NextRecordName,
      StartRecordType: answer.NextRecordType,
      StartRecordIdentifier: answer.NextRecordIdentifier,
    };
    answer = await zoneSets(aws, { ...input, ...next }, signal);
    sets.push(...(answer.ResourceRecordSets ?? []));
  }
  const groups = new Map<string, RecordGroup>();
  for (const set of sets) {
    // Listed again from its first set: without a set identifier the next call begins there.
    if (answer.IsTruncated && isNext(set, answer)) continue;
    const known = groups.get(`${set.Name} ${set.Type}`);
    if (known) known.sets.push(set);
    else groups.set(`${set.Name} ${set.Type}`, { zone_id: place.zone, sets: [set] });
  }
  const { NextRecordName: name, NextRecordType: type } = answer;
  const next = answer.IsTruncated && name && type ? { zone: place.zone, name, type } : null;
  return { groups: [...groups.values()], next };
}

/** Whether a set is one of the record with which the listing goes on. */
function isNext(set: ResourceRecordSet, answer: Answer): boolean {
  return set.Name === answer.NextRecordName && set.Type === answer.NextRecordType;
}

type Answer = Omit<ListResourceRecordSetsResponse, 'MaxItems'>;

/** A page of a zone's sets; none where the zone was deleted since the zones were listed. */
async function zoneSets(
  aws: AwsClient,
  input: ListResourceRecordSetsRequest,
  signal: AbortSignal,
): Promise<Answer> {
  try {
    const command = new ListResourceRecordSetsCommand(input);
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
