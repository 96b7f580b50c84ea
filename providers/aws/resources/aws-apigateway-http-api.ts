import {
  type Api,
  ApiGatewayV2Client,
  GetApisCommand,
  GetIntegrationsCommand,
  type Integration,
} from '@aws-sdk/client-apigatewayv2';
import pLimit from 'p-limit';
import { z } from 'zod';
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
import { accountKey, dnsKey } from '../keys.ts';
import { deniedReads, readDetail } from '../read-detail.ts';
import { refer } from '../refer.ts';
import { described, tagMap } from '../tags.ts';

/** A call follows for each API, at ten a second. */
const APIS_A_PAGE = '50';
const APIS_AT_ONCE = 5;

export const resourceType = defineResourceType({
  name: 'aws_apigateway_http_api',
  provider: 'aws',
  ci_types: ['api'],
  summary: 'An HTTP or WebSocket API of API Gateway, with what it calls and its domain names.',
  permissions: ['apigateway:GET'],
  level: 'region',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new GetApisCommand({
      MaxResults: APIS_A_PAGE,
      NextToken: pageToken ?? undefined,
    });
    const page = await aws.service(ApiGatewayV2Client).send(command, { abortSignal: signal });
    const limit = pLimit(APIS_AT_ONCE);
    const records = await limit.map(page.Items ?? [], (api) => withDetails(aws, api, signal));
    return { records: records.flat(), next_page_token: page.NextToken ?? null };
  },

  record: z.object({
    ApiId: z.string(),
    Arn: z.string(),
    Name: text,
    Description: text,
    ProtocolType: text,
    Version: text,
    CreatedDate: instant,
    ApiEndpoint: text,
    DisableExecuteApiEndpoint: flag,
    Integrations: listOf(z.object({ Type: text, Target: integrationTarget })),
    Domains: apiDomains,
    Tags: tagMap,
    DeniedReads: z.array(z.string()),
  }),

  nativeId: (record) => textAt(record, 'Arn'),

  toItem: (record, scope) => ({
    ci_type: 'api',
    name: record.ApiId,
    display_name: record.Name ?? record.ApiId,
    region: scope.region,
    external_id: record.ApiId,
    fqdn: record.ApiEndpoint && new URL(record.ApiEndpoint).hostname,
    ...described(record.Tags, [record.Name]),
    attributes: {
      api_name: record.Name,
      description: record.Description,
      protocol: record.ProtocolType?.toLowerCase() ?? null,
      version: record.Version,
      create_time: record.CreatedDate,
      endpoint: record.ApiEndpoint,
      endpoint_disabled: record.DisableExecuteApiEndpoint,
      domain_names: shownDomains(record.Domains),
      integration_types: [...new Set(record.Integrations.flatMap(({ Type }) => Type ?? []))].sort(),
      targets: targetsOf(record.Integrations),
      denied_reads: record.DeniedReads,
    },
  }),

  keys: ({ Arn, ApiEndpoint, Domains }) => [
    Arn,
    ...(ApiEndpoint ? [dnsKey(new URL(ApiEndpoint).hostname)] : []),
    ...domainKeys(Domains),
  ],

  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    calls: {
      type: 'depends_on',
      target: 'function, load balancer, or what answers at a host',
      spread: 'forward',
    },
    secured_by: { type: 'uses', target: 'aws_acm_certificate', spread: 'forward' },
  },
  references: ({ Integrations, Domains }, scope) => [
    ...refer('in_account', scope.account, accountKey),
    ...targetsOf(Integrations).flatMap((key) => refer('calls', key)),
    ...certificateReferences(Domains),
  ],
  volatile: [],
});

/** The API as a record, or nothing where it was deleted since it was listed. */
async function withDetails(aws: AwsClient, api: Api, signal: AbortSignal) {
  const domains = await domainsByApi(aws, signal);
  const integrations = await readDetail(
    'apigateway:GET',
    () => allIntegrations(aws, api.ApiId, signal),
    ['NotFoundException'],
  );
  if (integrations.value === null && integrations.denied === null) return [];
  const parts = { partition: aws.partition.id, service: 'apigateway', region: aws.region };
  return [
    {
      ...api,
      Arn: api.ApiId && arnOf({ ...parts, account: '', resource: `/apis/${api.ApiId}` }),
      Integrations: integrations.value?.map(({ IntegrationType, IntegrationUri }) => ({
        Type: IntegrationType,
        Target: IntegrationUri,
      })),
      Domains: domains.value?.get(api.ApiId ?? ''),
      DeniedReads: deniedReads([domains, integrations]),
    },
  ];
}

async function allIntegrations(aws: AwsClient, ApiId: string | undefined, signal: AbortSignal) {
  const integrations: Integration[] = [];
  let token: string | undefined;
  do {
    const command = new GetIntegrationsCommand({ ApiId, MaxResults: '500', NextToken: token });
    const page = await aws.service(ApiGatewayV2Client).send(command, { abortSignal: signal });
    integrations.push(...(page.Items ?? []));
    token = page.NextToken;
  } while (token);
  return integrations;
}
