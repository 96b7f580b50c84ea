import type { AppContext } from './router.ts';

/** Who writes: the name that versions carry in `changed_by`. */
export function authorOf(_c: AppContext): string {
  return 'local';
}
