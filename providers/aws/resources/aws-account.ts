import { DescribeOrganizationCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { accountAlias } from '../accounts.ts';
import { arnOf } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { text, textAt } from '../fields.ts';
import { accountKey } from '../keys.ts';
import { deniedReads, readDetail } from '../read-detail.ts';
import { described } from '../tags.ts';

export const resourceType = defineResourceType({
  name: 'aws_account',
  provider: 'aws',
  ci_types: ['cloud_account'],
  summary: 'An AWS account that the credentials reach, with its alias and organization.',
  permissions: ['iam:ListAccountAliases', 'organizations:DescribeOrganization'],
  level: 'account',

  async listPage(aws: AwsClient, _pageToken, signal) {
    const organization = await readDetail(
      'organizations:DescribeOrganization',
      () =>
        aws
          .service(OrganizationsClient)
          .send(new DescribeOrganizationCommand({}), { abortSignal: signal }),
      ['AWSOrganizationsNotInUseException'],
    );
    const record = {
      Id: aws.account,
      Partition: aws.partition.id,
      Alias: await accountAlias(aws, signal),
      Organization: organization.value?.Organization,
      DeniedReads: deniedReads([organization]),
    };
    return { records: [record], next_page_token: null };
  },

  record: z.object({
    Id: z.string(),
    Partition: z.string(),
    Alias: text,
    Organization: z.object({ Id: text, MasterAccountId: text }).nullish(),
    DeniedReads: z.array(z.string()),
  }),

  nativeId(record) {
    const account = textAt(record, 'Id');
    const partition = textAt(record, 'Partition');
    return account && partition && accountArn(partition, account);
  },

  toItem: (record, scope) => ({
    ci_type: 'cloud_account',
    name: record.Id,
    display_name: scope.account_name ?? record.Alias ?? record.Id,
    external_id: record.Id,
    ...described({}, [scope.account_name, record.Alias]),
    attributes: {
      alias: record.Alias,
      partition: record.Partition,
      organization_id: record.Organization?.Id ?? null,
      management_account_id: record.Organization?.MasterAccountId ?? null,
      denied_reads: record.DeniedReads,
    },
  }),

  keys: ({ Id, Partition }) => [accountKey(Id), accountArn(Partition, Id)],
  relations: {},
  references: () => [],
  volatile: [],
});

/** The ARN by which policies name a whole account. */
function accountArn(partition: string, account: string): string {
  return arnOf({ partition, service: 'iam', region: '', account, resource: 'root' });
}
