import { z } from 'zod';

export const warningSchema = z
  .object({ code: z.string().nullish(), message: z.string().nullish() })
  .nullish();

/** What of an answer says that something is left out of it; each API has its own word for it. */
export const completenessSchema = z.object({
  /** Of Compute Engine: zones and regions that gave no answer. */
  unreachables: z.array(z.string()).nullish(),
  /** Of the APIs with locations. */
  unreachable: z.array(z.string()).nullish(),
  /** Of GKE. */
  missingZones: z.array(z.string()).nullish(),
  warning: warningSchema,
});

/** Warnings that leave nothing out of a list. Every other one is taken for a gap. */
const HARMLESS: ReadonlySet<string> = new Set([
  'DEPRECATED_RESOURCE_USED',
  'DEPRECATED_TYPE_USED',
  'EXPERIMENTAL_TYPE_USED',
  'NO_RESULTS_ON_PAGE',
]);

/**
 * Why an answer is not everything there is; undefined where nothing says so.
 *
 * @param scopes parts of an aggregated answer, each with a warning of its own
 */
export function incompleteReason(
  answer: z.infer<typeof completenessSchema>,
  scopes: Readonly<Record<string, z.infer<typeof warningSchema>>> = {},
): string | undefined {
  const places = [
    ...(answer.unreachables ?? []),
    ...(answer.unreachable ?? []),
    ...(answer.missingZones ?? []),
  ];
  const warnings = [['', answer.warning] as const, ...Object.entries(scopes)].flatMap(
    ([scope, warning]) => {
      if (!warning?.code || HARMLESS.has(warning.code)) return [];
      return [`${scope ? `${scope}: ` : ''}${warning.message || warning.code}`];
    },
  );
  const reasons = [
    ...(places.length > 0 ? [`No answer from ${[...new Set(places)].sort().join(', ')}.`] : []),
    ...warnings,
  ];
  return reasons.length > 0 ? reasons.join(' ').slice(0, MAX_REASON_LENGTH) : undefined;
}

const MAX_REASON_LENGTH = 500;
