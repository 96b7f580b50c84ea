import {
  APIGatewayClient,
  CreateRestApiCommand,
  CreateVpcLinkCommand,
  GetRestApisCommand,
  PutIntegrationCommand,
  type PutIntegrationCommandInput,
  PutMethodCommand,
} from '@aws-sdk/client-api-gateway';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createAwsProvider } from '../../../providers/aws/provider.ts';
import { resourceType } from '../../../providers/aws/resources/aws-apigateway-rest-api.ts';
import { loadBalancersByLink, throughLinks } from '../../../providers/aws/rest-api-methods.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import {
  ACCOUNT,
  listAll,
  NO_SOURCES,
  NOT_CANCELLED,
  REGION,
  startMotoEstate,
} from './moto-estate.ts';

const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:orders`;
const BALANCER = `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:loadbalancer/net/web/50dc`;

let moto: Moto;
let ledger = '';

beforeAll(async () => {
  moto = await startMotoEstate();
  const gateway = new APIGatewayClient({});
  const made = await gateway.send(
    new CreateRestApiCommand({
      name: 'ledger',
      description: 'the ledger',
      tags: { team: 'payments' },
      endpointConfiguration: { types: ['REGIONAL'] },
    }),
  );
  ledger = made.id ?? '';
  await gateway.send(new CreateRestApiCommand({ name: 'empty' }));
  await gateway.send(new CreateVpcLinkCommand({ name: 'web', targetArns: [BALANCER] }));
  const integrate = async (
    httpMethod: string,
    integration: Pick<PutIntegrationCommandInput, 'type' | 'uri'>,
  ) => {
    const place = { restApiId: ledger, resourceId: made.rootResourceId, httpMethod };
    await gateway.send(new PutMethodCommand({ ...place, authorizationType: 'NONE' }));
    await gateway.send(
      new PutIntegrationCommand({ ...place, integrationHttpMethod: 'POST', ...integration }),
    );
  };
  const invocations = `lambda:path/2015-03-31/functions/${FUNCTION}/invocations`;
  await integrate('POST', {
    type: 'AWS_PROXY',
    uri: `arn:aws:apigateway:${REGION}:${invocations}`,
  });
  await integrate('GET', { type: 'HTTP_PROXY', uri: 'http://pay.example.com/v1?key=hunter2' });
});
afterAll(() => moto?.close());

test('every API is found, with what its methods call', async () => {
  const { items } = await new APIGatewayClient({}).send(new GetRestApisCommand({}));
  const listed = await listAll(resourceType);
  expect(listed.map(({ native_id }) => native_id).sort()).toEqual(
    (items ?? []).map(({ id }) => `arn:aws:apigateway:${REGION}::/restapis/${id}`).sort(),
  );
  const found = listed.find(({ item }) => item.name === ledger);
  expect(found).toMatchObject({
    item: {
      ci_type: 'api',
      display_name: 'ledger',
      team: 'payments',
      fqdn: `${ledger}.execute-api.${REGION}.amazonaws.com`,
      attributes: { endpoint_types: ['REGIONAL'], integration_types: ['AWS_PROXY', 'HTTP_PROXY'] },
    },
    keys: [found?.native_id, `dns:${ledger}.execute-api.${REGION}.amazonaws.com`],
  });
  const calls = found?.references.filter(({ relation }) => relation === 'calls');
  expect(calls?.map(({ key }) => key)).toEqual([FUNCTION, 'dns:pay.example.com']);
  expect(JSON.stringify(listed)).not.toContain('hunter2');
});

test('behind a link stands its load balancer, or the one that the integration names', () => {
  const links = new Map([['l1', [BALANCER]]]);
  const other = `${BALANCER}2`;
  const integrations = [
    { type: 'HTTP_PROXY' as const, uri: 'http://a.example.com', connectionId: 'l1' },
    { type: 'HTTP_PROXY' as const, uri: 'http://b.example.com', integrationTarget: other },
    { type: 'MOCK' as const },
  ];
  const targets = throughLinks(integrations, links).flatMap(({ Target }) => Target ?? []);
  expect(targets).toEqual(['http://a.example.com', BALANCER, 'http://b.example.com', other]);
});

test('the links of the region are read by their id', async () => {
  const provider = createAwsProvider(process.env);
  const scope = { provider: 'aws', account: ACCOUNT, account_name: null, region: REGION } as const;
  const aws = await provider.connect(scope, NO_SOURCES);
  const { value } = await loadBalancersByLink(aws, NOT_CANCELLED);
  expect([...(value?.values() ?? [])]).toEqual([[BALANCER]]);
});
