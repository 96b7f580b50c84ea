import { DescribeFlowLogsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { regionalArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { count, instant, text, textAt } from '../fields.ts';
import { accountKey, idKey } from '../keys.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';

export const resourceType = defineResourceType({
  name: 'aws_flow_log',
  provider: 'aws',
  ci_types: ['service'],
  summary: 'A flow log: whose traffic is recorded, where to, and whether that succeeds.',
  permissions: ['ec2:DescribeFlowLogs'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const page = await aws
      .service(EC2Client)
      .send(new DescribeFlowLogsCommand({ MaxResults: 500, NextToken: pageToken ?? undefined }), {
        abortSignal: signal,
      });
    return { records: page.FlowLogs ?? [], next_page_token: page.NextToken || null };
  },

  record: z.object({
    FlowLogId: z.string(),
    FlowLogStatus: text,
    ResourceId: text,
    TrafficType: text,
    LogDestinationType: text,
    LogDestination: text,
    LogGroupName: text,
    MaxAggregationInterval: count,
    DeliverLogsStatus: text,
    DeliverLogsErrorMessage: text,
    DeliverLogsPermissionArn: text,
    CreationTime: instant,
    Tags: tagList,
  }),

  nativeId(record, scope) {
    const id = textAt(record, 'FlowLogId');
    return id && regionalArn(scope, 'ec2', `vpc-flow-log/${id}`);
  },

  toItem: (record, scope) => ({
    ci_type: 'service',
    name: record.FlowLogId,
    display_name: record.Tags.Name || record.FlowLogId,
    // Its own status is always ACTIVE; only the delivery tells whether anything arrives.
    status: record.DeliverLogsStatus === 'FAILED' ? 'failed' : 'active',
    region: scope.region,
    external_id: record.FlowLogId,
    ...described(record.Tags),
    attributes: {
      resource_id: record.ResourceId,
      traffic_type: record.TrafficType,
      destination_type: record.LogDestinationType,
      destination: record.LogDestination ?? record.LogGroupName,
      aggregation_interval_seconds: record.MaxAggregationInterval,
      delivery_status: record.DeliverLogsStatus,
      delivery_error: record.DeliverLogsErrorMessage,
      create_time: record.CreationTime,
      state: record.FlowLogStatus,
    },
  }),

  keys: ({ FlowLogId: id }, scope) => [idKey(id), regionalArn(scope, 'ec2', `vpc-flow-log/${id}`)],

  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    records: {
      type: 'monitors',
      target: 'aws_vpc, aws_subnet, aws_network_interface or aws_transit_gateway',
      spread: 'none',
    },
    writes_to: { type: 'uses', target: 'aws_s3_bucket, log group or stream', spread: 'forward' },
    acts_as: { type: 'uses', target: 'aws_iam_role', spread: 'forward' },
  },
  references: (record, scope) => [
    ...refer('in_account', scope.account, accountKey),
    ...refer('records', record.ResourceId, idKey),
    ...refer('writes_to', record.LogDestination, destinationArn),
    ...refer('acts_as', record.DeliverLogsPermissionArn),
  ],
  volatile: [],
});

/** The ARN of what is written to: of a bucket without the folder in it, of a log group without `:*`. */
function destinationArn(destination: string): string {
  return /^arn:[^:]+:s3:/.test(destination)
    ? destination.replace(/\/.*$/, '')
    : destination.replace(/:\*$/, '');
}
