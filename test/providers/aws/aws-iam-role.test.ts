import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  IAMClient,
  ListRolesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resourceType } from '../../../providers/aws/resources/aws-iam-role.ts';
import { type Trust, trustPolicy } from '../../../providers/aws/trust-policy.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { ACCOUNT, listAll, startMotoEstate } from './moto-estate.ts';

const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
});
const trusting = (Principal: object) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }],
  });

let moto: Moto;
let policyArn = '';

beforeAll(async () => {
  moto = await startMotoEstate();
  const iam = new IAMClient({});
  const roles = {
    web: { Service: ['lambda.amazonaws.com', 'ec2.amazonaws.com'] },
    deploy: { AWS: ['arn:aws:iam::222222222222:root', `arn:aws:iam::${ACCOUNT}:role/web`] },
  };
  for (const [RoleName, principal] of Object.entries(roles)) {
    await iam.send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: trusting(principal),
        Tags: [{ Key: 'env', Value: 'prod' }],
      }),
    );
  }
  const created = await iam.send(
    new CreatePolicyCommand({ PolicyName: 'read', PolicyDocument: POLICY }),
  );
  policyArn = created.Policy?.Arn ?? '';
  await iam.send(new AttachRolePolicyCommand({ RoleName: 'web', PolicyArn: policyArn }));
  await iam.send(
    new PutRolePolicyCommand({ RoleName: 'web', PolicyName: 'inline', PolicyDocument: POLICY }),
  );
});
afterAll(() => moto?.close());

test('every role is found, with who may assume it and which policies it has', async () => {
  const { Roles } = await new IAMClient({}).send(new ListRolesCommand({}));
  const listed = await listAll(resourceType);
  expect(listed.map(({ native_id }) => native_id).sort()).toEqual(
    (Roles ?? []).map(({ Arn }) => Arn).sort(),
  );
  const items = new Map(listed.map(({ item }) => [item.name, item]));
  expect(items.get('web')).toMatchObject({
    ci_type: 'identity_role',
    external_id: `arn:aws:iam::${ACCOUNT}:role/web`,
    environment: 'production',
    attributes: {
      trusted_services: ['ec2.amazonaws.com', 'lambda.amazonaws.com'],
      trusted_accounts: [],
      trusts_anybody: false,
      managed_policies: [policyArn],
      inline_policies: ['inline'],
      service_linked: false,
    },
  });
  expect(JSON.stringify(listed)).not.toContain('s3:GetObject');
});

test('trust between roles and accounts is a relation, except with its own account', async () => {
  const deploy = (await listAll(resourceType)).find(({ item }) => item.name === 'deploy');
  expect(deploy?.references).toEqual([
    { relation: 'in_account', key: `aws:${ACCOUNT}` },
    { relation: 'trusts_account', key: 'aws:222222222222' },
    { relation: 'trusts_role', key: `arn:aws:iam::${ACCOUNT}:role/web` },
  ]);
});

test.each<[string, unknown, Partial<Trust>]>([
  ['a single statement', { Effect: 'Allow', Principal: { Service: 'a.b' } }, { services: ['a.b'] }],
  ['everybody', [{ Effect: 'Allow', Principal: { AWS: '*' } }], { anybody: true }],
  ['what is denied', [{ Effect: 'Deny', Principal: '*' }], { anybody: false }],
  [
    'the ARN of a user, and a principal that was deleted',
    [{ Effect: 'Allow', Principal: { AWS: ['arn:aws:iam::1:user/x', 'AROAEXAMPLE'] } }],
    { principals: ['AROAEXAMPLE', 'arn:aws:iam::1:user/x'], accounts: [] },
  ],
])('a trust policy of %s', (_what, Statement, expected) => {
  const text = JSON.stringify({ Statement });
  expect(trustPolicy.parse(text)).toMatchObject(expected);
  expect(trustPolicy.parse(encodeURIComponent(text))).toEqual(trustPolicy.parse(text));
});

test('what is no trust policy is refused without being quoted', () => {
  for (const value of ['hunter2', '%', '{"Statement":{"Principal":"hunter2"}}']) {
    const parsed = trustPolicy.safeParse(value);
    expect(parsed.success).toBe(false);
    expect(parsed.error?.message).not.toContain('hunter2');
  }
});
