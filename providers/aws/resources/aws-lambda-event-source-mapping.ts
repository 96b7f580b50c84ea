import { LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import { functionArn } from '../api-integrations.ts';
import { parseArn, regionalArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { hostKeys } from '../dns-targets.ts';
import { count, flag, instant, listOf, text, textAt } from '../fields.ts';
import { namedResources, resourceArn } from '../named-resources.ts';
import { deniedReads } from '../read-detail.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';
import { tagsByArn } from '../tags-by-arn.ts';

/** Every state of a mapping. Source: `State` in the API reference of GetEventSourceMapping. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  Creating: 'planned',
  Enabling: 'planned',
  Enabled: 'active',
  Disabling: 'under_maintenance',
  Disabled: 'inactive',
  Updating: 'under_maintenance',
  Deleting: 'under_maintenance',
};

const MAPPINGS_A_PAGE = 100;

export const resourceType = defineResourceType({
  name: 'aws_lambda_event_source_mapping',
  provider: 'aws',
  ci_types: ['service'],
  summary: 'What reads a queue or stream for a Lambda function and calls it with what it read.',
  permissions: ['lambda:ListEventSourceMappings', 'tag:GetResources'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new ListEventSourceMappingsCommand({
      MaxItems: MAPPINGS_A_PAGE,
      Marker: pageToken ?? undefined,
    });
    const page = await aws.service(LambdaClient).send(command, { abortSignal: signal });
    const mappings = page.EventSourceMappings ?? [];
    if (mappings.length === 0) return { records: [], next_page_token: page.NextMarker ?? null };
    const tags = await tagsByArn(aws, 'lambda', signal);
    const records = mappings.map((mapping) => ({
      ...mapping,
      Tags: tags.value?.get(mapping.EventSourceMappingArn ?? ''),
      DeniedReads: deniedReads([tags]),
    }));
    return { records, next_page_token: page.NextMarker ?? null };
  },

  record: z.object({
    UUID: z.string(),
    FunctionArn: text,
    EventSourceArn: text,
    SelfManagedEventSource: z
      .object({
        Endpoints: z.object({ KAFKA_BOOTSTRAP_SERVERS: listOf(z.string()) }).nullish(),
      })
      .nullish(),
    State: text,
    StateTransitionReason: text,
    LastModified: instant,
    LastProcessingResult: text,
    BatchSize: count,
    MaximumBatchingWindowInSeconds: count,
    ParallelizationFactor: count,
    // Without end where it is -1.
    MaximumRetryAttempts: z.int().nullish(),
    MaximumRecordAgeInSeconds: z.int().nullish(),
    BisectBatchOnFunctionError: flag,
    StartingPosition: text,
    Topics: listOf(z.string()),
    Queues: listOf(z.string()),
    ScalingConfig: z.object({ MaximumConcurrency: count }).nullish(),
    DestinationConfig: z.object({ OnFailure: z.object({ Destination: text }).nullish() }).nullish(),
    KMSKeyArn: text,
    Tags: tagList,
    DeniedReads: z.array(z.string()),
  }),

  nativeId(record, scope) {
    const id = textAt(record, 'UUID');
    return id && mappingArn(scope, id);
  },

  toItem(record, scope) {
    const functionName = parseArn(record.FunctionArn ?? '')?.resource.split(':')[1] ?? null;
    const source = record.EventSourceArn;
    return {
      ci_type: 'service',
      name: record.UUID,
      display_name: record.Tags.Name || functionName || record.UUID,
      status: STATUSES[record.State ?? ''] ?? 'active',
      region: scope.region,
      external_id: mappingArn(scope, record.UUID),
      ...described(record.Tags, [functionName]),
      attributes: {
        function: functionName,
        source: source ? resourceArn(source) : null,
        source_service: parseArn(source ?? '')?.service ?? (source ? null : 'kafka'),
        bootstrap_servers: bootstrapServers(record).toSorted(),
        topics: record.Topics.toSorted(),
        queues: record.Queues.toSorted(),
        batch_size: record.BatchSize,
        batching_window_seconds: record.MaximumBatchingWindowInSeconds,
        parallelization_factor: record.ParallelizationFactor,
        max_concurrency: record.ScalingConfig?.MaximumConcurrency ?? null,
        max_retry_attempts: record.MaximumRetryAttempts ?? null,
        max_record_age_seconds: record.MaximumRecordAgeInSeconds ?? null,
        bisects_failed_batches: record.BisectBatchOnFunctionError,
        starting_position: record.StartingPosition,
        last_modified_time: record.LastModified,
        last_processing_result: record.LastProcessingResult,
        state: record.State,
        state_reason: record.StateTransitionReason,
        denied_reads: record.DeniedReads,
      },
    };
  },

  keys: ({ UUID }, scope) => [mappingArn(scope, UUID)],

  relations: {
    feeds: { type: 'part_of', target: 'aws_lambda_function', spread: 'forward' },
    reads: { type: 'depends_on', target: 'message_queue', spread: 'forward' },
    // Of the function itself, so that what its events come from is one step away.
    receives_from: { type: 'depends_on', target: 'message_queue', spread: 'forward' },
    gives_up_to: { type: 'uses', target: 'message_queue', spread: 'none' },
    encrypted_with: { type: 'depends_on', target: 'aws_kms_key', spread: 'forward' },
  },

  references(record, scope) {
    const called = functionArn(record.FunctionArn ?? '');
    const hosts = namedResources({ BOOTSTRAP_SERVERS: bootstrapServers(record).join(',') }).hosts;
    const servers = hosts.flatMap((host) => hostKeys(host));
    // One broker of several is enough to find the others.
    const group = servers.length > 1 ? { min_up: 1 } : null;
    const id = mappingArn(scope, record.UUID);
    const isOff = STATUSES[record.State ?? ''] === 'inactive';
    const ofMapping = group ? { ...group, redundancy_group: `${id} brokers` } : {};
    const ofFunction = group ? { ...group, redundancy_group: `${id} function's brokers` } : {};
    const sources = [
      ...(record.EventSourceArn ? [resourceArn(record.EventSourceArn)] : []),
      ...servers,
    ];
    return [
      ...refer('feeds', called),
      ...sources.flatMap((key) => refer('reads', key, undefined, ofMapping)),
      ...sources.flatMap((key) =>
        called && !isOff
          ? refer('receives_from', key, undefined, { source_key: called, ...ofFunction })
          : [],
      ),
      ...refer('gives_up_to', record.DestinationConfig?.OnFailure?.Destination, resourceArn),
      ...refer('encrypted_with', record.KMSKeyArn),
    ];
  },
  // It moves with every batch.
  volatile: ['attributes.last_processing_result'],
});

function mappingArn(scope: Parameters<typeof regionalArn>[0], id: string): string {
  return regionalArn(scope, 'lambda', `event-source-mapping:${id}`);
}

/** `broker-1.example.com:9092`, of a Kafka that is not AWS's. */
function bootstrapServers({
  SelfManagedEventSource,
}: {
  SelfManagedEventSource?:
    | { Endpoints?: { KAFKA_BOOTSTRAP_SERVERS: string[] } | null | undefined }
    | null
    | undefined;
}): string[] {
  return SelfManagedEventSource?.Endpoints?.KAFKA_BOOTSTRAP_SERVERS ?? [];
}
