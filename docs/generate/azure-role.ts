import type { Registry } from '../../providers/registry.ts';

/**
 * The least that the credentials must allow, as a custom role, from the declarations alone. For
 * `az role definition create --role-definition`, once its scope names a subscription.
 */
export function azureRole(registry: Registry): string {
  const types = registry.get('azure')?.resourceTypes.values() ?? [];
  const actions = new Set([...types].flatMap((type) => type.permissions));
  const role = {
    Name: 'CMDB Agent',
    IsCustom: true,
    Description: 'Lists what the CMDB Agent discovers; reads no key, setting or content.',
    Actions: [...actions].sort(),
    NotActions: [],
    DataActions: [],
    NotDataActions: [],
    AssignableScopes: ['/subscriptions/{subscription-id}'],
  };
  // A list of one stands on one line, as the formatter has it.
  const text = JSON.stringify(role, null, 2).replaceAll(/\[\s+("[^"]*")\s+\]/g, '[$1]');
  return `${text}\n`;
}
