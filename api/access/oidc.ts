import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import {
  type Principal,
  type Restriction,
  ROLES,
  type Role,
  restrictionSchema,
} from '../../model/access.ts';
import type { JwtVerifier } from './policy.ts';

/** The identity provider cannot be asked for its keys. */
export class IdentityProviderUnavailableError extends Error {
  override name = 'IdentityProviderUnavailableError';
  readonly code = 'identity_provider_unavailable';
}

export interface OidcSettings {
  /** `https://id.example.com/realms/ops`, exactly as its tokens have it in `iss`. */
  issuer: string;
  audience: string;
  /** Where its keys are; null: its discovery document says so. */
  jwks_url: string | null;
  /** The claim with the roles or groups, in nested claims by dots: `realm_access.roles`. */
  role_claim: string;
  /** What the claim has for each of our roles. */
  role_values: Readonly<Record<Role, string>>;
  /** The claim with what its owner may see, in the form of a token's restriction. */
  restriction_claim: string;
}

/** Only signatures that the holder of a published key cannot forge. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
];
/** Clocks of two machines may differ by so much. */
const CLOCK_TOLERANCE_SECONDS = 30;
const FETCH_TIMEOUT_MS = 5_000;

/** Three parts in base64url; anything else is not worth asking the provider for its keys. */
const COMPACT_JWS = /^[\w-]+\.[\w-]+\.[\w-]+$/;

const metadataSchema = z.object({ issuer: z.string(), jwks_uri: z.url() });

/**
 * Makes a verifier of the identity provider's JWTs. Its keys are fetched when they are needed,
 * kept, and fetched again when a token names one that is not among them.
 */
export function createJwtVerifier(settings: OidcSettings): JwtVerifier {
  let keys: ReturnType<typeof createRemoteJWKSet> | null = null;
  return async (jwt) => {
    if (!COMPACT_JWS.test(jwt)) return null;
    try {
      keys ??= createRemoteJWKSet(
        new URL(settings.jwks_url ?? (await discoverKeys(settings.issuer))),
        {
          timeoutDuration: FETCH_TIMEOUT_MS,
        },
      );
      const { payload } = await jwtVerify(jwt, keys, {
        issuer: settings.issuer,
        audience: settings.audience,
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['sub', 'exp'],
      });
      return principalOf(payload, settings);
    } catch (error) {
      if (isTokensFault(error)) return null;
      if (error instanceof IdentityProviderUnavailableError) throw error;
      throw new IdentityProviderUnavailableError('The identity provider does not answer.', {
        cause: error,
      });
    }
  };
}

/** OpenID Connect Discovery 1.0, section 4: the document must name the very issuer asked for. */
async function discoverKeys(issuer: string): Promise<string> {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
    redirect: 'error',
    signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
  });
  const metadata = metadataSchema.safeParse(await response.json());
  if (!response.ok || metadata.data?.issuer !== issuer) {
    throw new IdentityProviderUnavailableError(
      'The identity provider has no discovery document for CMDB_OIDC_ISSUER.',
    );
  }
  return metadata.data.jwks_uri;
}

/** Of all that jose throws, what a caller can cause with a wrong token. */
const TOKEN_FAULTS = [
  errors.JWTInvalid,
  errors.JWTExpired,
  errors.JWTClaimValidationFailed,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
];

function isTokensFault(error: unknown): boolean {
  return TOKEN_FAULTS.some((fault) => error instanceof fault);
}

/** @returns null for somebody without a role here, or with a restriction that cannot be read */
function principalOf(payload: JWTPayload, settings: OidcSettings): Principal | null {
  const held = claimAt(payload, settings.role_claim);
  const values = new Set(
    Array.isArray(held) ? held : typeof held === 'string' ? held.split(' ') : [],
  );
  const role = ROLES.findLast((candidate) => values.has(settings.role_values[candidate]));
  const restriction = restrictionOf(claimAt(payload, settings.restriction_claim));
  if (!role || restriction === undefined || !payload.sub) return null;
  const { preferred_username: name } = payload;
  return {
    kind: 'oidc',
    id: payload.sub,
    name: typeof name === 'string' && name !== '' ? name : payload.sub,
    role,
    restriction,
  };
}

function restrictionOf(claim: unknown): Restriction | null | undefined {
  return claim === undefined || claim === null ? null : restrictionSchema.safeParse(claim).data;
}

/** The whole path may be one claim's name, as in `https://example.com/roles`. */
function claimAt(payload: JWTPayload, path: string): unknown {
  if (Object.hasOwn(payload, path)) return payload[path];
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, key)
          ? Reflect.get(value, key)
          : undefined,
      payload,
    );
}
