import { z } from 'zod';
import type { Page } from '../../model/resource-type.ts';
import type { GcpClient } from './client.ts';
import type { Library, ServiceName } from './libraries.ts';
import { completenessSchema, incompleteReason, warningSchema } from './partial.ts';

/** Most items on a page of Compute Engine. */
const COMPUTE_PAGE = 500;

/** A list of Compute Engine. */
export interface ComputeList {
  /** The client class of its library: `DisksClient`. */
  service: ServiceName<'compute'>;
  /** What the items are called in an aggregated answer: `disks`. */
  collection: string;
  /** The fields of an item to be sent, where others are large or secret; all if left out. */
  fields?: readonly string[];
  /** Fewer where a call follows for each item: a page is some seconds of work, then. */
  page_size?: number;
}

const aggregated = completenessSchema.extend({
  items: z.record(z.string(), z.looseObject({ warning: warningSchema })).nullish(),
  nextPageToken: z.string().nullish(),
});

const plain = completenessSchema.extend({
  items: z.array(z.unknown()).nullish(),
  nextPageToken: z.string().nullish(),
});

/**
 * One page of an aggregated list: the items of all zones and regions of the project, and those that
 * are global where the API has both. One call lists 500 of them wherever they are; a call for each of
 * some 130 zones would mostly find nothing.
 *
 * A zone that cannot be reached makes the page incomplete, and the rest of it counts.
 */
export async function aggregatedPage(
  gcp: GcpClient,
  { service, collection, fields, page_size = COMPUTE_PAGE }: ComputeList,
  pageToken: string | null,
  signal: AbortSignal,
): Promise<Page> {
  const query = {
    // Without it one zone out of reach fails the whole call. The methods' descriptions recommend it.
    returnPartialSuccess: 'true',
    ...(fields && {
      fields: `nextPageToken,unreachables,warning,items/*/warning,items/*/${collection}(${fields.join()})`,
    }),
  };
  const answer = aggregated.parse(
    await gcp.call(
      { library: 'compute', service, method: 'aggregatedList', query },
      { project: gcp.project, maxResults: page_size, ...tokenOf(pageToken) },
      signal,
    ),
  );
  const scopes = Object.entries(answer.items ?? {});
  const records = scopes.flatMap(([, scope]) => {
    const items = scope[collection];
    return Array.isArray(items) ? items : [];
  });
  const warnings = Object.fromEntries(scopes.map(([name, { warning }]) => [name, warning]));
  return page(records, answer.nextPageToken, incompleteReason(answer, warnings));
}

/** One page of a list that has no zones or regions: networks, firewall rules, snapshots. */
export async function globalPage(
  gcp: GcpClient,
  { service, fields }: Omit<ComputeList, 'collection'>,
  pageToken: string | null,
  signal: AbortSignal,
  project = gcp.project,
): Promise<Page> {
  const query = fields && { fields: `nextPageToken,warning,items(${fields.join()})` };
  const answer = plain.parse(
    await gcp.call(
      { library: 'compute', service, method: 'list', ...(query && { query }) },
      { project, maxResults: COMPUTE_PAGE, ...tokenOf(pageToken) },
      signal,
    ),
  );
  return page(answer.items ?? [], answer.nextPageToken, incompleteReason(answer));
}

/** A whole list. */
export interface AllItems {
  items: readonly unknown[];
  incomplete_reason: string | undefined;
}

/** Reads a list to its end, for what is looked up in it while another is listed. */
export async function allItems(
  list: (pageToken: string | null) => Promise<Page>,
): Promise<AllItems> {
  const items: unknown[] = [];
  let incomplete_reason: string | undefined;
  let token: string | null = null;
  do {
    const next: Page = await list(token);
    items.push(...next.records);
    incomplete_reason ??= next.incomplete_reason;
    token = next.next_page_token;
  } while (token !== null);
  return { items, incomplete_reason };
}

/** A list of an API whose names have locations. */
export interface LocationList<L extends Library> {
  library: L;
  service: ServiceName<L>;
  method: string;
  /** What the items are called in the answer. */
  collection: string;
  /** Left out where the API answers everything at once. */
  page_size?: number;
}

/**
 * One page of a list of a location.
 *
 * @param location `-` for all of them, where the API has that
 */
export async function locationPage<L extends Library>(
  gcp: GcpClient,
  list: LocationList<L>,
  location: string,
  pageToken: string | null,
  signal: AbortSignal,
): Promise<Page> {
  const { library, service, method, collection } = list;
  const answer = completenessSchema
    .extend({ nextPageToken: z.string().nullish() })
    .loose()
    .parse(
      await gcp.call(
        { library, service, method },
        {
          parent: `projects/${gcp.project}/locations/${location}`,
          ...(list.page_size !== undefined && { pageSize: list.page_size }),
          ...tokenOf(pageToken),
        },
        signal,
      ),
    );
  const items = answer[collection];
  return page(Array.isArray(items) ? items : [], answer.nextPageToken, incompleteReason(answer));
}

/** A token of a list that is made of several: which of them, and the token within it. */
const compoundToken = z.tuple([z.string(), z.string().nullable()]);

/**
 * One page of several lists that are one here, one after the other.
 *
 * @param parts their names, in an order that stays; a token that names none begins anew
 */
export async function pageOfParts(
  parts: readonly string[],
  pageToken: string | null,
  list: (part: string, pageToken: string | null) => Promise<Page>,
): Promise<Page> {
  const [first] = parts;
  if (first === undefined) return page([], null);
  const [part, token] = pageToken ? compoundToken.parse(JSON.parse(pageToken)) : [first, null];
  const answer = await list(part, token);
  const following = parts[parts.indexOf(part) + 1];
  const next: z.infer<typeof compoundToken> | null = answer.next_page_token
    ? [part, answer.next_page_token]
    : following === undefined
      ? null
      : [following, null];
  return { ...answer, next_page_token: next && JSON.stringify(next) };
}

function tokenOf(pageToken: string | null): { pageToken?: string } {
  return pageToken === null ? {} : { pageToken };
}

/** @param token Google's, which is an empty text at the end */
export function page(
  records: readonly unknown[],
  token: string | null | undefined,
  incompleteReason?: string,
): Page {
  return {
    records,
    next_page_token: token || null,
    ...(incompleteReason !== undefined && { incomplete_reason: incompleteReason }),
  };
}
