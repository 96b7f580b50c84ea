import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  IAMClient,
  ListInstanceProfilesCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resourceType } from '../../../providers/aws/resources/aws-iam-instance-profile.ts';
import { resourceType as role } from '../../../providers/aws/resources/aws-iam-role.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { ACCOUNT, listAll, startMotoEstate } from './moto-estate.ts';

let moto: Moto;

beforeAll(async () => {
  moto = await startMotoEstate();
  const iam = new IAMClient({});
  const trust = JSON.stringify({ Version: '2012-10-17', Statement: [] });
  await iam.send(
    new CreateRoleCommand({ RoleName: 'web', Path: '/app/', AssumeRolePolicyDocument: trust }),
  );
  const Tags = [{ Key: 'team', Value: 'storefront' }];
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'web-prod', Tags }));
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'empty' }));
  await iam.send(
    new AddRoleToInstanceProfileCommand({ InstanceProfileName: 'web-prod', RoleName: 'web' }),
  );
});
afterAll(() => moto?.close());

test('every profile is found with its tags', async () => {
  const { InstanceProfiles } = await new IAMClient({}).send(new ListInstanceProfilesCommand({}));
  const listed = await listAll(resourceType);
  expect(listed.map(({ native_id }) => native_id).sort()).toEqual(
    (InstanceProfiles ?? []).map(({ Arn }) => Arn).sort(),
  );
  const items = new Map(listed.map(({ item }) => [item.name, item]));
  expect(items.get('web-prod')).toMatchObject({
    ci_type: 'identity_role',
    external_id: `arn:aws:iam::${ACCOUNT}:instance-profile/web-prod`,
    team: 'storefront',
    environment: 'production',
    attributes: { roles: [`arn:aws:iam::${ACCOUNT}:role/app/web`], denied_reads: [] },
  });
  expect(items.get('empty')).toMatchObject({ team: null, attributes: { roles: [] } });
});

test('a profile refers to its role by the key that the role announces', async () => {
  const profile = (await listAll(resourceType)).find(({ item }) => item.name === 'web-prod');
  const [found] = await listAll(role);
  const target = profile?.references.find(({ relation }) => relation === 'has_role');
  expect(found?.item.name).toBe('web');
  expect(found?.keys).toContain(target?.key);
});
