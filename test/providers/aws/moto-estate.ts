import { expect } from '@jest/globals';
import type { observedItemSchema } from '../../../model/configuration-item.ts';
import type { PlannedScope } from '../../../model/provider.ts';
import type { AnyResourceType, ResourceType } from '../../../model/resource-type.ts';
import { type Sources, sourcesSchema } from '../../../model/sources.ts';
import type { AwsClient } from '../../../providers/aws/client.ts';
import { createAwsProvider } from '../../../providers/aws/provider.ts';
import { type Moto, startMoto } from '../../support/emulators/moto.ts';
import type { RunningServer } from '../../support/emulators/python-server.ts';
import { itemOf } from '../../support/item-of.ts';
import { recordingPermissions } from './used-permissions.ts';

/** The account that moto gives to credentials that it does not know. */
export const ACCOUNT = '123456789012';
export const REGION = 'eu-west-1';

const VARIABLES: Readonly<Record<string, string>> = {
  AWS_ACCESS_KEY_ID: 'testing',
  AWS_SECRET_ACCESS_KEY: 'testing',
  AWS_REGION: REGION,
  AWS_EC2_METADATA_DISABLED: 'true',
};

/**
 * Starts moto and points the SDK at it, by the environment, as a user would.
 *
 * Seed with clients made after this, e.g. `new EC2Client({ region })`; S3 wants `forcePathStyle`.
 */
export async function startMotoEstate(): Promise<Moto> {
  return pointSdkAt(await startMoto());
}

/** Points the SDK at a server by the environment, until the server is closed. */
export function pointSdkAt<Server extends RunningServer>(server: Server): Server {
  const before = { ...process.env };
  const variables = { ...VARIABLES, AWS_ENDPOINT_URL: server.url };
  Object.assign(process.env, variables);
  const close = async (): Promise<void> => {
    for (const name of Object.keys(variables)) {
      const value = before[name];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await server.close();
  };
  return { ...server, close, [Symbol.asyncDispose]: close };
}

export const NO_SOURCES: Sources = sourcesSchema.parse({});
export const NOT_CANCELLED = new AbortController().signal;

/** What the resource type makes of one record of the listing. */
export interface Listed {
  native_id: string | null;
  item: ReturnType<typeof observedItemSchema.parse>;
  keys: readonly string[];
  references: ReturnType<AnyResourceType['references']>;
}

/**
 * Lists a resource type in a scope to its end, through the provider and the real SDK. Expects that
 * it calls nothing that its permissions do not name.
 */
export async function listAll<Record, RelationName extends string>(
  resourceType: ResourceType<AwsClient, Record, RelationName>,
  region = REGION,
  { account = ACCOUNT, sources = NO_SOURCES }: { account?: string; sources?: Sources } = {},
): Promise<Listed[]> {
  const type = resourceType as unknown as AnyResourceType;
  const scope: PlannedScope = {
    provider: 'aws',
    account,
    account_name: null,
    region: type.level === 'account' ? 'global' : region,
    level: type.level,
    task_queue: null,
  };
  const provider = createAwsProvider(process.env);
  const client = await provider.connect(scope, sources);
  const { aws, used } = recordingPermissions(client);
  const listed: Listed[] = [];
  let token: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof type.listPage>> = await type.listPage(
      aws,
      token,
      NOT_CANCELLED,
    );
    for (const raw of page.records) {
      const record = type.record.parse(raw);
      listed.push({
        native_id: type.nativeId(raw, scope),
        item: itemOf(type, record, scope),
        keys: type.keys(record, scope),
        references: type.references(record, scope),
      });
    }
    token = page.next_page_token;
  } while (token !== null);
  await provider.disconnect(client);
  expect(type.permissions).toEqual(expect.arrayContaining([...used]));
  return listed;
}
