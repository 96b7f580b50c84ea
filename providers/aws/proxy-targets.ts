import { type DBProxyTarget, DescribeDBProxyTargetsCommand, RDSClient } from '@aws-sdk/client-rds';
import type { AwsClient } from './client.ts';
import { type Detail, readDetail } from './read-detail.ts';

const TARGETS_A_PAGE = 100;

/** What an RDS proxy passes connections on to; empty where it was deleted since it was listed. */
export function proxyTargets(
  aws: AwsClient,
  DBProxyName: string,
  signal: AbortSignal,
): Promise<Detail<readonly DBProxyTarget[]>> {
  return readDetail('rds:DescribeDBProxyTargets', async () => {
    const targets: DBProxyTarget[] = [];
    let Marker: string | undefined;
    do {
      const command = new DescribeDBProxyTargetsCommand({
        DBProxyName,
        MaxRecords: TARGETS_A_PAGE,
        Marker,
      });
      const page = await aws.service(RDSClient).send(command, { abortSignal: signal });
      targets.push(...(page.Targets ?? []));
      Marker = page.Marker || undefined;
    } while (Marker);
    return targets;
  }, ['DBProxyNotFoundFault', 'DBProxyTargetGroupNotFoundFault']);
}
