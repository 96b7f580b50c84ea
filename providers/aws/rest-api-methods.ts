import {
  APIGatewayClient,
  GetResourcesCommand,
  GetVpcLinksCommand,
  type Integration,
} from '@aws-sdk/client-api-gateway';
import type { AwsClient } from './client.ts';
import { type Detail, readDetail } from './read-detail.ts';

/** The most resources or links on one page. */
const MAX_PAGE = 500;

/** What the methods of a REST API call. */
export async function methodIntegrations(
  aws: AwsClient,
  restApiId: string | undefined,
  signal: AbortSignal,
): Promise<Integration[]> {
  const integrations: Integration[] = [];
  let position: string | undefined;
  do {
    const command = new GetResourcesCommand({
      restApiId,
      embed: ['methods'],
      limit: MAX_PAGE,
      position,
    });
    const page = await aws.service(APIGatewayClient).send(command, { abortSignal: signal });
    for (const { resourceMethods = {} } of page.items ?? []) {
      for (const { methodIntegration } of Object.values(resourceMethods)) {
        if (methodIntegration) integrations.push(methodIntegration);
      }
    }
    position = page.position;
  } while (position);
  return integrations;
}

/** The load balancers behind each VPC link of the region, read once a slice. */
export function loadBalancersByLink(
  aws: AwsClient,
  signal: AbortSignal,
): Promise<Detail<ReadonlyMap<string, string[]>>> {
  return aws.memo('api-vpc-links', () =>
    readDetail('apigateway:GET', async () => {
      const links = new Map<string, string[]>();
      let position: string | undefined;
      do {
        const command = new GetVpcLinksCommand({ limit: MAX_PAGE, position });
        const page = await aws.service(APIGatewayClient).send(command, { abortSignal: signal });
        for (const { id, targetArns } of page.items ?? []) {
          if (id) links.set(id, targetArns ?? []);
        }
        position = page.position;
      } while (position);
      return links;
    }),
  );
}

/**
 * Integrations with all that they call: behind a VPC link, the URL says what to ask for there, and
 * the link, or the integration itself, which load balancer to ask.
 */
export function throughLinks(
  integrations: readonly Integration[],
  links: ReadonlyMap<string, string[]> | null,
) {
  return integrations.flatMap(({ type: Type, uri, connectionId, integrationTarget }) =>
    [uri, integrationTarget, ...(links?.get(connectionId ?? '') ?? [])].map((Target) => ({
      Type,
      Target,
    })),
  );
}
