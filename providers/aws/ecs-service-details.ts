import type { Service } from '@aws-sdk/client-ecs';
import pLimit from 'p-limit';
import type { AwsClient } from './client.ts';
import { deniedReads } from './read-detail.ts';
import { vpcsOfSubnets } from './subnet-vpcs.ts';
import { taskDefinition } from './task-definitions.ts';

/** Task definitions are read one by one. */
const DEFINITIONS_AT_ONCE = 5;

/** The services as records: each with its task definition and the VPC that its subnets are in. */
export async function withTheirSurroundings(
  aws: AwsClient,
  services: readonly Service[],
  signal: AbortSignal,
): Promise<unknown[]> {
  const isInVpc = services.some((service) => subnetsOf(service).length > 0);
  const vpcs = isInVpc ? await vpcsOfSubnets(aws, signal) : { value: null, denied: null };
  const limit = pLimit(DEFINITIONS_AT_ONCE);
  return limit.map(services, async (service) => {
    const definition = service.taskDefinition
      ? await taskDefinition(aws, service.taskDefinition, signal)
      : { value: null, denied: null };
    const [subnetId = ''] = subnetsOf(service);
    return {
      ...service,
      Definition: definition.value,
      VpcId: vpcs.value?.get(subnetId),
      DeniedReads: deniedReads([definition, vpcs]),
    };
  });
}

function subnetsOf({ networkConfiguration }: Service): string[] {
  return networkConfiguration?.awsvpcConfiguration?.subnets ?? [];
}
