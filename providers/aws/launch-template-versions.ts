import {
  DescribeLaunchTemplateVersionsCommand,
  EC2Client,
  type LaunchTemplateVersion,
} from '@aws-sdk/client-ec2';
import type { AwsClient } from './client.ts';
import { type Detail, readDetail } from './read-detail.ts';

/** The most that EC2 answers on one page. */
const VERSIONS_A_PAGE = 200;

/** The default version of every launch template in the region, by the template's id. */
export function defaultVersions(
  aws: AwsClient,
  signal: AbortSignal,
): Promise<Detail<ReadonlyMap<string, LaunchTemplateVersion>>> {
  return aws.memo('default launch template versions', () =>
    readDetail('ec2:DescribeLaunchTemplateVersions', async () => {
      const versions = new Map<string, LaunchTemplateVersion>();
      let token: string | undefined;
      do {
        const page = await aws.service(EC2Client).send(
          // Without a template's id these are those of all templates.
          new DescribeLaunchTemplateVersionsCommand({
            Versions: ['$Default'],
            MaxResults: VERSIONS_A_PAGE,
            NextToken: token,
          }),
          { abortSignal: signal },
        );
        for (const version of page.LaunchTemplateVersions ?? []) {
          if (version.LaunchTemplateId) {
            versions.set(version.LaunchTemplateId, withoutUserData(version));
          }
        }
        token = page.NextToken;
      } while (token);
      return versions;
    }),
  );
}

/** User data is a script of up to 16 KiB that may hold passwords: it goes no further than here. */
function withoutUserData({ LaunchTemplateData, ...version }: LaunchTemplateVersion) {
  if (!LaunchTemplateData) return version;
  const { UserData: _, ...data } = LaunchTemplateData;
  return { ...version, LaunchTemplateData: data };
}
