import {
  CreateDomainCommand,
  ListDomainNamesCommand,
  OpenSearchClient,
} from '@aws-sdk/client-opensearch';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resourceType } from '../../../providers/aws/resources/aws-opensearch-domain.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { ACCOUNT, listAll, REGION, startMotoEstate } from './moto-estate.ts';

let moto: Moto;
let search: OpenSearchClient;

beforeAll(async () => {
  moto = await startMotoEstate();
  search = new OpenSearchClient({ region: REGION });
  // More than one call describes.
  for (const name of ['logs-prod', 'search-1', 'search-2', 'search-3', 'search-4', 'search-5']) {
    await search.send(
      new CreateDomainCommand({
        DomainName: name,
        EngineVersion: 'OpenSearch_2.11',
        ClusterConfig: { InstanceType: 'r6g.large.search', InstanceCount: 3 },
        EBSOptions: { EBSEnabled: true, VolumeType: 'gp3', VolumeSize: 10 },
        AdvancedSecurityOptions: {
          Enabled: true,
          MasterUserOptions: { MasterUserName: 'admin', MasterUserPassword: 'hunter2' },
        },
      }),
    );
  }
});
afterAll(() => moto?.close());

test('every domain is found, with how to reach it and no secret', async () => {
  const { DomainNames = [] } = await search.send(new ListDomainNamesCommand({}));
  const listed = await listAll(resourceType);
  expect(listed.length).toBe(6);
  expect(listed.map(({ item }) => item.name).sort()).toEqual(
    DomainNames.map(({ DomainName }) => DomainName).sort(),
  );
  expect(JSON.stringify(listed)).not.toContain('hunter2');
  const logs = listed.find(({ item }) => item.name === 'logs-prod');
  const host = `logs-prod.${REGION}.es.amazonaws.com`;
  expect(logs?.native_id).toBe(`arn:aws:es:${REGION}:${ACCOUNT}:domain/logs-prod`);
  expect(logs?.keys).toContain(`dns:${host}`);
  expect(logs?.item).toMatchObject({
    status: 'active',
    environment: 'production',
    db_type: 'opensearch',
    db_version: '2.11',
    fqdn: host,
    connection_string: `https://${host}:443`,
    storage_gb: 30,
    attributes: { instance_type: 'r6g.large.search', data_node_count: 3, state: 'Active' },
  });
  expect(logs?.references).toContainEqual({ relation: 'in_account', key: `aws:${ACCOUNT}` });
});
