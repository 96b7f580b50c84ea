import { APIGatewayClient, GetRestApisCommand, type RestApi } from '@aws-sdk/client-api-gateway';
import pLimit from 'p-limit';
import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import {
  apiDomains,
  certificateReferences,
  domainKeys,
  domainsByApi,
  shownDomains,
} from '../api-domains.ts';
import { integrationTarget, targetsOf } from '../api-integrations.ts';
import { arnOf } from '../arn.ts';
import type { AwsClient } from '../client.ts';
import { flag, instant, listOf, text, textAt } from '../fields.ts';
import { accountKey, dnsKey, idKey } from '../keys.ts';
import { deniedReads, readDetail } from '../read-detail.ts';
import { refer } from '../refer.ts';
import { loadBalancersByLink, methodIntegrations, throughLinks } from '../rest-api-methods.ts';
import { described, tagMap } from '../tags.ts';

/** Every value of API Gateway's `ApiStatus`; one that is updated serves as it was. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  AVAILABLE: 'active',
  UPDATING: 'active',
  PENDING: 'planned',
  FAILED: 'failed',
};

/** A call follows for each API, of which AWS allows five in two seconds. */
const APIS_A_PAGE = 25;
const APIS_AT_ONCE = 2;

export const resourceType = defineResourceType({
  name: 'aws_apigateway_rest_api',
  provider: 'aws',
  ci_types: ['api'],
  summary: 'A REST API of API Gateway, with what its methods call and its domain names.',
  permissions: ['apigateway:GET'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new GetRestApisCommand({
      limit: APIS_A_PAGE,
      position: pageToken ?? undefined,
    });
    const page = await aws.service(APIGatewayClient).send(command, { abortSignal: signal });
    const limit = pLimit(APIS_AT_ONCE);
    const records = await limit.map(page.items ?? [], (api) => withDetails(aws, api, signal));
    return { records: records.flat(), next_page_token: page.position ?? null };
  },

  record: z.object({
    id: z.string(),
    Arn: z.string(),
    Host: z.string(),
    name: text,
    description: text,
    version: text,
    createdDate: instant,
    apiStatus: text,
    apiKeySource: text,
    disableExecuteApiEndpoint: flag,
    endpointConfiguration: z
      .object({ types: listOf(z.string()), vpcEndpointIds: listOf(z.string()) })
      .nullish(),
    Integrations: listOf(z.object({ Type: text, Target: integrationTarget })),
    Domains: apiDomains,
    tags: tagMap,
    DeniedReads: z.array(z.string()),
  }),

  nativeId: (record) => textAt(record, 'Arn'),

  toItem: (record, scope) => ({
    ci_type: 'api',
    name: record.id,
    display_name: record.name ?? record.id,
    status: STATUSES[record.apiStatus ?? ''] ?? 'active',
    region: scope.region,
    external_id: record.id,
    fqdn: record.Host,
    ...described(record.tags, [record.name]),
    attributes: {
      api_name: record.name,
      description: record.description,
      protocol: 'rest',
      version: record.version,
      create_time: record.createdDate,
      endpoint_types: [...(record.endpointConfiguration?.types ?? [])].sort(),
      endpoint_disabled: record.disableExecuteApiEndpoint,
      vpc_endpoint_ids: [...(record.endpointConfiguration?.vpcEndpointIds ?? [])].sort(),
      api_key_source: record.apiKeySource,
      domain_names: shownDomains(record.Domains),
      integration_types: [...new Set(record.Integrations.flatMap(({ Type }) => Type ?? []))].sort(),
      targets: targetsOf(record.Integrations),
      state: record.apiStatus,
      denied_reads: record.DeniedReads,
    },
  }),

  keys: ({ Arn, Host, Domains }) => [Arn, dnsKey(Host), ...domainKeys(Domains)],

  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    reached_by: { type: 'uses', target: 'aws_vpc_endpoint', spread: 'forward' },
    calls: {
      type: 'depends_on',
      target: 'function, load balancer, queue, bucket, or what answers at a host',
      spread: 'forward',
    },
    secured_by: { type: 'uses', target: 'aws_acm_certificate', spread: 'forward' },
  },
  references: ({ endpointConfiguration, Integrations, Domains, Arn }, scope) => {
    const endpoints = endpointConfiguration?.vpcEndpointIds ?? [];
    // Each of them is a way in.
    const group = endpoints.length > 1 ? { redundancy_group: `${Arn} endpoints`, min_up: 1 } : {};
    return [
      ...refer('in_account', scope.account, accountKey),
      ...endpoints.flatMap((id) => refer('reached_by', id, idKey, group)),
      ...targetsOf(Integrations).flatMap((key) => refer('calls', key)),
      ...certificateReferences(Domains),
    ];
  },
  volatile: [],
});

/** The API as a record, or nothing where it was deleted since it was listed. */
async function withDetails(aws: AwsClient, api: RestApi, signal: AbortSignal) {
  const domains = await domainsByApi(aws, signal);
  const links = await loadBalancersByLink(aws, signal);
  const integrations = await readDetail(
    'apigateway:GET',
    () => methodIntegrations(aws, api.id, signal),
    ['NotFoundException'],
  );
  if (integrations.value === null && integrations.denied === null) return [];
  const { id: partition, dns_suffix } = aws.partition;
  const arn = { partition, service: 'apigateway', region: aws.region, account: '' };
  return [
    {
      ...api,
      Arn: api.id && arnOf({ ...arn, resource: `/restapis/${api.id}` }),
      Host: `${api.id}.execute-api.${aws.region}.${dns_suffix}`,
      Integrations: throughLinks(integrations.value ?? [], links.value),
      Domains: domains.value?.get(api.id ?? ''),
      DeniedReads: deniedReads([domains, links, integrations]),
    },
  ];
}
