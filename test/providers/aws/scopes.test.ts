import { CreateVpcCommand, DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateAccountAliasCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateAccountCommand,
  CreateOrganizationCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ScopePlan } from '../../../model/provider.ts';
import { sourcesSchema } from '../../../model/sources.ts';
import { createAwsProvider } from '../../../providers/aws/provider.ts';
import { resourceType as vpc } from '../../../providers/aws/resources/aws-vpc.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { ACCOUNT, listAll, NOT_CANCELLED, REGION, startMotoEstate } from './moto-estate.ts';
import { startStsGate } from './sts-gate.ts';

const OTHER = '222222222222';
const ROLE = `arn:aws:iam::${OTHER}:role/discovery`;

let moto: Moto;
beforeAll(async () => {
  moto = await startMotoEstate();
});
afterAll(() => moto?.close());

function plan(aws?: object, environment: NodeJS.ProcessEnv = process.env): Promise<ScopePlan> {
  const sources = sourcesSchema.parse(aws ? { aws } : {});
  const context = { sources, hosts: [], signal: NOT_CANCELLED };
  return createAwsProvider(environment).planScopes(context);
}

describe('with credentials', () => {
  test('every enabled region of the own account is a scope, and the account one more', async () => {
    await new IAMClient({}).send(new CreateAccountAliasCommand({ AccountAlias: 'acme' }));
    const { scopes, problems } = await plan();
    expect(problems).toEqual([]);
    const command = new DescribeRegionsCommand({ AllRegions: false });
    const { Regions } = await new EC2Client({}).send(command);
    const enabled = (Regions ?? [])
      .filter(({ OptInStatus }) => OptInStatus !== 'not-opted-in')
      .map(({ RegionName }) => RegionName);
    expect(enabled.length).toBeGreaterThan(10);
    const regional = scopes.filter(({ level }) => level === 'region');
    expect(regional.map(({ region }) => region)).toEqual(enabled.sort());
    expect(scopes.filter(({ level }) => level === 'account')).toEqual([
      {
        provider: 'aws',
        account: ACCOUNT,
        account_name: 'acme',
        region: 'global',
        level: 'account',
        task_queue: null,
      },
    ]);
  });

  test('configured regions are taken as they are', async () => {
    const { scopes } = await plan({ regions: ['us-west-2', REGION, REGION] });
    expect(scopes.map(({ region }) => region)).toEqual(['global', REGION, 'us-west-2']);
  });

  test('a role leads to another account, which is listed with its credentials', async () => {
    const sources = sourcesSchema.parse({ aws: { role_arns: [ROLE], regions: [REGION] } });
    const { scopes, problems } = await plan({ role_arns: [ROLE], regions: [REGION] });
    expect(problems).toEqual([]);
    expect(new Set(scopes.map(({ account }) => account))).toEqual(new Set([ACCOUNT, OTHER]));

    const credentials = fromTemporaryCredentials({ params: { RoleArn: ROLE } });
    const made = await new EC2Client({ region: REGION, credentials }).send(
      new CreateVpcCommand({ CidrBlock: '10.77.0.0/16' }),
    );
    const ids = async (account: string) =>
      (await listAll(vpc, REGION, { account, sources })).map(({ item }) => item.name);
    expect(await ids(OTHER)).toContain(made.Vpc?.VpcId);
    expect(await ids(ACCOUNT)).not.toContain(made.Vpc?.VpcId);
  });

  test('an account to which nothing leads is refused, not listed with other credentials', async () => {
    await expect(listAll(vpc, REGION, { account: '333333333333' })).rejects.toMatchObject({
      code: 'no_way_to_account',
    });
  });

  test('an external id goes along with every role', async () => {
    await using gate = await startStsGate(moto.url);
    const { problems } = await plan({
      role_arns: [ROLE],
      external_id: 'acme-7',
      regions: [REGION],
    });
    expect(problems).toEqual([]);
    expect(gate.assumed).toEqual([{ role: ROLE, external_id: 'acme-7' }]);
  });

  test('a role that is refused is a problem of its account, and the others are planned', async () => {
    await using gate = await startStsGate(moto.url);
    gate.closed.add('444444444444');
    const refused = 'arn:aws:iam::444444444444:role/discovery';
    const { scopes, problems } = await plan({ role_arns: [refused, ROLE], regions: [REGION] });
    expect(new Set(scopes.map(({ account }) => account))).toEqual(new Set([ACCOUNT, OTHER]));
    expect(problems).toEqual([
      {
        code: 'AccessDenied',
        message: expect.any(String),
        provider: 'aws',
        account: '444444444444',
      },
    ]);
    expect(problems[0]?.message).toMatch(
      /^Account 444444444444 cannot be entered: .*sts:AssumeRole/,
    );
    expect(problems[0]?.message).toContain('trust policy');
  });

  describe('of an organization', () => {
    let member: string;
    beforeAll(async () => {
      const organizations = new OrganizationsClient({});
      await organizations.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
      const created = await organizations.send(
        new CreateAccountCommand({ AccountName: 'payments', Email: 'payments@example.org' }),
      );
      member = created.CreateAccountStatus?.AccountId ?? '';
    });
    const organization = { organization: true, regions: [REGION] };

    test('the accounts are entered by the role that all of them have', async () => {
      await using gate = await startStsGate(moto.url);
      const { scopes, problems } = await plan(organization);
      expect(problems).toEqual([]);
      expect(scopes).toContainEqual(
        expect.objectContaining({ account: member, account_name: 'payments', region: REGION }),
      );
      expect(gate.assumed.map(({ role }) => role)).toEqual([
        `arn:aws:iam::${member}:role/OrganizationAccountAccessRole`,
      ]);
    });

    test('a role for any account is the way in, one for a single account goes before', async () => {
      await using gate = await startStsGate(moto.url);
      const single = `arn:aws:iam::${OTHER}:role/own`;
      const { scopes, problems } = await plan({
        ...organization,
        role_arns: ['arn:aws:iam::*:role/cmdb/Discovery', single],
      });
      expect(problems).toEqual([]);
      expect(new Set(scopes.map(({ account }) => account))).toEqual(
        new Set([ACCOUNT, OTHER, member]),
      );
      expect(gate.assumed.map(({ role }) => role).sort()).toEqual(
        [single, `arn:aws:iam::${member}:role/cmdb/Discovery`].sort(),
      );
    });

    test('its resources are listed with that role, in their account', async () => {
      const role_arns = ['arn:aws:iam::*:role/Discovery'];
      const sources = sourcesSchema.parse({ aws: { ...organization, role_arns } });
      const RoleArn = `arn:aws:iam::${member}:role/Discovery`;
      const credentials = fromTemporaryCredentials({ params: { RoleArn } });
      const made = await new EC2Client({ region: REGION, credentials }).send(
        new CreateVpcCommand({ CidrBlock: '10.78.0.0/16' }),
      );
      const listed = await listAll(vpc, REGION, { account: member, sources });
      expect(listed.map(({ item }) => item.name)).toContain(made.Vpc?.VpcId);
    });
  });

  test.each([
    ['arn:aws:s3:::bucket', 'is no role’s ARN'],
    ['arn:aws:iam::22222:role/short', 'is no role’s ARN'],
    ['arn:aws:iam::222222222222:role/', 'is no role’s ARN'],
    ['arn:aws:iam::222222222222:user/cmdb', 'is no role’s ARN'],
    [`arn:aws:iam::${OTHER}:role/second`, `the first role for account ${OTHER} is used`],
    ['arn:aws:iam::*:role/Discovery', 'sources.aws.organization is off'],
  ])('the entry %s is a problem of its own, and the rest is planned', async (entry, words) => {
    const { scopes, problems } = await plan({ role_arns: [ROLE, entry], regions: [REGION] });
    expect(new Set(scopes.map(({ account }) => account))).toEqual(new Set([ACCOUNT, OTHER]));
    expect(problems).toEqual([
      { code: 'bad_role_arn', message: expect.any(String), provider: 'aws', account: null },
    ]);
    expect(problems[0]?.message).toContain(`sources.aws.role_arns: "${entry}"`);
    expect(problems[0]?.message).toContain(words);
  });
});

describe('without credentials', () => {
  const NAMES = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SHARED_CREDENTIALS_FILE'];
  const before = new Map<string, string | undefined>();
  beforeEach(() => {
    for (const name of NAMES) before.set(name, process.env[name]);
    delete process.env.AWS_ACCESS_KEY_ID;
    delete process.env.AWS_SECRET_ACCESS_KEY;
    process.env.AWS_SHARED_CREDENTIALS_FILE = '/nonexistent';
  });
  afterEach(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  test('and without sources there is nothing to do and nothing to say', async () => {
    const started = Date.now();
    expect(await plan()).toEqual({ scopes: [], problems: [] });
    expect(Date.now() - started).toBeLessThan(3_000);
  });

  test.each([
    ['sources', { regions: [REGION] }, {}],
    ['the environment', undefined, { AWS_PROFILE: 'shop' }],
  ])('but with %s that want AWS it is a problem', async (_what, aws, more) => {
    const { scopes, problems } = await plan(aws, { ...process.env, ...more });
    expect(scopes).toEqual([]);
    expect(problems).toEqual([
      expect.objectContaining({ provider: 'aws', code: 'CredentialsProviderError' }),
    ]);
  });
});
