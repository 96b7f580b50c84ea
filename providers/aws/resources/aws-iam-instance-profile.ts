import {
  GetInstanceProfileCommand,
  IAMClient,
  type InstanceProfile,
  ListInstanceProfilesCommand,
} from '@aws-sdk/client-iam';
import pLimit from 'p-limit';
import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { AwsClient } from '../client.ts';
import { instant, listOf, text, textAt } from '../fields.ts';
import { accountKey } from '../keys.ts';
import { deniedReads, readDetail } from '../read-detail.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';

/** A call follows for each profile: no listing has its tags. */
const PROFILES_A_PAGE = 100;
const PROFILES_AT_ONCE = 5;

export const resourceType = defineResourceType({
  name: 'aws_iam_instance_profile',
  provider: 'aws',
  ci_types: ['identity_role'],
  summary: 'An instance profile: what hands the role in it to EC2 instances.',
  permissions: ['iam:ListInstanceProfiles', 'iam:GetInstanceProfile'],
  level: 'account',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new ListInstanceProfilesCommand({
      MaxItems: PROFILES_A_PAGE,
      Marker: pageToken ?? undefined,
    });
    const page = await aws.service(IAMClient).send(command, { abortSignal: signal });
    const limit = pLimit(PROFILES_AT_ONCE);
    const records = await limit.map(page.InstanceProfiles ?? [], (profile) =>
      withTags(aws, profile, signal),
    );
    return { records: records.flat(), next_page_token: page.Marker ?? null };
  },

  record: z.object({
    Arn: z.string(),
    InstanceProfileName: text,
    InstanceProfileId: text,
    Path: text,
    CreateDate: instant,
    Roles: listOf(z.object({ Arn: text })),
    Tags: tagList,
    DeniedReads: z.array(z.string()),
  }),

  nativeId: (record) => textAt(record, 'Arn'),

  toItem: (record) => ({
    ci_type: 'identity_role',
    name: record.InstanceProfileName ?? record.Arn,
    display_name: record.InstanceProfileName ?? record.Arn,
    external_id: record.Arn,
    ...described(record.Tags, [record.InstanceProfileName]),
    attributes: {
      instance_profile_id: record.InstanceProfileId,
      path: record.Path,
      create_time: record.CreateDate,
      roles: record.Roles.flatMap(({ Arn }) => Arn ?? []).sort(),
      denied_reads: record.DeniedReads,
    },
  }),

  keys: ({ Arn }) => [Arn],

  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    has_role: { type: 'uses', target: 'aws_iam_role', spread: 'forward' },
  },
  references: ({ Roles }, scope) => [
    ...refer('in_account', scope.account, accountKey),
    ...Roles.flatMap(({ Arn }) => refer('has_role', Arn)),
  ],
  volatile: [],
});

/** The profile as a record, or nothing where it was deleted since it was listed. */
async function withTags(aws: AwsClient, profile: InstanceProfile, signal: AbortSignal) {
  const { InstanceProfileName } = profile;
  const details = await readDetail(
    'iam:GetInstanceProfile',
    () =>
      aws.service(IAMClient).send(new GetInstanceProfileCommand({ InstanceProfileName }), {
        abortSignal: signal,
      }),
    ['NoSuchEntity', 'NoSuchEntityException'],
  );
  if (details.value === null && details.denied === null) return [];
  const Tags = details.value?.InstanceProfile?.Tags;
  return [{ ...profile, Tags, DeniedReads: deniedReads([details]) }];
}
