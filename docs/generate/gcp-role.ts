import { stringify } from 'yaml';
import type { Registry } from '../../providers/registry.ts';

/** What finding the projects of a folder or an organization needs, beside the types' own. */
const ORGANIZATION_PERMISSIONS = ['resourcemanager.folders.list', 'resourcemanager.projects.list'];

/**
 * The least that the credentials must allow, as the file that `gcloud iam roles create --file` takes,
 * from the declarations alone. A role of a project is refused with an organization's permissions in
 * it ("Permission … is not valid"), so that these stand in a comment.
 */
export function gcpRole(registry: Registry): string {
  const types = registry.get('gcp')?.resourceTypes.values() ?? [];
  const permissions = new Set([...types].flatMap((type) => type.permissions));
  const role = {
    title: 'CMDB Agent',
    description: 'Reads what CMDB Agent lists, and nothing else.',
    stage: 'GA',
    includedPermissions: [...permissions].sort(),
  };
  return [
    '# gcloud iam roles create cmdbAgent --project PROJECT --file gcp-role.yaml',
    '# For all projects of a folder or an organization, create it with --organization ORGANIZATION,',
    '# after adding the permissions that a role of a project cannot have:',
    ...ORGANIZATION_PERMISSIONS.map((permission) => `#   - ${permission}`),
    stringify(role),
  ].join('\n');
}
