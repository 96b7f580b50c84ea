import { Command } from 'commander';
import type { ProviderName } from '../../model/enums.ts';
import type { Registry } from '../../providers/registry.ts';
import { CliError } from '../cli-error.ts';
import { listOption, withExamples } from '../options.ts';
import type { Terminal } from '../terminal.ts';

interface PolicyOptions {
  resourceType?: string[];
}

/** Where access is granted, and what makes the grant from the declarations. */
const POLICIES = {
  aws: async () => (await import('../../docs/generate/aws-policy.ts')).awsPolicy,
  gcp: async () => (await import('../../docs/generate/gcp-role.ts')).gcpRole,
  azure: async () => (await import('../../docs/generate/azure-role.ts')).azureRole,
  kubernetes: async () =>
    (await import('../../docs/generate/kubernetes-cluster-role.ts')).kubernetesClusterRole,
} satisfies Partial<Record<ProviderName, () => Promise<(registry: Registry) => string>>>;

type PolicyProvider = keyof typeof POLICIES;

/** `cmdb policy` */
export function policyCommand(terminal: Terminal): Command {
  const command = new Command('policy').description(
    'the least that the credentials of a provider must allow, from the declarations',
  );
  command
    .addArgument(
      command
        .createArgument('<provider>', 'where access is granted')
        .choices(Object.keys(POLICIES)),
    )
    .addOption(listOption('--resource-type <name>', 'for these alone'))
    .action(async (provider: PolicyProvider, { resourceType }: PolicyOptions) => {
      const { loadRegistry } = await import('../../providers/registry.ts');
      const generate = await POLICIES[provider]();
      const registry = await loadRegistry();
      terminal.stdout.write(generate(narrow(registry, provider, resourceType)));
    });
  return withExamples(
    command,
    'cmdb policy aws > policy.json',
    'cmdb policy kubernetes | kubectl apply -f -',
    'cmdb policy aws --resource-type aws_ec2_instance,aws_rds_instance',
  );
}

/** @throws {CliError} naming the types that the provider does not have */
function narrow(
  registry: Registry,
  name: PolicyProvider,
  types: readonly string[] | undefined,
): Registry {
  const registered = registry.get(name);
  if (!types || !registered) return registry;
  const unknown = types.filter((type) => !registered.resourceTypes.has(type));
  if (unknown.length > 0) {
    throw new CliError(
      'usage',
      `${name} has no resource type ${unknown.join(', ')}.`,
      'docs/resource-types.md lists them.',
    );
  }
  const resourceTypes = new Map(
    [...registered.resourceTypes].filter(([type]) => types.includes(type)),
  );
  return new Map([[name, { ...registered, resourceTypes }]]);
}
