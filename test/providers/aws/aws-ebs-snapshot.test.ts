import {
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DescribeSnapshotsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resourceType } from '../../../providers/aws/resources/aws-ebs-snapshot.ts';
import { resourceType as volume } from '../../../providers/aws/resources/aws-ebs-volume.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { records } from './fixtures/aws-ebs-snapshot.ts';
import { ACCOUNT, listAll, REGION, startMotoEstate } from './moto-estate.ts';

let moto: Moto;
let volumeId = '';
let snapshotId = '';

beforeAll(async () => {
  moto = await startMotoEstate();
  const ec2 = new EC2Client({});
  const made = await ec2.send(
    new CreateVolumeCommand({ AvailabilityZone: `${REGION}a`, Size: 33, Encrypted: true }),
  );
  volumeId = made.VolumeId ?? '';
  const snapshot = await ec2.send(
    new CreateSnapshotCommand({
      VolumeId: volumeId,
      Description: 'nightly',
      TagSpecifications: [
        { ResourceType: 'snapshot', Tags: [{ Key: 'Name', Value: 'orders nightly' }] },
      ],
    }),
  );
  snapshotId = snapshot.SnapshotId ?? '';
});
afterAll(() => moto?.close());

test('every snapshot of the account is found, and none of others', async () => {
  const { Snapshots } = await new EC2Client({}).send(new DescribeSnapshotsCommand({}));
  const own = (Snapshots ?? []).filter(({ OwnerId }) => OwnerId === ACCOUNT);
  const listed = await listAll(resourceType);
  expect(listed.map(({ item }) => item.name).sort()).toEqual(
    own.map(({ SnapshotId }) => SnapshotId).sort(),
  );
  expect(listed.find(({ item }) => item.name === snapshotId)?.item).toMatchObject({
    ci_type: 'snapshot',
    display_name: 'orders nightly',
    status: 'active',
    region: REGION,
    attributes: {
      volume_id: volumeId,
      volume_size_gb: 33,
      description: 'nightly',
      encrypted: true,
      state: 'completed',
    },
  });
});

test('a snapshot backs up its volume', async () => {
  const snapshot = (await listAll(resourceType)).find(({ item }) => item.name === snapshotId);
  const backedUp = snapshot?.references.find(({ relation }) => relation === 'copy_of');
  const volumes = await listAll(volume);
  expect(volumes.find(({ keys }) => keys.includes(backedUp?.key ?? ''))?.item.name).toBe(volumeId);
  expect(resourceType.relations.copy_of.type).toBe('backs_up');
});

test('a copy, whose volume is a word for none, refers to no volume', () => {
  const scope = { provider: 'aws', account: '1', account_name: null, region: REGION } as const;
  const relations = records.map((record) =>
    resourceType
      .references(resourceType.record.parse(record), scope)
      .map(({ relation }) => relation),
  );
  expect(relations).toEqual([['in_account', 'copy_of', 'encrypted_with'], ['in_account']]);
});
