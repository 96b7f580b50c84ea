import { z } from 'zod';
import { ciEnvironmentSchema } from '../../model/enums.ts';

/** What every record of this provider carries of the machine that it was read on. */
export const hostPartsSchema = z.object({
  hostname: z.string(),
  environment: ciEnvironmentSchema,
  environment_source: z.string().nullable(),
});
export type HostParts = z.infer<typeof hostPartsSchema>;

/** The key of the machine itself, to which everything found on it refers. */
export function hostKey(machineId: string): string {
  return `host:${machineId}`;
}

const BYTES_PER_GIB = 2 ** 30;

/** Bytes in the contract's `_gb`, which like cloud providers counts 2^30; two decimals. */
export function gigabytes(bytes: number): number {
  return Math.round((bytes / BYTES_PER_GIB) * 100) / 100;
}
