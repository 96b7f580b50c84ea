import { z } from 'zod';
import { deriveEnvironment } from '../../model/environment.ts';

export type Tags = Record<string, string>;

/** Tags as most services list them, read to an object. */
export const tagList = z
  .array(z.object({ Key: z.string(), Value: z.string().nullish() }))
  .nullish()
  .transform(
    (tags): Tags => Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key, Value ?? ''])),
  );

/** Tags as the newer services answer them (Lambda, EKS, API Gateway): an object already. */
export const tagMap = z
  .record(z.string(), z.string())
  .nullish()
  .transform((tags): Tags => tags ?? {});

/** Tags as ECS lists them, read to an object. */
export const ecsTags = z
  .array(z.object({ key: z.string(), value: z.string().nullish() }))
  .nullish()
  .transform(
    (tags): Tags => Object.fromEntries((tags ?? []).map(({ key, value }) => [key, value ?? ''])),
  );

/**
 * The fields of an item that tags and names tell.
 *
 * @param names what else may name the environment, the most telling first
 */
export function described(tags: Tags, names: ReadonlyArray<string | null> = []) {
  return {
    tags,
    ...deriveEnvironment(tags, [tags.Name, ...names]),
  };
}
