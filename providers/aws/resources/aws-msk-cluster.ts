import {
  type Cluster,
  KafkaClient,
  ListClustersV2Command,
  ListNodesCommand,
  type NodeInfo,
} from '@aws-sdk/client-kafka';
import pLimit from 'p-limit';
import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { AwsClient } from '../client.ts';
import { count, instant, listOf, text, textAt } from '../fields.ts';
import { accountKey, dnsKey, idKey, kmsKeyKey, nameKey } from '../keys.ts';
import { deniedReads, readDetail } from '../read-detail.ts';
import { refer } from '../refer.ts';
import { described, tagMap } from '../tags.ts';

/** Every state of MSK's `ClusterState`; one that heals replaces a broker while the others serve. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  CREATING: 'planned',
  ACTIVE: 'active',
  UPDATING: 'under_maintenance',
  MAINTENANCE: 'under_maintenance',
  HEALING: 'under_maintenance',
  REBOOTING_BROKER: 'under_maintenance',
  DELETING: 'under_maintenance',
  FAILED: 'failed',
};

const PAGE_SIZE = 100;
const CLUSTERS_AT_ONCE = 5;

const clusterSchema = z.object({
  ClusterArn: z.string(),
  ClusterName: text,
  ClusterType: text,
  State: text,
  StateInfo: z.object({ Code: text }).nullish(),
  CreationTime: instant,
  Provisioned: z
    .object({
      NumberOfBrokerNodes: count,
      StorageMode: text,
      BrokerNodeGroupInfo: z.object({
        InstanceType: text,
        ClientSubnets: listOf(z.string()),
        SecurityGroups: listOf(z.string()),
        StorageInfo: z
          .object({ EbsStorageInfo: z.object({ VolumeSize: count }).nullish() })
          .nullish(),
      }),
      CurrentBrokerSoftwareInfo: z.object({ KafkaVersion: text }).nullish(),
      EncryptionInfo: z
        .object({ EncryptionAtRest: z.object({ DataVolumeKMSKeyId: text }).nullish() })
        .nullish(),
    })
    .nullish(),
  Serverless: z
    .object({
      VpcConfigs: listOf(
        z.object({ SubnetIds: listOf(z.string()), SecurityGroupIds: listOf(z.string()) }),
      ),
    })
    .nullish(),
  Nodes: listOf(
    z.object({
      BrokerNodeInfo: z
        .object({
          BrokerId: count,
          AttachedENIId: text,
          ClientSubnet: text,
          Endpoints: listOf(z.string()),
        })
        .nullish(),
    }),
  ),
  Tags: tagMap,
  DeniedReads: z.array(z.string()),
});
type ClusterRecord = z.infer<typeof clusterSchema>;

export const resourceType = defineResourceType({
  name: 'aws_msk_cluster',
  provider: 'aws',
  ci_types: ['message_queue'],
  summary: 'A Kafka cluster of MSK, provisioned or serverless, with its brokers.',
  permissions: ['kafka:ListClustersV2', 'kafka:ListNodes'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new ListClustersV2Command({
      MaxResults: PAGE_SIZE,
      NextToken: pageToken ?? undefined,
    });
    const page = await aws.service(KafkaClient).send(command, { abortSignal: signal });
    const limit = pLimit(CLUSTERS_AT_ONCE);
    const records = await limit.map(page.ClusterInfoList ?? [], (cluster) =>
      withNodes(aws, cluster, signal),
    );
    return { records, next_page_token: page.NextToken || null };
  },

  record: clusterSchema,

  nativeId: (record) => textAt(record, 'ClusterArn'),

  toItem(record, scope) {
    const name = record.ClusterName ?? record.ClusterArn;
    const brokers = record.Provisioned?.BrokerNodeGroupInfo;
    return {
      ci_type: 'message_queue',
      name,
      display_name: record.Tags.Name || name,
      status: STATUSES[record.State ?? ''] ?? 'active',
      region: scope.region,
      external_id: record.ClusterArn,
      ...described(record.Tags, [record.ClusterName]),
      attributes: {
        cluster_type: record.ClusterType,
        kafka_version: record.Provisioned?.CurrentBrokerSoftwareInfo?.KafkaVersion ?? null,
        broker_count: record.Provisioned?.NumberOfBrokerNodes ?? null,
        broker_instance_type: brokers?.InstanceType ?? null,
        broker_storage_gb: brokers?.StorageInfo?.EbsStorageInfo?.VolumeSize ?? null,
        storage_mode: record.Provisioned?.StorageMode ?? null,
        broker_hosts: brokerHosts(record),
        create_time: record.CreationTime,
        state: record.State,
        state_code: record.StateInfo?.Code ?? null,
        denied_reads: record.DeniedReads,
      },
    };
  },

  // Metrics name it by its name alone.
  keys: (record, scope) => [
    record.ClusterArn,
    ...(record.ClusterName ? [nameKey(scope, 'msk-cluster', record.ClusterName)] : []),
    ...brokerHosts(record).map(dnsKey),
  ],

  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    in_subnet: { type: 'uses', target: 'aws_subnet', spread: 'forward' },
    has_interface: { type: 'uses', target: 'aws_network_interface', spread: 'forward' },
    guarded_by: { type: 'uses', target: 'aws_security_group', spread: 'none' },
    encrypted_with: { type: 'depends_on', target: 'aws_kms_key', spread: 'forward' },
  },
  references(record, scope) {
    const places = [
      ...(record.Provisioned
        ? [
            {
              SubnetIds: record.Provisioned.BrokerNodeGroupInfo.ClientSubnets,
              SecurityGroupIds: record.Provisioned.BrokerNodeGroupInfo.SecurityGroups,
            },
          ]
        : []),
      ...(record.Serverless?.VpcConfigs ?? []),
    ];
    const distinct = (ids: string[]) => [...new Set(ids)].sort();
    // Brokers stand in for each other, and so do their subnets.
    const together = (kind: string) => ({
      redundancy_group: `${record.ClusterArn} ${kind}`,
      min_up: 1,
    });
    const key = record.Provisioned?.EncryptionInfo?.EncryptionAtRest?.DataVolumeKMSKeyId;
    return [
      ...refer('in_account', scope.account, accountKey),
      ...distinct(places.flatMap(({ SubnetIds }) => SubnetIds)).flatMap((subnetId) =>
        refer('in_subnet', subnetId, idKey, together('subnets')),
      ),
      ...record.Nodes.flatMap(({ BrokerNodeInfo }) =>
        refer('has_interface', BrokerNodeInfo?.AttachedENIId, idKey, {
          ...together('brokers'),
          attributes: { broker_id: BrokerNodeInfo?.BrokerId ?? null },
        }),
      ),
      ...distinct(places.flatMap(({ SecurityGroupIds }) => SecurityGroupIds)).flatMap((groupId) =>
        refer('guarded_by', groupId, idKey),
      ),
      ...refer('encrypted_with', key, (id) => kmsKeyKey(id, scope)),
    ];
  },
  volatile: [],
});

/** The host names of the brokers, without ports. */
function brokerHosts({ Nodes }: ClusterRecord): string[] {
  return Nodes.flatMap(({ BrokerNodeInfo }) => BrokerNodeInfo?.Endpoints ?? []).sort();
}

async function withNodes(aws: AwsClient, cluster: Cluster, signal: AbortSignal) {
  // A serverless cluster has no nodes to be asked for.
  const nodes = await readDetail(
    'kafka:ListNodes',
    async () =>
      cluster.ClusterType === 'SERVERLESS' ? [] : nodesOf(aws, cluster.ClusterArn, signal),
    // Deleted since it was listed, or not yet made.
    ['NotFoundException', 'BadRequestException'],
  );
  return { ...cluster, Nodes: nodes.value, DeniedReads: deniedReads([nodes]) };
}

async function nodesOf(
  aws: AwsClient,
  ClusterArn: string | undefined,
  signal: AbortSignal,
): Promise<NodeInfo[]> {
  const nodes: NodeInfo[] = [];
  let token: string | undefined;
  do {
    const command = new ListNodesCommand({ ClusterArn, MaxResults: PAGE_SIZE, NextToken: token });
    const page = await aws.service(KafkaClient).send(command, { abortSignal: signal });
    nodes.push(...(page.NodeInfoList ?? []));
    token = page.NextToken || undefined;
  } while (token);
  return nodes;
}
