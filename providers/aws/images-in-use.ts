import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import type { AwsClient } from './client.ts';

/** The ids of the images that instances in the region were made from, sorted; read once a slice. */
export function imagesInUse(aws: AwsClient, signal: AbortSignal): Promise<readonly string[]> {
  return aws.memo('images in use', async () => {
    const ids = new Set<string>();
    let token: string | undefined;
    do {
      const page = await aws
        .service(EC2Client)
        .send(new DescribeInstancesCommand({ MaxResults: 500, NextToken: token }), {
          abortSignal: signal,
        });
      for (const { Instances } of page.Reservations ?? []) {
        for (const { ImageId } of Instances ?? []) if (ImageId) ids.add(ImageId);
      }
      token = page.NextToken;
    } while (token);
    return [...ids].sort();
  });
}
