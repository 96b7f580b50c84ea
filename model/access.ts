import { z } from 'zod';
import { ciEnvironmentSchema } from './enums.ts';

/** From the least to the most: each may do what those before it may. */
export const ROLES = ['reader', 'operator', 'admin'] as const;
export const roleSchema = z.enum(ROLES, { error: `must be one of: ${ROLES.join(', ')}` });
export type Role = z.infer<typeof roleSchema>;

/** @returns whether a role may do what asks for `least` */
export function suffices(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}

const name = z
  .string()
  .min(1, 'must not be empty')
  .max(200, 'must not be longer than 200 characters')
  .refine(
    (value) => value.isWellFormed() && !value.includes('\0'),
    'must not contain a NUL character or half of a surrogate pair',
  );

function listOf<Entry extends z.ZodType>(entry: Entry) {
  return z
    .array(entry)
    .min(1, 'must not be empty')
    .max(200, 'must not be more than 200')
    .optional();
}

/**
 * What of the inventory somebody may see: items that fit every list that is there. An item of which
 * nobody knows the team fits no list of teams.
 */
export const restrictionSchema = z
  .strictObject({
    environments: listOf(ciEnvironmentSchema),
    accounts: listOf(name),
    teams: listOf(name),
  })
  .refine(
    (restriction) => Object.values(restriction).some((list) => list !== undefined),
    'must have environments, accounts or teams',
  );
export type Restriction = z.infer<typeof restrictionSchema>;

/** Who asks. */
export interface Principal {
  /** `local`: somebody on this machine; `token`: one of ours; `oidc`: an identity provider's. */
  kind: 'local' | 'token' | 'oidc';
  /** Tells principals of a kind apart: the token's id, the provider's subject. */
  id: string;
  name: string;
  role: Role;
  /** Null: everything is theirs to see. */
  restriction: Restriction | null;
}

/** A principal as it stands beside what it has written. */
export function signatureOf({ kind, name }: Pick<Principal, 'kind' | 'name'>): string {
  return kind === 'local' ? name : `${kind}:${name}`;
}
