import type { Reached } from '../../model/failure-walk.ts';

/** Orders reached items: the nearest first, then by name, and by id where names are the same. */
export function byDistance(a: Reached, b: Reached): number {
  return (
    a.hops - b.hops ||
    compareText(a.item.display_name, b.item.display_name) ||
    compareText(a.item.ci_id, b.item.ci_id)
  );
}

/** By code units, so that the order does not depend on the machine's language. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
