const ROLE_LABEL = 'node-role.kubernetes.io/';
/** `master` is what the control plane was called before Kubernetes 1.20. */
const CONTROL_PLANE_ROLES = ['control-plane', 'master'];

/** The roles that a node's labels give it, sorted. */
export function nodeRoles(labels: Readonly<Record<string, string>>): string[] {
  return Object.keys(labels)
    .filter((label) => label.startsWith(ROLE_LABEL))
    .map((label) => label.slice(ROLE_LABEL.length))
    .sort();
}

/** Whether a node runs the control plane; that of a managed cluster shows none. */
export function isControlPlane(labels: Readonly<Record<string, string>>): boolean {
  return nodeRoles(labels).some((role) => CONTROL_PLANE_ROLES.includes(role));
}
