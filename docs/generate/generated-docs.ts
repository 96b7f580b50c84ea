import type { Registry } from '../../providers/registry.ts';
import { awsPolicy } from './aws-policy.ts';
import { azureRole } from './azure-role.ts';
import { catalogueSchema } from './catalogue-schema.ts';
import { gcpRole } from './gcp-role.ts';
import { kubernetesClusterRole } from './kubernetes-cluster-role.ts';
import { resourceTypesMarkdown } from './resource-types.ts';

/** Every generated file under docs/, by its path there. */
export function generatedDocs(registry: Registry): ReadonlyMap<string, string> {
  const docs = new Map([
    ['resource-types.md', resourceTypesMarkdown(registry)],
    ['catalogue.schema.json', catalogueSchema()],
  ]);
  if (registry.has('aws')) docs.set('aws-policy.json', awsPolicy(registry));
  if (registry.has('azure')) docs.set('azure-role.json', azureRole(registry));
  if (registry.has('gcp')) docs.set('gcp-role.yaml', gcpRole(registry));
  if (registry.has('kubernetes')) {
    docs.set('kubernetes-cluster-role.yaml', kubernetesClusterRole(registry));
  }
  return docs;
}
