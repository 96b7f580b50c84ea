import type { AppContext } from './router.ts';

/** Who writes: the name that versions carry in `changed_by`. */
export function authorOf(c: AppContext): string {
  return c.get('principal').name;
}
