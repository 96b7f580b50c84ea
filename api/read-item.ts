import { findStaleItems } from '../db/postgres/find-stale-items.ts';
import { getItem, itemFreshness } from '../db/postgres/get-item.ts';
import { othersOfThing } from '../db/postgres/sameness/read-thing.ts';
import { isVisibleTo } from '../db/postgres/visibility.ts';
import type { Restriction } from '../model/access.ts';
import { type ConfigurationItem, configurationItemSchema } from '../model/configuration-item.ts';
import type { AppDeps } from './app-deps.ts';
import { asOfPart, readAsOf } from './http/time.ts';

export interface ReadItem {
  item: ConfigurationItem;
  from: 'cache' | 'store';
}

/**
 * Reads an item, from the cache where its document there is the newest version. What moves
 * without a new version is laid over it, so that both ways give the same answer.
 *
 * @param asOf a time of the past, when `stale` is not told; what whoever asks may see is decided by what the item was then
 * @returns null when there is no such item, or none that the caller may see
 */
export async function readItem(
  { db, cache }: Pick<AppDeps, 'db' | 'cache'>,
  ciId: string,
  restriction: Restriction | null,
  asOf?: Date,
): Promise<ReadItem | null> {
  if (asOf) {
    const item = await readAsOf(db, asOf, (from, moment) => getItem(from, ciId, moment));
    if (!item || !isVisibleTo(restriction, item)) return null;
    return { item: { ...item, ...asOfPart(asOf) }, from: 'store' };
  }
  const cached = parseCached(await cache?.get(ciId));
  if (cached) {
    const freshness = await itemFreshness(db, ciId);
    if (freshness?.version === cached.version) {
      const item = { ...cached, ...freshness };
      return isVisibleTo(restriction, item) ? { item, from: 'cache' } : null;
    }
  }
  const item = await getItem(db, ciId);
  if (!item || !isVisibleTo(restriction, item)) return null;
  await cache?.put(ciId, JSON.stringify(item));
  const stale = (await findStaleItems(db, [ciId])).has(ciId);
  return { item: { ...item, stale }, from: 'store' };
}

/**
 * The same, with the other items of its thing that the caller may see: the answer about one item.
 *
 * @param ofThing what the caller may see of the others; as of the item where left out
 */
export async function readItemOfThing(
  deps: Pick<AppDeps, 'db' | 'cache'>,
  ciId: string,
  restriction: Restriction | null,
  ofThing: Restriction | null = restriction,
): Promise<ReadItem | null> {
  const [found, others] = await Promise.all([
    readItem(deps, ciId, restriction),
    othersOfThing(deps.db, ciId, ofThing),
  ]);
  return found && others.length > 0
    ? { ...found, item: { ...found.item, same_as: others } }
    : found;
}

/** A document of another release, or of somebody else, counts as none. */
function parseCached(document: string | null | undefined): ConfigurationItem | null {
  if (!document) return null;
  try {
    return configurationItemSchema.safeParse(JSON.parse(document)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
