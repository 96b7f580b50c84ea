import {
  GetResourcesCommand,
  ResourceGroupsTaggingAPIClient,
  type Tag,
} from '@aws-sdk/client-resource-groups-tagging-api';
import type { AwsClient } from './client.ts';
import { type Detail, readDetail } from './read-detail.ts';

/** The most that the tagging API answers on one page. */
const RESOURCES_A_PAGE = 100;

/**
 * The tags of everything that a service has in a region, by ARN, for services whose listing leaves
 * them out: a hundred resources a call instead of one. What never had a tag is not in it.
 *
 * @param service as the tagging API filters: `kms`, `acm`
 * @param region that of the service's ARNs; global services are in the partition's first region
 */
export function tagsByArn(
  aws: AwsClient,
  service: string,
  signal: AbortSignal,
  region = aws.region,
): Promise<Detail<ReadonlyMap<string, Tag[]>>> {
  return aws.memo(`tags of ${service} in ${region}`, () =>
    readDetail('tag:GetResources', async () => {
      const tagging = aws.service(ResourceGroupsTaggingAPIClient, region);
      const tags = new Map<string, Tag[]>();
      let token: string | undefined;
      do {
        const command = new GetResourcesCommand({
          ResourceTypeFilters: [service],
          ResourcesPerPage: RESOURCES_A_PAGE,
          PaginationToken: token,
        });
        const page = await tagging.send(command, { abortSignal: signal });
        for (const { ResourceARN, Tags } of page.ResourceTagMappingList ?? []) {
          if (ResourceARN) tags.set(ResourceARN, Tags ?? []);
        }
        // Empty, not absent, at the end.
        token = page.PaginationToken || undefined;
      } while (token);
      return tags;
    }),
  );
}
