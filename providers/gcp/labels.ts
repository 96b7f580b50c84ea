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
    owner: labelNamed(labels, ['owner']),
    team: labelNamed(labels, ['team', 'squad']),
    cost_center: labelNamed(labels, ['costcenter']),
  };
}

/** The first of these labels, whatever the separators of its key: `cost-center`, `cost_center`. */
function labelNamed(labels: Labels, names: readonly string[]): string | null {
  for (const name of names) {
    for (const [key, value] of Object.entries(labels)) {
      if (key.toLowerCase().replaceAll(/[-_]/g, '') === name && value !== '') return value;
    }
  }
  return null;
}
