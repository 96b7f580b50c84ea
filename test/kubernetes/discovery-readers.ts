import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type { Kubernetes } from '../support/emulators/kubernetes.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';

/** May what the generated ClusterRole grants. */
export const READER = 'reader';
/** May the same, but for listing pods. */
export const PARTIAL = 'partial';

/** Grants the generated role to one user, and a part of it to another. */
export async function grantRoles(server: Kubernetes): Promise<void> {
  const file = new URL('../../docs/kubernetes-cluster-role.yaml', import.meta.url);
  const role = parse(await readFile(file, 'utf8'));
  const rules = role.rules.map((rule: { resources?: string[] }) => ({
    ...rule,
    ...(rule.resources && { resources: rule.resources.filter((name) => name !== 'pods') }),
  }));
  for (const [user, granted] of [
    [READER, role.rules],
    [PARTIAL, rules],
  ]) {
    const metadata = { name: `cmdb-agent-${user}` };
    await server.create([
      { path: `${RBAC}/clusterroles`, object: { metadata, rules: granted } },
      {
        path: `${RBAC}/clusterrolebindings`,
        object: {
          metadata,
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', ...metadata },
          subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
        },
      },
    ]);
  }
}
