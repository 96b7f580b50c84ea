import {
  type CapacityProvider,
  type Cluster,
  DescribeCapacityProvidersCommand,
  ECSClient,
} from '@aws-sdk/client-ecs';
import type { AwsClient } from './client.ts';
import { type Detail, readDetail } from './read-detail.ts';

/** The most that one call describes. */
const PROVIDERS_A_CALL = 100;
/** AWS's own, behind which no auto-scaling group stands. */
const OF_AWS = new Set(['FARGATE', 'FARGATE_SPOT']);

/** The capacity providers that these clusters name, by name. */
export function capacityProviders(
  aws: AwsClient,
  clusters: readonly Cluster[],
  signal: AbortSignal,
): Promise<Detail<ReadonlyMap<string, CapacityProvider>>> {
  const names = new Set(clusters.flatMap((cluster) => cluster.capacityProviders ?? []));
  const wanted = [...names].filter((name) => !OF_AWS.has(name)).sort();
  return readDetail('ecs:DescribeCapacityProviders', async () => {
    const found = new Map<string, CapacityProvider>();
    for (let start = 0; start < wanted.length; start += PROVIDERS_A_CALL) {
      const command = new DescribeCapacityProvidersCommand({
        capacityProviders: wanted.slice(start, start + PROVIDERS_A_CALL),
      });
      const page = await aws.service(ECSClient).send(command, { abortSignal: signal });
      for (const provider of page.capacityProviders ?? []) {
        if (provider.name) found.set(provider.name, provider);
      }
    }
    return found;
  });
}
