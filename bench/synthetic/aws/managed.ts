import { pick } from '../random.ts';
import type { SyntheticRegion } from './estate.ts';
import type { Xml } from './xml.ts';

const RDS_PAGE_SIZE = 100;
const LAMBDA_PAGE_SIZE = 50;

/** `DescribeDBInstances`: a page of databases, in networks of the region. */
export function databases(
  region: SyntheticRegion,
  parameters: URLSearchParams,
  epoch: number,
): Xml {
  const { start, end, next } = pageOf(
    region.counts.databases,
    parameters.get('Marker'),
    Number(parameters.get('MaxRecords') ?? RDS_PAGE_SIZE),
  );
  const rows = [];
  for (let index = start; index < end; index += 1)
    rows.push({ DBInstance: database(region, index, epoch) });
  return { DBInstances: rows, Marker: next };
}

function database(region: SyntheticRegion, index: number, epoch: number): Xml {
  const name = `database-${index}`;
  const arn = `arn:aws:rds:${region.region}:${region.account}:db:${name}`;
  return {
    DBInstanceArn: arn,
    DBInstanceIdentifier: name,
    DBInstanceStatus: 'available',
    DBInstanceClass: 'db.r6g.large',
    Engine: pick(['postgres', 'mysql'], index, 'engine'),
    EngineVersion: '16.4',
    AvailabilityZone: region.zoneOf(region.subnetOf(index)),
    Endpoint: {
      Address: `${name}.${region.id('x', index).slice(2, 14)}.${region.region}.rds.amazonaws.com`,
      Port: 5432,
    },
    AllocatedStorage: 100,
    StorageType: 'gp3',
    Iops: 3000,
    MultiAZ: index % 2 === 0,
    BackupRetentionPeriod: 7,
    DBSubnetGroup: {
      DBSubnetGroupName: 'synthetic',
      VpcId: region.id('vpc', region.vpcOf(region.subnetOf(index))),
    },
    VpcSecurityGroups: [
      {
        VpcSecurityGroupMembership: {
          VpcSecurityGroupId: region.id('sg', region.securityGroupOf(index)),
        },
      },
    ],
    TagList: [
      { Tag: { Key: 'environment', Value: 'production' } },
      { Tag: { Key: 'revision', Value: String(region.revision('database', index, epoch)) } },
    ],
  };
}

/** `ListFunctions`: a page of functions, each in a network of the region. */
export function functions(
  region: SyntheticRegion,
  parameters: URLSearchParams,
  epoch: number,
): unknown {
  const { start, end, next } = pageOf(
    region.counts.functions,
    parameters.get('Marker'),
    Number(parameters.get('MaxItems') ?? LAMBDA_PAGE_SIZE),
  );
  const rows = [];
  for (let index = start; index < end; index += 1) {
    const name = `function-${index}`;
    const subnet = region.subnetOf(index);
    rows.push({
      FunctionName: name,
      FunctionArn: `arn:aws:lambda:${region.region}:${region.account}:function:${name}`,
      Runtime: 'nodejs22.x',
      MemorySize: 512,
      Timeout: 30,
      State: 'Active',
      Description: `revision ${region.revision('function', index, epoch)}`,
      LastModified: '2026-01-15T09:30:00.000+0000',
      VpcConfig: {
        VpcId: region.id('vpc', region.vpcOf(subnet)),
        SubnetIds: [region.id('subnet', subnet)],
        SecurityGroupIds: [region.id('sg', region.securityGroupOf(index))],
      },
    });
  }
  return { Functions: rows, NextMarker: next };
}

function pageOf(total: number, token: string | null, size: number) {
  const start = Number(token ?? 0);
  const end = Math.min(start + size, total);
  return { start, end, next: end < total ? String(end) : null };
}
