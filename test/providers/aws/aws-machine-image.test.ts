import {
  CreateImageCommand,
  DescribeImagesCommand,
  EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resourceType as snapshot } from '../../../providers/aws/resources/aws-ebs-snapshot.ts';
import { resourceType as instance } from '../../../providers/aws/resources/aws-ec2-instance.ts';
import { resourceType } from '../../../providers/aws/resources/aws-machine-image.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { records } from './fixtures/aws-machine-image.ts';
import { listAll, REGION, startMotoEstate } from './moto-estate.ts';
import { type ComputeNetwork, seedComputeNetwork } from './seed-compute.ts';

let moto: Moto;
let network: ComputeNetwork;
let own = '';

beforeAll(async () => {
  moto = await startMotoEstate();
  network = await seedComputeNetwork();
  const ec2 = new EC2Client({});
  const { Instances } = await ec2.send(
    new RunInstancesCommand({
      ImageId: network.image_id,
      InstanceType: 't3.micro',
      MinCount: 2,
      MaxCount: 2,
    }),
  );
  const made = await ec2.send(
    new CreateImageCommand({ InstanceId: Instances?.[0]?.InstanceId, Name: 'web-prod' }),
  );
  own = made.ImageId ?? '';
});
afterAll(() => moto?.close());

test('own images and those in use are found, and no other of the many that there are', async () => {
  const ec2 = new EC2Client({});
  const { Images: all } = await ec2.send(new DescribeImagesCommand({}));
  const { Images: ownImages } = await ec2.send(new DescribeImagesCommand({ Owners: ['self'] }));
  const expected = [...(ownImages ?? []).map(({ ImageId }) => ImageId), network.image_id].sort();
  const listed = await listAll(resourceType);
  expect(listed.map(({ item }) => item.name).sort()).toEqual(expected);
  expect(expected.length).toBeLessThan((all ?? []).length);
  const items = new Map(listed.map(({ item }) => [item.name, item]));
  expect(items.get(own)).toMatchObject({
    ci_type: 'machine_image',
    display_name: 'web-prod',
    environment: 'production',
    status: 'active',
    region: REGION,
    attributes: { is_own: true, image_name: 'web-prod', state: 'available' },
  });
  expect(items.get(network.image_id)).toMatchObject({ attributes: { is_own: false } });
});

test('an instance refers to the image that it was made from', async () => {
  const images = new Map(
    (await listAll(resourceType)).flatMap(({ item, keys }) => keys.map((key) => [key, item.name])),
  );
  const made = (await listAll(instance)).map(({ references }) =>
    images.get(references.find(({ relation }) => relation === 'made_from')?.key ?? ''),
  );
  expect(made).toEqual([network.image_id, network.image_id]);
});

test('an own image holds its snapshots', async () => {
  const image = (await listAll(resourceType)).find(({ item }) => item.name === own);
  const held = (image?.references ?? []).filter(({ relation }) => relation === 'holds');
  const keys = (await listAll(snapshot)).flatMap((one) => one.keys);
  expect(held.length).toBeGreaterThan(0);
  for (const { key } of held) expect(keys).toContain(key);
});

test('two accounts that use one image have an item each, and its owner alone answers to its id', () => {
  const parsed = records.map((record) => resourceType.record.parse(record));
  const [image] = parsed;
  const inAccount = (account: string) =>
    ({ provider: 'aws', account, account_name: null, region: REGION }) as const;
  const keysOf = (account: string) => (image ? resourceType.keys(image, inAccount(account)) : []);
  const [ofOwner, ofUser] = [keysOf('111111111111'), keysOf('222222222222')];
  expect(ofOwner.filter((key) => ofUser.includes(key))).toEqual([]);
  const shared = image && resourceType.references(image, inAccount('222222222222'));
  const key = shared?.find(({ relation }) => relation === 'shared_by')?.key;
  expect(key).toBe(`aws:${image?.ImageId}`);
  expect(ofOwner).toContain(key);
});
