import { arnOf, parseArn } from './arn.ts';

/** In place of the account in a role's ARN: the role of that name in every account. */
const ANY_ACCOUNT = '*';
/** The role that AWS Organizations makes in the accounts it creates. */
const ORGANIZATION_ROLE = 'role/OrganizationAccountAccessRole';

/** The roles that the sources file names. */
export interface ConfiguredRoles {
  /** By account id. */
  by_account: ReadonlyMap<string, string>;
  /** The role of every account of the organization, with `*` as account; null where none is named. */
  any_account: string | null;
  /** What is wrong with entries that are left out, one text each. */
  problems: readonly string[];
}

/** Reads `sources.aws.role_arns`; an entry that is none does not keep the others from being used. */
export function configuredRoles(settings: {
  role_arns?: readonly string[] | undefined;
  organization: boolean;
}): ConfiguredRoles {
  const byAccount = new Map<string, string>();
  let anyAccount: string | null = null;
  const problems: string[] = [];
  for (const text of new Set(settings.role_arns)) {
    const leftOut = (why: string) => problems.push(`sources.aws.role_arns: "${text}" ${why}.`);
    const account = accountOfRole(text);
    if (account === null) {
      leftOut('is no role’s ARN, such as arn:aws:iam::222222222222:role/cmdb');
    } else if (account === ANY_ACCOUNT) {
      if (!settings.organization) {
        leftOut('names no account, and sources.aws.organization is off');
      } else if (anyAccount !== null) {
        leftOut('is left out: the first role for all accounts is used');
      } else anyAccount = text;
    } else if (byAccount.has(account)) {
      leftOut(`is left out: the first role for account ${account} is used`);
    } else byAccount.set(account, text);
  }
  return { by_account: byAccount, any_account: anyAccount, problems };
}

/** The role by which an account of the organization is entered. */
export function organizationRole(template: string | null, account: string, partition: string) {
  const named = parseArn(template ?? '');
  return arnOf({
    partition: named?.partition ?? partition,
    service: 'iam',
    region: '',
    account,
    resource: named?.resource ?? ORGANIZATION_ROLE,
  });
}

/** The account in a role's ARN, or `*`; null where the text is no such ARN. */
function accountOfRole(text: string): string | null {
  const arn = parseArn(text);
  const isRole =
    arn?.service === 'iam' &&
    arn.region === '' &&
    /^aws(-[a-z-]+)?$/.test(arn.partition) &&
    /^(\d{12}|\*)$/.test(arn.account) &&
    /^role\/([\x21-\x7e]+\/)?[\w+=,.@-]{1,64}$/.test(arn.resource);
  return isRole ? arn.account : null;
}
