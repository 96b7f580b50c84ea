import { type AliasListEntry, KMSClient, ListAliasesCommand } from '@aws-sdk/client-kms';
import type { AwsClient } from './client.ts';
import { type Detail, readDetail } from './read-detail.ts';

/** The most that KMS answers on one page. */
const ALIASES_A_PAGE = 100;

/** Every alias of the account in the region by the id of its key, read once a slice. */
export function aliasesByKey(
  aws: AwsClient,
  signal: AbortSignal,
): Promise<Detail<ReadonlyMap<string, AliasListEntry[]>>> {
  return aws.memo('kms-aliases', () =>
    readDetail('kms:ListAliases', async () => {
      const byKey = new Map<string, AliasListEntry[]>();
      let marker: string | undefined;
      do {
        const page = await aws
          .service(KMSClient)
          .send(new ListAliasesCommand({ Limit: ALIASES_A_PAGE, Marker: marker }), {
            abortSignal: signal,
          });
        for (const alias of page.Aliases ?? []) {
          // AWS reserves aliases for keys that it has not made yet.
          if (!alias.TargetKeyId) continue;
          byKey.set(alias.TargetKeyId, [...(byKey.get(alias.TargetKeyId) ?? []), alias]);
        }
        marker = page.NextMarker;
      } while (marker);
      return byKey;
    }),
  );
}
