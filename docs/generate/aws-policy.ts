import type { Registry } from '../../providers/registry.ts';

/** The least that the credentials must allow, as an IAM policy, from the declarations alone. */
export function awsPolicy(registry: Registry): string {
  const types = registry.get('aws')?.resourceTypes.values() ?? [];
  const actions = new Set([...types].flatMap((type) => type.permissions));
  // What plans need before any type is listed: the regions, and the accounts of an organization.
  for (const action of ['ec2:DescribeRegions', 'organizations:ListAccounts']) actions.add(action);
  const policy = {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'CmdbAgentReads', Effect: 'Allow', Action: [...actions].sort(), Resource: '*' },
    ],
  };
  return `${JSON.stringify(policy, null, 2)}\n`;
}
