import { type Detail, readDetail } from './read-detail.ts';

/** A tag as both APIs of load balancers answer it. */
interface ListedTag {
  Key: string | undefined;
  Value?: string | undefined;
}
type TagsOf = Map<string, readonly ListedTag[]>;

/** Most names or ARNs that one call takes, in both APIs. */
const BATCH_SIZE = 20;

/**
 * Reads the tags of load balancers or target groups, 20 a call.
 *
 * One that was deleted since it was listed makes the API refuse the whole call; its batch is then
 * read one by one, so that the others do not lose theirs.
 *
 * @param ids the names or ARNs that the call takes
 * @param absentCodes the codes by which the API says that one is gone
 */
export async function loadBalancerTags(
  ids: readonly string[],
  absentCodes: readonly string[],
  load: (batch: string[]) => Promise<TagsOf>,
): Promise<Detail<TagsOf>> {
  const tags: TagsOf = new Map();
  const read = async (batch: string[]): Promise<Detail<TagsOf>> => {
    const some = await readDetail(
      'elasticloadbalancing:DescribeTags',
      () => load(batch),
      absentCodes,
    );
    for (const [id, own] of some.value ?? []) tags.set(id, own);
    return some;
  };
  for (let start = 0; start < ids.length; start += BATCH_SIZE) {
    const batch = ids.slice(start, start + BATCH_SIZE);
    const { value, denied } = await read(batch);
    if (denied !== null) return { value: null, denied };
    if (value === null && batch.length > 1) for (const id of batch) await read([id]);
  }
  return { value: tags, denied: null };
}
