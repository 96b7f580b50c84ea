import { ACMClient, RequestCertificateCommand } from '@aws-sdk/client-acm';
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateIntegrationCommand,
} from '@aws-sdk/client-apigatewayv2';
import { CloudFrontClient, CreateDistributionCommand } from '@aws-sdk/client-cloudfront';
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import {
  ChangeResourceRecordSetsCommand,
  CreateHealthCheckCommand,
  CreateHostedZoneCommand,
  type ResourceRecordSet,
  Route53Client,
  type VPCRegion,
} from '@aws-sdk/client-route-53';
import { REGION } from './moto-estate.ts';
import type { Network } from './seed-moto.ts';

const BALANCERS = ['blue-1', 'green-1'].map((name) => `${name}.${REGION}.elb.amazonaws.com`);

/** Puts names, an edge, an API and a key before what `seedMoto` made in the region of tests. */
export async function seedEdge({ vpc_id }: Network): Promise<void> {
  const kms = new KMSClient({});
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Description: 'orders' }));
  await kms.send(
    new CreateAliasCommand({ AliasName: 'alias/orders', TargetKeyId: KeyMetadata?.KeyId }),
  );
  await new ACMClient({}).send(new RequestCertificateCommand({ DomainName: 'www.example.com' }));
  const host = await seedDistribution();
  await seedRecords(vpc_id, host);
  await seedApi();
}

/** @returns the distribution's own host */
async function seedDistribution(): Promise<string> {
  const origin = {
    Id: 'assets',
    DomainName: `assets.s3.${REGION}.amazonaws.com`,
    S3OriginConfig: { OriginAccessIdentity: '' },
  };
  const created = await new CloudFrontClient({}).send(
    new CreateDistributionCommand({
      DistributionConfig: {
        CallerReference: 'www',
        Comment: 'www',
        Enabled: true,
        Aliases: { Quantity: 1, Items: ['www.example.com'] },
        DefaultCacheBehavior: {
          TargetOriginId: 'assets',
          ViewerProtocolPolicy: 'redirect-to-https',
          ForwardedValues: { QueryString: false, Cookies: { Forward: 'none' } },
          MinTTL: 0,
        },
        Origins: { Quantity: 1, Items: [origin] },
      },
    }),
  );
  return created.Distribution?.DomainName ?? '';
}

async function seedRecords(vpcId: string, distribution: string): Promise<void> {
  const route53 = new Route53Client({});
  const zone = async (Name: string, isPrivate: boolean) => {
    const VPC = { VPCId: vpcId, VPCRegion: REGION as VPCRegion };
    const { HostedZone } = await route53.send(
      new CreateHostedZoneCommand({
        Name,
        CallerReference: Name,
        ...(isPrivate ? { VPC, HostedZoneConfig: { PrivateZone: true } } : {}),
      }),
    );
    return HostedZone?.Id ?? '';
  };
  const create = (HostedZoneId: string, sets: ResourceRecordSet[]) =>
    route53.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId,
        ChangeBatch: {
          Changes: sets.map((ResourceRecordSet) => ({ Action: 'CREATE', ResourceRecordSet })),
        },
      }),
    );
  const check = await route53.send(
    new CreateHealthCheckCommand({
      CallerReference: 'api',
      HealthCheckConfig: { Type: 'HTTPS', FullyQualifiedDomainName: 'api.example.com', Port: 443 },
    }),
  );
  const set = (Name: string, Type: 'A' | 'CNAME', Value: string): ResourceRecordSet => ({
    Name,
    Type,
    TTL: 60,
    ResourceRecords: [{ Value }],
  });
  const rds = new RDSClient({ region: REGION });
  const databases = await rds.send(
    new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'orders' }),
  );
  const endpoint = databases.DBInstances?.[0]?.Endpoint?.Address ?? '';
  await create(await zone('example.com', false), [
    set('www.example.com', 'CNAME', distribution),
    ...BALANCERS.map((host, index) => ({
      ...set('api.example.com', 'CNAME', host),
      SetIdentifier: `set-${index}`,
      Weight: 50,
      HealthCheckId: check.HealthCheck?.Id,
    })),
  ]);
  await create(await zone('shop.internal', true), [
    set('db.shop.internal', 'CNAME', endpoint),
    set('web.shop.internal', 'A', '10.0.1.4'),
  ]);
}

async function seedApi(): Promise<void> {
  const gateway = new ApiGatewayV2Client({});
  const { ApiId } = await gateway.send(
    new CreateApiCommand({ Name: 'orders', ProtocolType: 'HTTP' }),
  );
  await gateway.send(
    new CreateIntegrationCommand({
      ApiId,
      IntegrationType: 'HTTP_PROXY',
      IntegrationMethod: 'GET',
      IntegrationUri: 'https://api.example.com/v1',
    }),
  );
}
