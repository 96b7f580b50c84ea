import { z } from 'zod';
import { sliceOutcomeSchema } from './scope.ts';

/** How the last scan of a slice ended; `never` before the first. */
export const coverageStateSchema = z.enum([...sliceOutcomeSchema.options, 'never']);
export type CoverageState = z.infer<typeof coverageStateSchema>;

const count = z.int().nonnegative();

/** How complete an answer is: the slices that it stands on, by how their last scan ended. */
export const coverageSchema = z
  .object({
    slices: count,
    complete: count.meta({ description: 'Listed to the end, and promoted.' }),
    partial: count,
    denied: count,
    failed: count,
    never: count.meta({ description: 'Planned, and not scanned yet.' }),
    held: count.meta({
      description: 'Of the complete ones: so much was gone that retirement waits for a person.',
    }),
    unscheduled: count.meta({ description: 'Not planned any more by the runs that ask for them.' }),
    stale_scopes: count.meta({
      description: 'Scopes with a slice not proven for twice the interval of its schedule.',
    }),
    oldest_proof: z.iso.datetime({ offset: true }).nullable().meta({
      description:
        'The oldest of the last complete scans of these slices; null where none has one.',
    }),
  })
  .meta({ id: 'Coverage' });
export type Coverage = z.infer<typeof coverageSchema>;
