import { hash } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import type { ConfigurationItem } from '../../model/configuration-item.ts';
import { Problem } from './problem.ts';

/** The entity tag of what has nothing but versions. */
export function entityTagOf({ version }: { version: number }): string {
  return `"${version}"`;
}

/**
 * The entity tag of an item: its version, by which changes are made, and a hash of all of it, since
 * some of it moves without a new version.
 */
export function itemTagOf(item: ConfigurationItem): string {
  return `"${item.version}-${hash('sha1', JSON.stringify(item), 'base64url')}"`;
}

/** The header of answers that have an entity tag. */
export const entityTagHeader = z.object({
  ETag: z.string().openapi({
    description: 'For If-None-Match; where it begins with a version, for If-Match.',
    example: '"3"',
  }),
});

/** The condition of requests that change something: an entity tag, or `*` for any version. */
export const ifMatchHeader = z.object({
  'if-match': z
    .string()
    .optional()
    .openapi({ description: 'The ETag of the answer that the change is made for, or *.' }),
});

const ENTITY_TAG = /^(?:W\/)?"(\d{1,9})(?:-[\w-]{27})?"$/;

/**
 * Reads which version a request is for.
 *
 * @returns null for any
 * @throws {Problem} where it does not say so, or not in entity tags of ours
 */
export function expectedVersion(ifMatch: string | undefined): number | null {
  if (ifMatch === undefined) {
    const message = 'must be the ETag of the item as you know it, or * for any';
    throw new Problem('version-required', `If-Match: ${message}.`, {
      errors: [{ field: 'If-Match', message }],
    });
  }
  if (ifMatch.trim() === '*') return null;
  const version = ENTITY_TAG.exec(ifMatch.trim())?.[1];
  if (version === undefined) {
    const message = 'must be one entity tag, such as "3", or *';
    throw new Problem('invalid-request', `If-Match: ${message}.`, {
      errors: [{ field: 'If-Match', message }],
    });
  }
  return Number(version);
}

/** The same where a request need not say so. */
export function expectedVersionIfGiven(ifMatch: string | undefined): number | null {
  return ifMatch === undefined ? null : expectedVersion(ifMatch);
}

/** The problem of a request that was made for another version; null where there is none at all. */
export function versionChanged(version: number | null): Problem {
  if (version === null) {
    return new Problem('version-changed', 'There is no such item: leave If-Match out to make it.');
  }
  return new Problem(
    'version-changed',
    `The newest version is ${version}: read the item again, then decide.`,
    { headers: { etag: entityTagOf({ version }) } },
  );
}
