import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import type { AwsClient } from './client.ts';
import { type Detail, readDetail } from './read-detail.ts';

/**
 * The VPC of every subnet in the region that the account may use, for services that name subnets
 * only; read once a slice.
 */
export function vpcsOfSubnets(
  aws: AwsClient,
  signal: AbortSignal,
): Promise<Detail<ReadonlyMap<string, string>>> {
  return aws.memo('vpcs of subnets', () =>
    readDetail('ec2:DescribeSubnets', async () => {
      const vpcs = new Map<string, string>();
      let token: string | undefined;
      do {
        const page = await aws
          .service(EC2Client)
          .send(new DescribeSubnetsCommand({ MaxResults: 500, NextToken: token }), {
            abortSignal: signal,
          });
        for (const { SubnetId, VpcId } of page.Subnets ?? []) {
          if (SubnetId && VpcId) vpcs.set(SubnetId, VpcId);
        }
        token = page.NextToken;
      } while (token);
      return vpcs;
    }),
  );
}
