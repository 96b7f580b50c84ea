import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateApiMappingCommand,
  CreateDomainNameCommand,
  CreateIntegrationCommand,
  CreateStageCommand,
  GetApisCommand,
} from '@aws-sdk/client-apigatewayv2';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resourceType } from '../../../providers/aws/resources/aws-apigateway-http-api.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { ACCOUNT, listAll, REGION, startMotoEstate } from './moto-estate.ts';

const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:orders`;
const CERTIFICATE = `arn:aws:acm:${REGION}:${ACCOUNT}:certificate/0a1b`;

let moto: Moto;
const ids: Record<'orders' | 'refunds' | 'live', string> = { orders: '', refunds: '', live: '' };

beforeAll(async () => {
  moto = await startMotoEstate();
  const gateway = new ApiGatewayV2Client({});
  const create = async (Name: string, ProtocolType: 'HTTP' | 'WEBSOCKET') => {
    const { ApiId } = await gateway.send(
      new CreateApiCommand({
        Name,
        ProtocolType,
        RouteSelectionExpression: '$request.method',
        Tags: { env: 'prod' },
      }),
    );
    await gateway.send(new CreateStageCommand({ ApiId, StageName: 'prod' }));
    return ApiId ?? '';
  };
  ids.orders = await create('orders', 'HTTP');
  ids.refunds = await create('refunds', 'HTTP');
  ids.live = await create('live', 'WEBSOCKET');
  await gateway.send(
    new CreateIntegrationCommand({
      ApiId: ids.orders,
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: `${FUNCTION}:live`,
      PayloadFormatVersion: '2.0',
    }),
  );
  await gateway.send(
    new CreateIntegrationCommand({
      ApiId: ids.orders,
      IntegrationType: 'HTTP_PROXY',
      IntegrationMethod: 'GET',
      IntegrationUri: 'https://user:hunter2@pay.example.com/v1?key=hunter2',
    }),
  );
  const domain = { DomainNameConfigurations: [{ CertificateArn: CERTIFICATE }] };
  for (const DomainName of ['orders.example.com', 'shared.example.com']) {
    await gateway.send(new CreateDomainNameCommand({ DomainName, ...domain }));
  }
  const map = (ApiId: string, DomainName: string, ApiMappingKey: string) =>
    gateway.send(new CreateApiMappingCommand({ ApiId, DomainName, ApiMappingKey, Stage: 'prod' }));
  await map(ids.orders, 'orders.example.com', '');
  await map(ids.refunds, 'orders.example.com', 'refunds');
  await map(ids.orders, 'shared.example.com', 'orders');
  await map(ids.refunds, 'shared.example.com', 'refunds');
});
afterAll(() => moto?.close());

test('every API is found, with what it calls', async () => {
  const { Items } = await new ApiGatewayV2Client({}).send(new GetApisCommand({}));
  const listed = await listAll(resourceType);
  expect(listed.map(({ native_id }) => native_id).sort()).toEqual(
    (Items ?? []).map(({ ApiId }) => `arn:aws:apigateway:${REGION}::/apis/${ApiId}`).sort(),
  );
  const found = new Map(listed.map((entry) => [entry.item.name, entry]));
  expect(found.get(ids.orders)?.item).toMatchObject({
    ci_type: 'api',
    display_name: 'orders',
    environment: 'production',
    attributes: {
      protocol: 'http',
      integration_types: ['AWS_PROXY', 'HTTP_PROXY'],
      targets: [FUNCTION, 'dns:pay.example.com'],
      domain_names: ['orders.example.com', 'shared.example.com/orders'],
    },
  });
  expect(found.get(ids.live)?.item.attributes.protocol).toBe('websocket');
  expect(found.get(ids.orders)?.references).toEqual([
    { relation: 'in_account', key: `aws:${ACCOUNT}` },
    { relation: 'calls', key: FUNCTION },
    { relation: 'calls', key: 'dns:pay.example.com' },
    { relation: 'secured_by', key: CERTIFICATE },
  ]);
  expect(JSON.stringify(listed)).not.toContain('hunter2');
});

test('a domain name is that of the API at its root, and of none where several share it', async () => {
  const listed = await listAll(resourceType);
  const owners = (key: string) =>
    listed.filter(({ keys }) => keys.includes(key)).map(({ item }) => item.name);
  expect(owners('dns:orders.example.com')).toEqual([ids.orders]);
  expect(owners('dns:shared.example.com')).toEqual([]);
  expect(owners(`dns:${ids.refunds}.execute-api.${REGION}.amazonaws.com`)).toEqual([ids.refunds]);
});
