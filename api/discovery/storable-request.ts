import { discoveryRequestSchema } from '../../model/scope.ts';

/** What to discover, as people ask for it: nothing in it that PostgreSQL has no place for. */
export const storableRequestSchema = discoveryRequestSchema.superRefine((request, context) => {
  for (const [list, values] of Object.entries(request)) {
    for (const [index, value] of (values ?? []).entries()) {
      if (value.isWellFormed() && !value.includes('\0')) continue;
      const message = 'must not contain a NUL character or half of a surrogate pair';
      context.addIssue({ code: 'custom', path: [list, index], message });
    }
  }
});
