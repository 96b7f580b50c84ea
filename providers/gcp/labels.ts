import { z } from 'zod';
import { deriveEnvironment } from '../../model/environment.ts';

export type Labels = Record<string, string>;

export const labelMap = z
  .record(z.string(), z.string())
  .nullish()
  .transform((labels): Labels => labels ?? {});

/**
 * The fields of an item that labels and names tell.
 *
 * @param names what may name the environment, the most telling first; the project stands last
 */
export function described(labels: Labels, names: ReadonlyArray<string | null> = []) {
  return {
    tags: labels,
    ...deriveEnvironment(labels, names),
  };
}
