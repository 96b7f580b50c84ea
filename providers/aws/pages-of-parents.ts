import type { Page } from '../../model/resource-type.ts';
import { toAwsFault } from './errors.ts';

/** What one page of one parent has. */
export interface PageOfParent {
  records: readonly unknown[];
  next: string | undefined;
}

/** Between the parent and its own token: neither names nor ARNs have one. */
const SEPARATOR = ' ';

/**
 * Lists what AWS lists by its parent only – the tasks of a cluster – as one listing: parent by
 * parent in the order of their names, each to its end. The token names the parent, so that it
 * holds when others come and go; the listing goes on behind a parent that is gone.
 *
 * @param parents names or ARNs, in any order
 * @param goneCodes the errors by which the service says that there is no such parent (any more)
 */
export async function pageOfParents(
  parents: readonly string[],
  pageToken: string | null,
  goneCodes: readonly string[],
  list: (parent: string, token: string | undefined) => Promise<PageOfParent>,
): Promise<Page> {
  const [at = '', ...rest] = pageToken?.split(SEPARATOR) ?? [];
  const token = rest.join(SEPARATOR);
  const [parent, following] = parents.filter((name) => name >= at).sort();
  if (parent === undefined) return { records: [], next_page_token: null };
  const page = await unlessGone(goneCodes, () =>
    list(parent, parent === at && token !== '' ? token : undefined),
  );
  const tokenOf = (name: string, next: string) => `${name}${SEPARATOR}${next}`;
  const behind = following === undefined ? null : tokenOf(following, '');
  return {
    records: page.records,
    next_page_token: page.next ? tokenOf(parent, page.next) : behind,
  };
}

async function unlessGone(
  goneCodes: readonly string[],
  list: () => Promise<PageOfParent>,
): Promise<PageOfParent> {
  try {
    return await list();
  } catch (error) {
    if (goneCodes.includes(toAwsFault(error, []).code)) return { records: [], next: undefined };
    throw error;
  }
}
