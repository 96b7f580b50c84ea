import {
  CloudFrontClient,
  CreateDistributionWithTagsCommand,
  type DistributionConfig,
  ListDistributionsCommand,
} from '@aws-sdk/client-cloudfront';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resourceType } from '../../../providers/aws/resources/aws-cloudfront-distribution.ts';
import { resourceType as bucket } from '../../../providers/aws/resources/aws-s3-bucket.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { records } from './fixtures/aws-cloudfront-distribution.ts';
import { ACCOUNT, listAll, REGION, startMotoEstate } from './moto-estate.ts';

const BALANCER = 'shop-1.eu-west-1.elb.amazonaws.com';

let moto: Moto;

beforeAll(async () => {
  moto = await startMotoEstate();
  await new S3Client({ forcePathStyle: true }).send(
    new CreateBucketCommand({
      Bucket: 'assets',
      CreateBucketConfiguration: { LocationConstraint: REGION },
    }),
  );
  const create = async (CallerReference: string, rest: Partial<DistributionConfig>) => {
    const config: DistributionConfig = {
      CallerReference,
      Comment: CallerReference,
      Enabled: true,
      DefaultCacheBehavior: {
        TargetOriginId: 'web',
        ViewerProtocolPolicy: 'redirect-to-https',
        ForwardedValues: { QueryString: false, Cookies: { Forward: 'none' } },
        MinTTL: 0,
      },
      Origins: { Quantity: 1, Items: [origin('web', BALANCER)] },
      ...rest,
    };
    const Tags = { Items: [{ Key: 'team', Value: 'storefront' }] };
    const DistributionConfigWithTags = { DistributionConfig: config, Tags };
    const command = new CreateDistributionWithTagsCommand({ DistributionConfigWithTags });
    await new CloudFrontClient({}).send(command);
  };
  const origins = [origin('web', BALANCER), origin('assets', `assets.s3.${REGION}.amazonaws.com`)];
  await create('shop', {
    Aliases: { Quantity: 1, Items: ['Shop.prod.example.com'] },
    Origins: { Quantity: 2, Items: origins },
  });
  await create('off', { Enabled: false });
});
afterAll(() => moto?.close());

function origin(Id: string, DomainName: string) {
  return {
    Id,
    DomainName,
    CustomHeaders: {
      Quantity: 1,
      Items: [{ HeaderName: 'x-origin-key', HeaderValue: 'hunter2' }],
    },
    CustomOriginConfig: {
      HTTPPort: 80,
      HTTPSPort: 443,
      OriginProtocolPolicy: 'https-only' as const,
    },
  };
}

test('every distribution is found, with its names and without its headers', async () => {
  const { DistributionList } = await new CloudFrontClient({}).send(
    new ListDistributionsCommand({}),
  );
  const listed = await listAll(resourceType);
  expect(listed.map(({ native_id }) => native_id).sort()).toEqual(
    (DistributionList?.Items ?? []).map(({ ARN }) => ARN).sort(),
  );
  expect(listed.length).toBe(2);
  const shop = listed.find(({ item }) => item.attributes.comment === 'shop');
  expect(shop).toMatchObject({
    item: {
      ci_type: 'cdn',
      status: 'active',
      team: 'storefront',
      environment: 'production',
      attributes: {
        aliases: ['Shop.prod.example.com'],
        origins: [`assets.s3.${REGION}.amazonaws.com`, BALANCER],
        denied_reads: [],
      },
    },
    keys: expect.arrayContaining(['dns:shop.prod.example.com', `dns:${shop?.item.fqdn}`]),
  });
  const off = listed.find(({ item }) => item.attributes.comment === 'off');
  expect(off?.item.status).toBe('inactive');
  expect(JSON.stringify(listed)).not.toContain('hunter2');
});

test('an origin is known by the host that the bucket announces', async () => {
  const listed = await listAll(resourceType);
  const shop = listed.find(({ item }) => item.attributes.comment === 'shop');
  const [assets] = await listAll(bucket);
  const keys = shop?.references
    .filter(({ relation }) => relation === 'serves_from')
    .map(({ key }) => key);
  expect(keys).toContain(`dns:${BALANCER}`);
  expect(assets?.keys.filter((key) => keys?.includes(key))).toHaveLength(1);
});

test('the origins of a group stand in for each other, a lone one does not', () => {
  const scope = {
    provider: 'aws',
    account: ACCOUNT,
    account_name: null,
    region: 'global',
  } as const;
  const references = resourceType.references(resourceType.record.parse(records[0]), scope);
  const groups = references
    .filter(({ relation }) => relation === 'serves_from')
    .map(({ attributes, redundancy_group, min_up }) => [
      attributes?.origin,
      redundancy_group?.split(' ')[1],
      min_up,
    ]);
  expect(groups).toEqual([
    ['assets', 'static', 1],
    ['spare', 'static', 1],
    ['api', undefined, undefined],
  ]);
  const functions = references.filter(({ relation }) => relation === 'runs');
  expect(functions.map(({ key }) => key)).toEqual([
    'arn:aws:lambda:us-east-1:111111111111:function:rewrite',
  ]);
});

test('a staging copy does not answer to the names of the distribution', () => {
  const scope = {
    provider: 'aws',
    account: ACCOUNT,
    account_name: null,
    region: 'global',
  } as const;
  const names = (Staging: boolean) =>
    resourceType
      .keys(resourceType.record.parse({ ...records[0], Staging }), scope)
      .filter((key) => key.endsWith('.example.org'));
  expect(names(false)).toEqual(['dns:shop.prod.example.org', 'dns:*.shop.prod.example.org']);
  expect(names(true)).toEqual([]);
});
