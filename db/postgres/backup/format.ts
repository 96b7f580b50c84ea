import { z } from 'zod';

/** What this release writes, and the newest that it reads. */
export const FORMAT_VERSION = 1;

/**
 * A backup is a gzip of lines:
 * - the header, as JSON
 * - for each table of the header, in its order, rows as COPY writes them in text format – a row is one
 *   line, since it escapes line breaks – and the line `\.` that no row can be
 * - the trailer, as JSON: the rows of each table and the SHA-256 of every line before it
 */
export const headerSchema = z.object({
  format: z.literal('cmdb-agent backup'),
  format_version: z.int().positive(),
  created_at: z.iso.datetime(),
  /** The schema that the rows are of: the migrations that had run. */
  migrations: z.array(z.string()).min(1),
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()).min(1) })).min(1),
  sequences: z.record(z.string(), z.string().regex(/^\d+$/)),
});
export type BackupHeader = z.infer<typeof headerSchema>;

export const trailerSchema = z.object({
  rows: z.record(z.string(), z.int().nonnegative()),
  sha256: z.string().regex(/^[\da-f]{64}$/),
});
export type BackupTrailer = z.infer<typeof trailerSchema>;

export const END_OF_TABLE = '\\.';

/** The file cannot be restored; the database is as it was. */
export class BackupError extends Error {
  override name = 'BackupError';
  readonly code = 'bad_backup';
}
