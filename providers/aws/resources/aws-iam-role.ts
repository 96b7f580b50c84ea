import { GetAccountAuthorizationDetailsCommand, IAMClient } from '@aws-sdk/client-iam';
import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { parseArn } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { instant, listOf, text, textAt } from '../fields.ts';
import { accountKey } from '../keys.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';
import { trustPolicy } from '../trust-policy.ts';

/** Roles come with their policy documents, tens of kilobytes each, which are not kept. */
const ROLES_A_PAGE = 200;
/** Where AWS puts the roles that its services make for themselves. */
const SERVICE_LINKED_PATH = '/aws-service-role/';

export const resourceType = defineResourceType({
  name: 'aws_iam_role',
  provider: 'aws',
  ci_types: ['identity_role'],
  summary: 'An IAM role: who may assume it, which policies it has, when it was last used.',
  permissions: ['iam:GetAccountAuthorizationDetails'],
  level: 'account',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new GetAccountAuthorizationDetailsCommand({
      Filter: ['Role'],
      MaxItems: ROLES_A_PAGE,
      Marker: pageToken ?? undefined,
    });
    const page = await aws.service(IAMClient).send(command, { abortSignal: signal });
    return { records: page.RoleDetailList ?? [], next_page_token: page.Marker ?? null };
  },

  record: z.object({
    Arn: z.string(),
    RoleName: text,
    RoleId: text,
    Path: text,
    CreateDate: instant,
    AssumeRolePolicyDocument: trustPolicy,
    AttachedManagedPolicies: listOf(z.object({ PolicyArn: text })),
    RolePolicyList: listOf(z.object({ PolicyName: text })),
    PermissionsBoundary: z.object({ PermissionsBoundaryArn: text }).nullish(),
    RoleLastUsed: z.object({ LastUsedDate: instant, Region: text }).nullish(),
    Tags: tagList,
  }),

  nativeId: (record) => textAt(record, 'Arn'),

  toItem(record) {
    const trust = record.AssumeRolePolicyDocument;
    return {
      ci_type: 'identity_role',
      name: record.RoleName ?? record.Arn,
      display_name: record.RoleName ?? record.Arn,
      external_id: record.Arn,
      ...described(record.Tags, [record.RoleName]),
      attributes: {
        role_id: record.RoleId,
        path: record.Path,
        service_linked: record.Path?.startsWith(SERVICE_LINKED_PATH) ?? false,
        create_time: record.CreateDate,
        trusted_services: trust.services,
        trusted_accounts: trust.accounts,
        trusted_principals: trust.principals,
        trusted_identity_providers: trust.federated,
        trusts_anybody: trust.anybody,
        managed_policies: record.AttachedManagedPolicies.flatMap(
          ({ PolicyArn }) => PolicyArn ?? [],
        ).sort(),
        inline_policies: record.RolePolicyList.flatMap(({ PolicyName }) => PolicyName ?? []).sort(),
        permissions_boundary: record.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
        last_used_time: record.RoleLastUsed?.LastUsedDate ?? null,
        last_used_region: record.RoleLastUsed?.Region ?? null,
      },
    };
  },

  keys: ({ Arn }) => [Arn],

  // Trust lets somebody in; whether anybody comes, and what fails without, it does not say.
  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    trusts_account: { type: 'connects_to', target: 'aws_account', spread: 'none' },
    trusts_role: { type: 'connects_to', target: 'aws_iam_role', spread: 'none' },
  },
  references: ({ AssumeRolePolicyDocument: trust }, scope) => [
    ...refer('in_account', scope.account, accountKey),
    ...trust.accounts
      .filter((account) => account !== scope.account)
      .flatMap((account) => refer('trusts_account', account, accountKey)),
    ...trust.principals
      .filter((principal) => parseArn(principal)?.resource.startsWith('role/'))
      .flatMap((principal) => refer('trusts_role', principal)),
  ],
  // They move with every use.
  volatile: ['attributes.last_used_time', 'attributes.last_used_region'],
});
