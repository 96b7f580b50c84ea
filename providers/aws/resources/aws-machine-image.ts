import { DescribeImagesCommand, EC2Client, type Image } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import { regionalArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { flag, listOf, text, textAt } from '../fields.ts';
import { imagesInUse } from '../images-in-use.ts';
import { accountKey, idKey } from '../keys.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';

/** Every state of EC2's `ImageState`. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  pending: 'planned',
  available: 'active',
  transient: 'planned',
  disabled: 'inactive',
  deregistered: 'retired',
  error: 'failed',
  failed: 'failed',
  invalid: 'failed',
};

/** The most that EC2 answers on one page. */
const IMAGES_A_PAGE = 1000;
/** The most values that one filter of EC2 takes. */
const IDS_A_FILTER = 200;
/** How the tokens of the second part begin: the images in use that another account owns. */
const IN_USE = 'in-use:';

export const resourceType = defineResourceType({
  name: 'aws_machine_image',
  provider: 'aws',
  ci_types: ['machine_image'],
  summary: 'An AMI that the account owns, or that its instances in the region were made from.',
  permissions: ['ec2:DescribeImages', 'ec2:DescribeInstances'],
  level: 'region',

  listPage: (aws: AwsClient, pageToken, signal) =>
    pageToken?.startsWith(IN_USE)
      ? listInUse(aws, pageToken.slice(IN_USE.length), signal)
      : listOwn(aws, pageToken, signal),

  record: z.object({
    ImageId: z.string(),
    OwnerId: text,
    ImageOwnerAlias: text,
    Name: text,
    Description: text,
    State: text,
    Architecture: text,
    PlatformDetails: text,
    ImageType: text,
    BootMode: text,
    RootDeviceType: text,
    VirtualizationType: text,
    Public: flag,
    CreationDate: text,
    DeprecationTime: text,
    LastLaunchedTime: text,
    SourceInstanceId: text,
    SourceImageId: text,
    SourceImageRegion: text,
    BlockDeviceMappings: listOf(
      z.object({ DeviceName: text, Ebs: z.object({ SnapshotId: text }).nullish() }),
    ),
    Tags: tagList,
  }),

  /**
   * Each account that uses an image has an item of its own for it: the account in the id, which
   * AWS's own ARN of an image leaves out, keeps them apart.
   */
  nativeId(record, scope) {
    const id = textAt(record, 'ImageId');
    return id && regionalArn(scope, 'ec2', `image/${id}`);
  },

  toItem: (record, scope) => ({
    ci_type: 'machine_image',
    name: record.ImageId,
    display_name: record.Tags.Name || record.Name || record.ImageId,
    status: STATUSES[record.State ?? ''] ?? 'active',
    region: scope.region,
    external_id: record.ImageId,
    ...described(record.Tags, [record.OwnerId === scope.account ? record.Name : null]),
    attributes: {
      image_name: record.Name,
      description: record.Description,
      owner_id: record.OwnerId,
      owner_alias: record.ImageOwnerAlias,
      is_own: record.OwnerId === scope.account,
      public: record.Public,
      image_type: record.ImageType,
      architecture: record.Architecture,
      platform_details: record.PlatformDetails,
      boot_mode: record.BootMode,
      root_device_type: record.RootDeviceType,
      virtualization_type: record.VirtualizationType,
      creation_date: record.CreationDate,
      deprecation_time: record.DeprecationTime,
      last_launched_time: record.LastLaunchedTime,
      source_image_id: record.SourceImageId,
      source_image_region: record.SourceImageRegion,
      state: record.State,
    },
  }),

  keys: ({ ImageId, OwnerId }, scope) => [
    regionalArn(scope, 'ec2', `image/${ImageId}`),
    ...(OwnerId === scope.account ? [idKey(ImageId)] : []),
  ],

  // Each is a copy of what it was made from, and stands without it.
  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    shared_by: { type: 'depends_on', target: 'aws_machine_image', spread: 'none' },
    copied_from: { type: 'depends_on', target: 'aws_machine_image', spread: 'none' },
    taken_of: { type: 'depends_on', target: 'aws_ec2_instance', spread: 'none' },
    holds: { type: 'depends_on', target: 'aws_ebs_snapshot', spread: 'none' },
  },
  references(record, scope) {
    const isOwn = record.OwnerId === scope.account;
    // Those of Amazon and of the marketplace are in nobody's inventory.
    const isOfAnAccount = !isOwn && record.ImageOwnerAlias === null;
    const snapshots = record.BlockDeviceMappings.filter(() => isOwn);
    return [
      ...refer('in_account', scope.account, accountKey),
      ...refer('shared_by', isOfAnAccount ? record.ImageId : null, idKey),
      ...refer('copied_from', isOwn ? record.SourceImageId : null, idKey),
      ...refer('taken_of', isOwn ? record.SourceInstanceId : null, idKey),
      ...snapshots.flatMap(({ DeviceName, Ebs }) =>
        refer('holds', Ebs?.SnapshotId, idKey, { attributes: { device: DeviceName } }),
      ),
    ];
  },
  // It moves with every launch.
  volatile: ['attributes.last_launched_time'],
});

async function listOwn(aws: AwsClient, pageToken: string | null, signal: AbortSignal) {
  const command = new DescribeImagesCommand({
    Owners: ['self'],
    IncludeDisabled: true,
    MaxResults: IMAGES_A_PAGE,
    NextToken: pageToken ?? undefined,
  });
  const page = await aws.service(EC2Client).send(command, { abortSignal: signal });
  return { records: page.Images ?? [], next_page_token: page.NextToken ?? IN_USE };
}

/**
 * Lists the images in use whose ids follow another, in the order of ids: a token that holds on
 * when instances come and go. By filter, since an id that is gone by now would fail the call.
 */
async function listInUse(aws: AwsClient, after: string, signal: AbortSignal) {
  const ids = (await imagesInUse(aws, signal)).filter((id) => id > after).slice(0, IDS_A_FILTER);
  if (ids.length === 0) return { records: [], next_page_token: null };
  const records: Image[] = [];
  let token: string | undefined;
  do {
    const command = new DescribeImagesCommand({
      Filters: [{ Name: 'image-id', Values: ids }],
      IncludeDeprecated: true,
      MaxResults: IMAGES_A_PAGE,
      NextToken: token,
    });
    const page = await aws.service(EC2Client).send(command, { abortSignal: signal });
    records.push(...(page.Images ?? []).filter(({ OwnerId }) => OwnerId !== aws.account));
    // Pages of a filter may have fewer than there are, even none, and go on.
    token = page.NextToken;
  } while (token);
  return { records, next_page_token: `${IN_USE}${ids.at(-1)}` };
}
