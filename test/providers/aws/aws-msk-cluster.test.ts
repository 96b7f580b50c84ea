import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { resourceType } from '../../../providers/aws/resources/aws-msk-cluster.ts';
import { records } from './fixtures/aws-msk-cluster.ts';
import { ACCOUNT, listAll, REGION, startMotoEstate } from './moto-estate.ts';

/**
 * Points the SDK at a fake of MSK at the wire: moto's has no nodes and no page tokens, and times
 * that the SDK does not read. What has no answer is refused.
 */
async function startFakeMsk(answers: Readonly<Record<string, object>>): Promise<AsyncDisposable> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://fake');
    const token = url.searchParams.get('nextToken') ?? '';
    const answer = answers[`${decodeURIComponent(url.pathname)} ${token}`.trim()];
    const headers = answer
      ? { 'content-type': 'application/json' }
      : { 'content-type': 'application/json', 'x-amzn-errortype': 'ForbiddenException' };
    response.writeHead(answer ? 200 : 403, headers).end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const name = 'AWS_ENDPOINT_URL_KAFKA';
  const before = process.env[name];
  process.env[name] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    async [Symbol.asyncDispose]() {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('pages of clusters and of nodes are followed; a refused listing of nodes is told', async () => {
  const arn = (name: string) => `arn:aws:kafka:${REGION}:${ACCOUNT}:cluster/${name}/0a1b-2`;
  const cluster = (name: string) => ({
    clusterArn: arn(name),
    clusterName: name,
    clusterType: 'PROVISIONED',
    state: 'ACTIVE',
    creationTime: '2026-03-01T08:00:00Z',
    provisioned: {
      numberOfBrokerNodes: 2,
      brokerNodeGroupInfo: { clientSubnets: ['subnet-0a'], instanceType: 'kafka.m7g.large' },
    },
  });
  const serverless = {
    clusterArn: arn('events-prod'),
    clusterName: 'events-prod',
    clusterType: 'SERVERLESS',
    state: 'CREATING',
    tags: { team: 'web' },
    serverless: { vpcConfigs: [{ subnetIds: ['subnet-0b'], securityGroupIds: ['sg-0b'] }] },
  };
  const node = (id: number) => ({
    nodeType: 'BROKER',
    brokerNodeInfo: { brokerId: id, attachedENIId: `eni-${id}`, endpoints: [`b-${id}.bus.test`] },
  });
  await using _moto = await startMotoEstate();
  await using _fake = await startFakeMsk({
    '/api/v2/clusters': { clusterInfoList: [cluster('bus')], nextToken: 'second' },
    '/api/v2/clusters second': { clusterInfoList: [cluster('closed'), serverless] },
    [`/v1/clusters/${arn('bus')}/nodes`]: { nodeInfoList: [node(1)], nextToken: 'more' },
    [`/v1/clusters/${arn('bus')}/nodes more`]: { nodeInfoList: [node(2)] },
  });
  const [bus, closed, events, ...others] = await listAll(resourceType);
  expect(others).toEqual([]);
  expect(bus?.keys).toEqual(expect.arrayContaining(['dns:b-1.bus.test', 'dns:b-2.bus.test']));
  expect(bus?.references.filter(({ relation }) => relation === 'has_interface')).toEqual([
    expect.objectContaining({ key: 'aws:eni-1', min_up: 1 }),
    expect.objectContaining({ key: 'aws:eni-2', min_up: 1 }),
  ]);
  expect(bus?.item.attributes.denied_reads).toEqual([]);
  expect(closed?.item).toMatchObject({
    name: 'closed',
    attributes: { broker_hosts: [], denied_reads: ['kafka:ListNodes'] },
  });
  expect(events?.item).toMatchObject({
    status: 'planned',
    environment: 'production',
    team: 'web',
    attributes: { cluster_type: 'SERVERLESS', denied_reads: [] },
  });
  expect(events?.keys).toContain(`aws:${ACCOUNT}/${REGION}/msk-cluster/events-prod`);
});

test('a serverless cluster is in the subnets of all its VPCs, each once', () => {
  const scope = { provider: 'aws', account: '1', account_name: null, region: 'us-west-2' } as const;
  const found = resourceType
    .references(resourceType.record.parse(records[1]), scope)
    .filter(({ relation }) => relation === 'in_subnet' || relation === 'guarded_by');
  expect(found.map(({ key }) => key)).toEqual([
    'aws:subnet-0aaaaaaaaaaaaaaa1',
    'aws:subnet-0aaaaaaaaaaaaaaa3',
    'aws:sg-0aaaaaaaaaaaaaaa1',
  ]);
});
