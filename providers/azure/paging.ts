import { z } from 'zod';
import type { Page } from '../../model/resource-type.ts';
import type { AzureClient } from './client.ts';
import { pageTokenOf } from './libraries.ts';
import { withSignal } from './policies.ts';
import { partsUnlessGone } from './read-detail.ts';
import { canonicalId } from './resource-id.ts';

/** A list of the SDK, which is asked for page by page. */
export interface Pages<T> {
  byPage(settings: { continuationToken?: string }): AsyncIterator<T[]>;
}

interface ListedPage<T> extends Page {
  records: T[];
}

/**
 * One page of a list.
 *
 * @param pageToken the address of the page as an earlier one gave it (`nextLink`), which holds no
 *   secret; null at the start
 */
export async function listPage<T>(
  pages: Pages<T>,
  pageToken: string | null,
  signal: AbortSignal,
): Promise<ListedPage<T>> {
  const settings = pageToken === null ? {} : { continuationToken: pageToken };
  const { value, done } = await withSignal(signal, () => pages.byPage(settings).next());
  if (done) return { records: [], next_page_token: null };
  return { records: [...value], next_page_token: pageTokenOf(value) };
}

/**
 * A list to its end, for catalogues and for the parts of one thing.
 *
 * @param kept the part of a record that is kept: lists that are joined to another one stay in memory
 */
export async function listAllPages<T, Kept = T>(
  pages: Pages<T>,
  signal: AbortSignal,
  { kept }: { kept?: (record: T) => Kept } = {},
): Promise<Kept[]> {
  const all: Kept[] = [];
  let token: string | null = null;
  do {
    const page: ListedPage<T> = await listPage(pages, token, signal);
    for (const record of page.records) all.push(kept ? kept(record) : (record as unknown as Kept));
    token = page.next_page_token;
  } while (token !== null);
  return all;
}

/** Where a list of parts stands: a page of their owners, and the last owner whose parts are listed. */
const ownersToken = z.object({ page: z.string().nullable(), after: z.string() });
type OwnersToken = z.infer<typeof ownersToken>;

const OWNERS_AT_ONCE = 10;

/**
 * One page of what Azure lists for one owner at a time only: the databases of some servers, the
 * instances of some scale sets. Owners are taken in the order of their ids, so that a listing which
 * goes on later skips none, whatever came or went meanwhile.
 *
 * @param owners one page of them
 * @param parts all parts of one owner
 */
export async function listPartsPage<Owner extends { id?: string }, Part>(
  azure: AzureClient,
  pageToken: string | null,
  owners: (pageToken: string | null) => Promise<ListedPage<Owner>>,
  parts: (owner: Owner & { id: string }) => Promise<Part[]>,
): Promise<ListedPage<Part>> {
  const place: OwnersToken =
    pageToken === null ? { page: null, after: '' } : ownersToken.parse(JSON.parse(pageToken));
  const page = await azure.memo(`owners ${place.page}`, () => owners(place.page));
  const rest = page.records
    .filter((owner): owner is Owner & { id: string } => owner.id !== undefined)
    .map((owner) => ({ owner, id: canonicalId(owner.id) }))
    .filter(({ id }) => id > place.after)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const now = rest.slice(0, OWNERS_AT_ONCE);
  const listed = await Promise.all(now.map(({ owner }) => partsUnlessGone(() => parts(owner))));
  const last = now.at(-1);
  const isPageDone = rest.length <= now.length || last === undefined;
  return {
    records: listed.flat(),
    next_page_token: isPageDone
      ? page.next_page_token && tokenText({ page: page.next_page_token, after: '' })
      : tokenText({ page: place.page, after: last.id }),
  };
}

function tokenText(token: OwnersToken): string {
  return JSON.stringify(token);
}
