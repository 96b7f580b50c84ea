import { z } from 'zod';
import { deriveEnvironment } from '../../model/environment.ts';

export type Tags = Record<string, string>;

/** Tags, which Azure answers as an object. */
export const tagMap = z
  .record(z.string(), z.string().nullable())
  .nullish()
  .transform(
    (tags): Tags =>
      Object.fromEntries(Object.entries(tags ?? {}).map(([key, value]) => [key, value ?? ''])),
  );

/**
 * The fields of an item that tags and names tell.
 *
 * @param names what else may name the environment, the most telling first
 */
export function described(tags: Tags, names: ReadonlyArray<string | null> = []) {
  return {
    tags,
    ...deriveEnvironment(tags, names),
    owner: tagNamed(tags, ['owner']),
    team: tagNamed(tags, ['team', 'squad']),
    cost_center: tagNamed(tags, ['costcenter']),
  };
}

/** The first of these tags, whatever the case and separators of its key: `Cost-Center`. */
function tagNamed(tags: Tags, names: readonly string[]): string | null {
  for (const name of names) {
    for (const [key, value] of Object.entries(tags)) {
      if (key.toLowerCase().replaceAll(/[-_ ]/g, '') === name && value !== '') return value;
    }
  }
  return null;
}
