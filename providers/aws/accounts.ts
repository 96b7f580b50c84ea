import { IAMClient, ListAccountAliasesCommand } from '@aws-sdk/client-iam';
import { ListAccountsCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import type { AwsAccess } from './access.ts';
import type { AwsClient } from './client.ts';
import { readDetail } from './read-detail.ts';

/** An account to discover. */
export interface AwsAccount {
  id: string;
  /** As the organization calls it; null where it did not say. */
  name: string | null;
}

/** The own account and those that roles are configured for. */
export async function configuredAccounts(access: AwsAccess): Promise<AwsAccount[]> {
  const ids = new Set([await access.ownAccount(), ...access.configuredRoles.by_account.keys()]);
  return [...ids].map((id) => ({ id, name: null }));
}

/** The active accounts of the organization, as its management account or a delegate may list them. */
export async function organizationAccounts(
  access: AwsAccess,
  signal: AbortSignal,
): Promise<AwsAccount[]> {
  const aws = await access.client(await access.ownAccount(), null);
  const organizations = aws.service(OrganizationsClient);
  const accounts: AwsAccount[] = [];
  let token: string | undefined;
  do {
    const command = new ListAccountsCommand({ NextToken: token });
    const page = await organizations.send(command, { abortSignal: signal });
    for (const { Id, Name, State, Status } of page.Accounts ?? []) {
      // `State` follows `Status`, which AWS is taking out of the answer.
      if (Id && (State ?? Status) === 'ACTIVE') accounts.push({ id: Id, name: Name ?? null });
    }
    token = page.NextToken;
  } while (token);
  return accounts;
}

/** The account's alias – there is at most one –, or null where it has none or it may not be read. */
export async function accountAlias(aws: AwsClient, signal: AbortSignal): Promise<string | null> {
  const { value } = await readDetail('iam:ListAccountAliases', () =>
    aws.service(IAMClient).send(new ListAccountAliasesCommand({}), { abortSignal: signal }),
  );
  return value?.AccountAliases?.[0] ?? null;
}
