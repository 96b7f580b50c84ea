import { stringify } from 'yaml';
import type { Registry } from '../../providers/registry.ts';

interface Rule {
  apiGroups?: string[];
  resources?: string[];
  nonResourceURLs?: string[];
  verbs: string[];
}

/** What plans need before any type is listed: the cluster's identity. */
const FOR_PLANS = ['core/namespaces:get'];

/** The least that the credentials must allow, as a ClusterRole, from the declarations alone. */
export function kubernetesClusterRole(registry: Registry): string {
  const types = registry.get('kubernetes')?.resourceTypes.values() ?? [];
  const permissions = new Set([...FOR_PLANS, ...[...types].flatMap((type) => type.permissions)]);
  const role = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'cmdb-agent' },
    rules: rulesFor([...permissions].sort()),
  };
  return `# Generated from the declarations by \`npm run docs\`; do not edit. Secrets are not in it.\n${stringify(role)}`;
}

/** One rule for each API group and verb; `/version:get` is a path of its own. */
function rulesFor(permissions: readonly string[]): Rule[] {
  const rules = new Map<string, Rule>();
  for (const permission of permissions) {
    const [, group = '', resource = '', verb = ''] =
      /^([^/]*)\/([^:]+):(\w+)$/.exec(permission) ?? [];
    if (verb === '') throw new Error(`${permission} is no permission of Kubernetes.`);
    const place = `${group} ${verb}`;
    const rule = rules.get(place) ?? ruleOf(group, verb);
    if (group === '') rule.nonResourceURLs?.push(`/${resource}`);
    else rule.resources?.push(resource);
    rules.set(place, rule);
  }
  return [...rules.values()];
}

function ruleOf(group: string, verb: string): Rule {
  if (group === '') return { nonResourceURLs: [], verbs: [verb] };
  return { apiGroups: [group === 'core' ? '' : group], resources: [], verbs: [verb] };
}
