import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { z } from 'zod';
import type { estateSchema } from '../../../bench/synthetic/options.ts';
import { type Synthetic, startSynthetic } from '../../../bench/synthetic/start.ts';
import type { observedItemSchema } from '../../../model/configuration-item.ts';
import type { AnyResourceType } from '../../../model/resource-type.ts';
import { GLOBAL_REGION, type Scope } from '../../../model/scope.ts';
import { type Sources, sourcesSchema } from '../../../model/sources.ts';
import type { AzureClient } from '../../../providers/azure/client.ts';
import { createAzureProvider } from '../../../providers/azure/provider.ts';
import { itemOf } from '../../support/item-of.ts';

/** The subscription of the synthetic estate. */
export const SUBSCRIPTION = '00000000-0000-4000-8000-000000000001';
export const NO_SOURCES: Sources = sourcesSchema.parse({});
export const NOT_CANCELLED = new AbortController().signal;

/** Small, and in pages so small that every list has several. */
const SMALL = { resources: 0, page_size: 2 };

export interface AzureEstate extends Synthetic {
  /** What the SDK was pointed at it by. */
  readonly environment: NodeJS.ProcessEnv;
  close(): Promise<void>;
}

/**
 * Starts the synthetic estate and points the SDK at it, by the environment, as a user would: tokens
 * come from a managed identity, and its certificate is trusted as one of `NODE_EXTRA_CA_CERTS` is.
 */
export async function startAzureEstate(
  azure: z.input<typeof estateSchema>['azure'] = SMALL,
): Promise<AzureEstate> {
  const synthetic = await startSynthetic({ azure }, { tls: true });
  const { url = '', certificate = '' } = synthetic.tls ?? {};
  const trusted = getCACertificates('default');
  setDefaultCACertificates([...trusted, certificate]);
  const before = { ...process.env };
  const variables = {
    AZURE_RESOURCE_MANAGER_URL: url,
    AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential',
    IDENTITY_ENDPOINT: `${synthetic.url}/azure/token`,
    IDENTITY_HEADER: 'synthetic',
  };
  Object.assign(process.env, variables);
  const close = async (): Promise<void> => {
    for (const name of Object.keys(variables)) {
      const value = before[name];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    setDefaultCACertificates(trusted);
    await synthetic[Symbol.asyncDispose]();
  };
  return { ...synthetic, environment: variables, close, [Symbol.asyncDispose]: close };
}

export function scopeOf(account = SUBSCRIPTION): Scope {
  return { provider: 'azure', account, account_name: null, region: GLOBAL_REGION };
}

/** A client as a slice gets it. */
export function connect(account = SUBSCRIPTION): Promise<AzureClient> {
  return createAzureProvider(process.env).connect(scopeOf(account), NO_SOURCES);
}

/** What the resource type makes of one record of the listing. */
export interface Listed {
  native_id: string | null;
  raw: unknown;
  item: ReturnType<typeof observedItemSchema.parse>;
  keys: readonly string[];
  references: ReturnType<AnyResourceType['references']>;
}

/** Lists a resource type to its end, through the provider and the real SDK. */
export async function listAll(
  resourceType: object,
  options: { azure?: AzureClient; from?: string | null } = {},
): Promise<{ listed: Listed[]; tokens: string[] }> {
  const type = resourceType as AnyResourceType;
  const scope = scopeOf();
  const azure = options.azure ?? (await connect());
  const listed: Listed[] = [];
  const tokens: string[] = [];
  let token: string | null = options.from ?? null;
  do {
    const page: Awaited<ReturnType<typeof type.listPage>> = await type.listPage(
      azure,
      token,
      NOT_CANCELLED,
    );
    for (const raw of page.records) {
      const record = type.record.parse(raw);
      listed.push({
        raw,
        native_id: type.nativeId(raw, scope),
        item: itemOf(type, record, scope),
        keys: type.keys(record, scope),
        references: type.references(record, scope),
      });
    }
    token = page.next_page_token;
    if (token !== null) tokens.push(token);
  } while (token !== null);
  return { listed, tokens };
}
