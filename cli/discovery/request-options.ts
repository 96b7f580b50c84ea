import type { Command } from 'commander';
import { type ProviderName, providerSchema } from '../../model/enums.ts';
import type { DiscoveryRequest } from '../../model/scope.ts';
import { CliError } from '../cli-error.ts';
import { listOption } from '../options.ts';

/** What is to be discovered; what is left out narrows nothing. */
export interface RequestOptions {
  provider?: string[];
  account?: string[];
  region?: string[];
  resourceType?: string[];
}

/** Adds the options that say what is to be discovered. */
export function withRequestOptions(command: Command): Command {
  return command
    .addOption(listOption('--provider <name>', providerSchema.options.join(', ')))
    .addOption(listOption('--account <id>', 'accounts, projects, subscriptions, clusters'))
    .addOption(listOption('--region <name>', 'regions'))
    .addOption(listOption('--resource-type <name>', 'resource types, such as aws_ebs_volume'));
}

/** @throws {CliError} when a provider is not one */
export function requestOf(options: RequestOptions): DiscoveryRequest {
  const { provider, account, region, resourceType } = options;
  return {
    ...(provider ? { providers: provider.map(providerName) } : {}),
    ...(account ? { accounts: account } : {}),
    ...(region ? { regions: region } : {}),
    ...(resourceType ? { resource_types: resourceType } : {}),
  };
}

/** A request in words: `providers: aws; regions: eu-west-1`, or `everything`. */
export function requestText(request: DiscoveryRequest): string {
  const lists = Object.entries(request).map(
    ([name, values]) => `${name}: ${(values ?? []).join(', ')}`,
  );
  return lists.length > 0 ? lists.join('; ') : 'everything';
}

function providerName(text: string): ProviderName {
  const { data } = providerSchema.safeParse(text);
  if (data) return data;
  const known = providerSchema.options.join(', ');
  throw new CliError('usage', `There is no provider "${text}".`, `There are: ${known}.`);
}
