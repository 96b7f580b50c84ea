import {
  DescribeKeyCommand,
  GetKeyRotationStatusCommand,
  type KeyListEntry,
  KMSClient,
  ListKeysCommand,
} from '@aws-sdk/client-kms';
import pLimit from 'p-limit';
import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { AwsClient } from '../client.ts';
import { flag, instant, listOf, text, textAt } from '../fields.ts';
import { accountKey } from '../keys.ts';
import { aliasesByKey } from '../kms-aliases.ts';
import { deniedReads, readDetail } from '../read-detail.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';
import { tagsByArn } from '../tags-by-arn.ts';

/** Every state of KMS's `KeyState`; a key that waits for its deletion encrypts nothing any more. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  Creating: 'planned',
  Enabled: 'active',
  Disabled: 'inactive',
  PendingImport: 'planned',
  PendingDeletion: 'inactive',
  PendingReplicaDeletion: 'inactive',
  Unavailable: 'failed',
  Updating: 'under_maintenance',
};

/** Two calls follow for each key: a page is some seconds of work, the unit that is resumed. */
const KEYS_A_PAGE = 100;
const KEYS_AT_ONCE = 5;

export const resourceType = defineResourceType({
  name: 'aws_kms_key',
  provider: 'aws',
  ci_types: ['encryption_key'],
  summary: 'A KMS key of the account, its own or one that AWS manages there, with its aliases.',
  permissions: [
    'kms:ListKeys',
    'kms:DescribeKey',
    'kms:GetKeyRotationStatus',
    'kms:ListAliases',
    'tag:GetResources',
  ],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new ListKeysCommand({ Limit: KEYS_A_PAGE, Marker: pageToken ?? undefined });
    const page = await aws.service(KMSClient).send(command, { abortSignal: signal });
    const limit = pLimit(KEYS_AT_ONCE);
    const records = await limit.map(page.Keys ?? [], (key) => withDetails(aws, key, signal));
    return { records: records.flat(), next_page_token: page.NextMarker ?? null };
  },

  record: z.object({
    KeyArn: z.string(),
    KeyId: text,
    Aliases: listOf(z.object({ AliasName: text, AliasArn: text })),
    Description: text,
    KeyManager: text,
    KeyState: text,
    KeySpec: text,
    KeyUsage: text,
    Origin: text,
    MultiRegionConfiguration: z
      .object({ MultiRegionKeyType: text, PrimaryKey: z.object({ Arn: text }).nullish() })
      .nullish(),
    CreationDate: instant,
    DeletionDate: instant,
    RotationEnabled: flag,
    Tags: tagList,
    DeniedReads: z.array(z.string()),
  }),

  nativeId: (record) => textAt(record, 'KeyArn'),

  toItem(record, scope) {
    const aliases = record.Aliases.flatMap(({ AliasName }) => AliasName ?? []).sort();
    const name = record.KeyId ?? record.KeyArn;
    return {
      ci_type: 'encryption_key',
      name,
      display_name: record.Tags.Name || aliases[0]?.replace(/^alias\//, '') || name,
      status: STATUSES[record.KeyState ?? ''] ?? 'active',
      region: scope.region,
      external_id: record.KeyArn,
      ...described(record.Tags, aliases),
      attributes: {
        aliases,
        description: record.Description,
        // AWS, or CUSTOMER: only those can be changed and shared.
        managed_by: record.KeyManager,
        key_spec: record.KeySpec,
        key_usage: record.KeyUsage,
        origin: record.Origin,
        multi_region_role: record.MultiRegionConfiguration?.MultiRegionKeyType ?? null,
        rotation_enabled: record.RotationEnabled,
        create_time: record.CreationDate,
        deletion_time: record.DeletionDate,
        state: record.KeyState,
        denied_reads: record.DeniedReads,
      },
    };
  },

  keys: ({ KeyArn, Aliases }) => [KeyArn, ...Aliases.flatMap(({ AliasArn }) => AliasArn ?? [])],

  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    // Each has the key material of its own and works without the primary.
    replicates: { type: 'depends_on', target: 'aws_kms_key', spread: 'none' },
  },
  references: ({ KeyArn, MultiRegionConfiguration }, scope) => {
    const primary = MultiRegionConfiguration?.PrimaryKey?.Arn;
    return [
      ...refer('in_account', scope.account, accountKey),
      ...refer('replicates', primary === KeyArn ? null : primary),
    ];
  },
  volatile: [],
});

/** The key as a record, or nothing where it was deleted since it was listed. */
async function withDetails(aws: AwsClient, { KeyId, KeyArn }: KeyListEntry, signal: AbortSignal) {
  const kms = aws.service(KMSClient);
  const options = { abortSignal: signal };
  const aliases = await aliasesByKey(aws, signal);
  const tags = await tagsByArn(aws, 'kms', signal);
  const key = await readDetail(
    'kms:DescribeKey',
    () => kms.send(new DescribeKeyCommand({ KeyId }), options),
    ['NotFoundException'],
  );
  if (key.value === null && key.denied === null) return [];
  const metadata = key.value?.KeyMetadata;
  // Those that AWS manages it rotates itself, every year.
  const rotation = await readDetail(
    'kms:GetKeyRotationStatus',
    async () =>
      metadata?.KeyManager === 'CUSTOMER'
        ? kms.send(new GetKeyRotationStatusCommand({ KeyId }), options)
        : null,
    ['KMSInvalidStateException', 'UnsupportedOperationException'],
  );
  return [
    {
      ...metadata,
      KeyId,
      KeyArn,
      Aliases: aliases.value?.get(KeyId ?? ''),
      RotationEnabled: rotation.value?.KeyRotationEnabled,
      Tags: tags.value?.get(KeyArn ?? ''),
      DeniedReads: deniedReads([aliases, tags, key, rotation]),
    },
  ];
}
