import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import pLimit from 'p-limit';
import type { PlannedScope, PlanProblem, ScopePlan } from '../../model/provider.ts';
import { GLOBAL_REGION } from '../../model/scope.ts';
import type { AwsAccess } from './access.ts';
import {
  type AwsAccount,
  accountAlias,
  configuredAccounts,
  organizationAccounts,
} from './accounts.ts';
import type { AwsClient } from './client.ts';
import { toAwsFault } from './errors.ts';

/** Planning an account takes three calls, each to an account of its own: STS is what is shared. */
const ACCOUNTS_AT_ONCE = 10;

/** STS says the same whether the role is missing, does not trust, or wants an external id. */
const ROLE_ADVICE =
  'Check that the role exists, that its trust policy names the account of these credentials, and ' +
  'that it asks for no other external id than sources.aws.external_id.';

/**
 * Finds what can be scanned: of each account every region that is enabled, or those configured,
 * and what is listed once an account. An account that cannot be entered is a problem of the plan.
 */
export async function planAwsScopes(access: AwsAccess, signal: AbortSignal): Promise<ScopePlan> {
  const plan: ScopePlan = { scopes: [], problems: [] };
  if (!(await access.isConfigured())) return plan;

  const accounts = new Map<string, AwsAccount>();
  const add = (found: AwsAccount[]) => {
    for (const account of found) accounts.set(account.id, account);
  };
  const own = { what: 'The AWS credentials cannot be used', account: null, permission: null };
  await attempt(plan.problems, signal, own, async () => add(await configuredAccounts(access)));
  // Without credentials of its own it reaches no other account either: one problem is enough.
  if (accounts.size === 0) return plan;
  for (const message of access.configuredRoles.problems) {
    plan.problems.push({ code: 'bad_role_arn', message, provider: 'aws', account: null });
  }
  if (access.settings.organization) {
    const permission = 'organizations:ListAccounts';
    const what = { what: 'The accounts of the organization cannot be listed', account: null };
    await attempt(plan.problems, signal, { ...what, permission }, async () =>
      add(await organizationAccounts(access, signal)),
    );
  }

  const limit = pLimit(ACCOUNTS_AT_ONCE);
  const planned = await limit.map([...accounts.values()], async (account) => {
    const { id } = account;
    const entry = { what: `Account ${id} cannot be entered`, account: id };
    const enter = { ...entry, permission: 'sts:AssumeRole', advice: ROLE_ADVICE };
    const aws = await attempt(plan.problems, signal, enter, () => enterAccount(access, id));
    if (aws === null) return null;
    const what = `The regions of account ${id} cannot be listed`;
    const list = { what, account: id, permission: 'ec2:DescribeRegions' };
    return attempt(plan.problems, signal, list, () => accountScopes(access, aws, account, signal));
  });
  plan.scopes = planned.flatMap((scopes) => scopes ?? []);
  return plan;
}

/** The client of an account, whose role was assumed: one that may not be is told as such. */
async function enterAccount(access: AwsAccess, id: string): Promise<AwsClient> {
  const aws = await access.client(id, null);
  await (await access.credentialsOf(id))();
  return aws;
}

async function accountScopes(
  access: AwsAccess,
  aws: AwsClient,
  { id, name }: AwsAccount,
  signal: AbortSignal,
): Promise<PlannedScope[]> {
  const regions = access.settings.regions ?? (await enabledRegions(aws, signal));
  const scope = {
    provider: 'aws' as const,
    account: id,
    account_name: name ?? (await accountAlias(aws, signal)),
    task_queue: null,
  };
  return [
    { ...scope, region: GLOBAL_REGION, level: 'account' },
    ...[...new Set(regions)].sort().map((region) => ({
      ...scope,
      region,
      level: 'region' as const,
    })),
  ];
}

async function enabledRegions(aws: AwsClient, signal: AbortSignal): Promise<string[]> {
  const { Regions } = await aws
    .service(EC2Client)
    .send(new DescribeRegionsCommand({ AllRegions: false }), { abortSignal: signal });
  return (Regions ?? []).flatMap(({ RegionName, OptInStatus }) =>
    RegionName && OptInStatus !== 'not-opted-in' ? [RegionName] : [],
  );
}

interface Attempt {
  what: string;
  account: string | null;
  permission: string | null;
  /** What to do where it was refused. */
  advice?: string;
}

/** Does a part of the plan; its failure is a problem, unless everything is being cancelled. */
async function attempt<T>(
  problems: PlanProblem[],
  signal: AbortSignal,
  { what, account, permission, advice }: Attempt,
  act: () => Promise<T>,
): Promise<T | null> {
  try {
    return await act();
  } catch (error) {
    if (signal.aborted) throw error;
    const fault = toAwsFault(error, permission === null ? [] : [permission]);
    const hint =
      fault.missing_permission === null ? '' : ` Missing permission: ${fault.missing_permission}.`;
    const message = [`${what}: ${fault.message}${hint}`, fault.kind === 'denied' ? advice : null]
      .filter(Boolean)
      .join(' ');
    problems.push({ code: fault.code, message, provider: 'aws', account });
    return null;
  }
}
