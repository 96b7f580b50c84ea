import { z } from 'zod';
import { address, text } from '../../db/config.ts';
import { ROLES, type Role } from '../../model/access.ts';
import { hostIn, isLoopback } from '../loopback.ts';
import { createJwtVerifier, type OidcSettings } from './oidc.ts';
import { type AccessPolicy, LOCAL_ADMIN } from './policy.ts';

/** As many characters as a token of 256 bits has in base64url, less a few. */
const MIN_TOKEN_LENGTH = 32;
const TOKEN_FAULT = `must be ${MIN_TOKEN_LENGTH} or more of the characters A-Z a-z 0-9 - _ . ~ + /`;

/** The variables that say who is let in. */
export const accessConfigShape = {
  /**
   * `required`: nobody is let in without a token, on loopback either. `auto`: somebody on this
   * machine is, as long as the API is on loopback and neither a token nor an identity provider is
   * configured.
   */
  CMDB_API_AUTH: z
    .enum(['auto', 'required'], { error: 'must be auto or required' })
    .default('auto'),
  /** A token with the role admin, for the first steps and for containers. */
  CMDB_API_TOKEN: text(TOKEN_FAULT)
    .regex(new RegExp(`^[\\w.~+/-]{${MIN_TOKEN_LENGTH},}=*$`))
    .optional(),
  CMDB_OIDC_ISSUER: secureAddress('https://id.example.com/realms/ops').optional(),
  /** What the provider's tokens have in `aud` when they are meant for this API. */
  CMDB_OIDC_AUDIENCE: z.string().default('cmdb'),
  CMDB_OIDC_JWKS_URL: secureAddress('https://id.example.com/keys').optional(),
  CMDB_OIDC_ROLE_CLAIM: z.string().default('roles'),
  /** What the claim has for our roles, such as `reader=everyone,operator=sre,admin=cmdb-admins`. */
  CMDB_OIDC_ROLES: z
    .string()
    .default(ROLES.map((role) => `${role}=cmdb-${role}`).join(','))
    .transform((pairs, context): Record<Role, string> => {
      const entries = Object.fromEntries(pairs.split(',').map((pair) => splitPair(pair)));
      const parsed = roleValuesSchema.safeParse(entries);
      if (parsed.success) return parsed.data;
      context.addIssue({
        code: 'custom',
        message: 'must name a value for each role: reader=…,operator=…,admin=…',
      });
      return z.NEVER;
    }),
  CMDB_OIDC_RESTRICTION_CLAIM: z.string().default('cmdb_restriction'),
};

const value = z.string().min(1);
const roleValuesSchema = z.strictObject({ reader: value, operator: value, admin: value });

type AccessConfig = z.output<z.ZodObject<typeof accessConfigShape>>;

/** @param isOnLoopback whether only this machine can reach the address that is served */
export function createAccessPolicy(config: AccessConfig, isOnLoopback: boolean): AccessPolicy {
  const { CMDB_API_TOKEN: token, CMDB_OIDC_ISSUER: issuer } = config;
  const isOpen = isOnLoopback && config.CMDB_API_AUTH === 'auto' && !token && !issuer;
  return {
    anonymous: isOpen ? LOCAL_ADMIN : null,
    configured_token: token ?? null,
    verifyJwt: issuer ? createJwtVerifier(oidcSettings(config, issuer)) : null,
  };
}

function oidcSettings(config: AccessConfig, issuer: string): OidcSettings {
  return {
    issuer,
    audience: config.CMDB_OIDC_AUDIENCE,
    jwks_url: config.CMDB_OIDC_JWKS_URL ?? null,
    role_claim: config.CMDB_OIDC_ROLE_CLAIM,
    role_values: config.CMDB_OIDC_ROLES,
    restriction_claim: config.CMDB_OIDC_RESTRICTION_CLAIM,
  };
}

/** Over plain HTTP whoever is on the way could put keys of his own in place of the provider's. */
function secureAddress(example: string) {
  return address(['https', 'http'], example).refine(
    (url) => !URL.canParse(url) || !url.startsWith('http:') || isLoopback(hostIn(new URL(url))),
    'must be https, but for a loopback address',
  );
}

function splitPair(pair: string): [string, string] {
  const at = pair.indexOf('=');
  return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
}
