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
  };
}
