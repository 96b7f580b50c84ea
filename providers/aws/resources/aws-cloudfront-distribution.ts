import { CloudFrontClient, ListDistributionsCommand } from '@aws-sdk/client-cloudfront';
import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import { functionArn } from '../api-integrations.ts';
import type { AwsClient } from '../client.ts';
import { hostKeys } from '../dns-targets.ts';
import { flag, instant, listOf, text, textAt } from '../fields.ts';
import { accountKey, dnsKey, idKey } from '../keys.ts';
import { deniedReads } from '../read-detail.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';
import { tagsByArn } from '../tags-by-arn.ts';

const DISTRIBUTIONS_A_PAGE = 100;

/** The partitions that have CloudFront, and the region in which their tagging API knows it. */
const HOME_REGIONS: Readonly<Record<string, string>> = {
  aws: 'us-east-1',
  'aws-cn': 'cn-northwest-1',
};

/** CloudFront wraps each of its lists, and leaves out those that are empty. */
function itemsOf<Element extends z.ZodType>(element: Element) {
  return z
    .object({ Items: listOf(element) })
    .nullish()
    .transform((list) => list?.Items ?? []);
}

const behaviour = z.object({
  LambdaFunctionAssociations: itemsOf(z.object({ LambdaFunctionARN: text })),
});

export const resourceType = defineResourceType({
  name: 'aws_cloudfront_distribution',
  provider: 'aws',
  ci_types: ['cdn'],
  summary: 'A CloudFront distribution, with its names and the origins that it serves from.',
  permissions: ['cloudfront:ListDistributions', 'tag:GetResources'],
  level: 'account',

  async listPage(aws: AwsClient, pageToken, signal) {
    const home = HOME_REGIONS[aws.partition.id];
    if (home === undefined) return { records: [], next_page_token: null };
    const command = new ListDistributionsCommand({
      MaxItems: DISTRIBUTIONS_A_PAGE,
      Marker: pageToken ?? undefined,
    });
    const answer = await aws.service(CloudFrontClient).send(command, { abortSignal: signal });
    const page = answer.DistributionList;
    const tags = await tagsByArn(aws, 'cloudfront', signal, home);
    const records = (page?.Items ?? []).map((distribution) => ({
      ...distribution,
      Tags: tags.value?.get(distribution.ARN ?? ''),
      DeniedReads: deniedReads([tags]),
    }));
    return { records, next_page_token: page?.NextMarker || null };
  },

  record: z.object({
    ARN: z.string(),
    Id: text,
    DomainName: text,
    Aliases: itemsOf(z.string()),
    Comment: text,
    Enabled: flag,
    Staging: flag,
    Status: text,
    LastModifiedTime: instant,
    PriceClass: text,
    HttpVersion: text,
    IsIPV6Enabled: flag,
    WebACLId: text,
    Origins: itemsOf(z.object({ Id: text, DomainName: text })),
    OriginGroups: itemsOf(z.object({ Id: text, Members: itemsOf(z.object({ OriginId: text })) })),
    DefaultCacheBehavior: behaviour.nullish(),
    CacheBehaviors: itemsOf(behaviour),
    ViewerCertificate: z
      .object({ ACMCertificateArn: text, MinimumProtocolVersion: text })
      .nullish(),
    Tags: tagList,
    DeniedReads: z.array(z.string()),
  }),

  nativeId: (record) => textAt(record, 'ARN'),

  toItem(record) {
    const aliases = [...record.Aliases].sort();
    const name = record.Id ?? record.ARN;
    return {
      ci_type: 'cdn',
      name,
      display_name: record.Tags.Name || aliases[0] || record.Comment || name,
      // It serves while a change of it is on its way (`InProgress`).
      status: record.Enabled === false ? 'inactive' : 'active',
      external_id: record.ARN,
      fqdn: record.DomainName,
      ...described(record.Tags, [...aliases, record.Comment]),
      attributes: {
        aliases,
        comment: record.Comment,
        enabled: record.Enabled,
        // A copy on which changes are tried out.
        staging: record.Staging,
        last_modified_time: record.LastModifiedTime,
        price_class: record.PriceClass,
        http_version: record.HttpVersion,
        ipv6: record.IsIPV6Enabled,
        web_acl: record.WebACLId,
        minimum_tls: record.ViewerCertificate?.MinimumProtocolVersion ?? null,
        origins: record.Origins.flatMap(({ DomainName }) => DomainName ?? []).sort(),
        edge_functions: edgeFunctions(record),
        state: record.Status,
        denied_reads: record.DeniedReads,
      },
    };
  },

  keys: ({ ARN, Id, DomainName, Aliases, Staging }) => [
    ARN,
    ...(Id ? [idKey(Id)] : []),
    ...(DomainName ? [dnsKey(DomainName)] : []),
    // The names of a copy are those of the distribution that it stands in for.
    ...(Staging ? [] : Aliases.map(dnsKey)),
  ],

  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    serves_from: {
      type: 'depends_on',
      target: 'bucket, load balancer, API, or what answers at a host',
      spread: 'forward',
    },
    runs: { type: 'uses', target: 'aws_lambda_function', spread: 'forward' },
    secured_by: { type: 'uses', target: 'aws_acm_certificate', spread: 'forward' },
  },
  references: (record, scope) => [
    ...refer('in_account', scope.account, accountKey),
    ...record.Origins.flatMap(({ Id, DomainName }) => {
      // Within an origin group, one is asked where another fails.
      const group = record.OriginGroups.find(({ Members }) =>
        Members.some(({ OriginId }) => OriginId === Id),
      );
      const redundancy = group
        ? { redundancy_group: `${record.ARN} ${group.Id ?? ''}`, min_up: 1 }
        : {};
      return hostKeys(DomainName ?? '').flatMap((key) =>
        refer('serves_from', key, undefined, { attributes: { origin: Id }, ...redundancy }),
      );
    }),
    ...edgeFunctions(record).flatMap((arn) => refer('runs', arn)),
    ...refer('secured_by', record.ViewerCertificate?.ACMCertificateArn),
  ],
  volatile: [],
});

/** The functions of Lambda@Edge, which are named with their version, by the ARN without it. */
function edgeFunctions(record: {
  DefaultCacheBehavior?: z.infer<typeof behaviour> | null | undefined;
  CacheBehaviors: ReadonlyArray<z.infer<typeof behaviour>>;
}): string[] {
  const behaviours = [record.DefaultCacheBehavior, ...record.CacheBehaviors];
  const arns = behaviours.flatMap((one) =>
    (one?.LambdaFunctionAssociations ?? []).flatMap(
      ({ LambdaFunctionARN }) => (LambdaFunctionARN && functionArn(LambdaFunctionARN)) ?? [],
    ),
  );
  return [...new Set(arns)].sort();
}
