import { ListHealthChecksCommand, Route53Client } from '@aws-sdk/client-route-53';
import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { AwsClient } from '../client.ts';
import { hostKeys } from '../dns-targets.ts';
import { count, flag, listOf, text, textAt } from '../fields.ts';
import { route53Arn, route53Tags } from '../hosted-zones.ts';
import { accountKey, idKey } from '../keys.ts';
import { deniedReads } from '../read-detail.ts';
import { refer } from '../refer.ts';
import { described, tagList } from '../tags.ts';

const CHECKS_A_PAGE = 100;

export const resourceType = defineResourceType({
  name: 'aws_route53_health_check',
  provider: 'aws',
  ci_types: ['service'],
  summary: 'A health check of Route 53, with the host or address that it watches.',
  permissions: ['route53:ListHealthChecks', 'route53:ListTagsForResources'],
  level: 'account',

  async listPage(aws: AwsClient, pageToken, signal) {
    const command = new ListHealthChecksCommand({
      MaxItems: CHECKS_A_PAGE,
      Marker: pageToken ?? undefined,
    });
    const page = await aws.service(Route53Client).send(command, { abortSignal: signal });
    const checks = page.HealthChecks ?? [];
    const ids = checks.flatMap(({ Id }) => Id ?? []);
    const tags = await route53Tags(aws, 'healthcheck', ids, signal);
    const records = checks.map((check) => ({
      ...check,
      Arn: check.Id && route53Arn(aws.partition.id, `healthcheck/${check.Id}`),
      Tags: tags.value?.get(check.Id ?? ''),
      DeniedReads: deniedReads([tags]),
    }));
    return { records, next_page_token: page.NextMarker ?? null };
  },

  record: z.object({
    Id: z.string(),
    Arn: z.string(),
    HealthCheckConfig: z.object({
      Type: text,
      IPAddress: text,
      Port: count,
      FullyQualifiedDomainName: text,
      // What is asked for may carry a token.
      ResourcePath: text.transform((path) => path?.replace(/[?#].*$/s, '') ?? null),
      RequestInterval: count,
      FailureThreshold: count,
      Inverted: flag,
      Disabled: flag,
      HealthThreshold: count,
      ChildHealthChecks: listOf(z.string()),
      AlarmIdentifier: z.object({ Region: text, Name: text }).nullish(),
    }),
    LinkedService: z.object({ ServicePrincipal: text }).nullish(),
    Tags: tagList,
    DeniedReads: z.array(z.string()),
  }),

  nativeId: (record) => textAt(record, 'Arn'),

  toItem: ({ HealthCheckConfig: config, ...record }) => ({
    ci_type: 'service',
    name: record.Id,
    display_name:
      record.Tags.Name || config.FullyQualifiedDomainName || config.IPAddress || record.Id,
    status: config.Disabled ? 'inactive' : 'active',
    external_id: record.Id,
    ...described(record.Tags, [config.FullyQualifiedDomainName]),
    attributes: {
      type: config.Type,
      checked_host: config.FullyQualifiedDomainName,
      checked_ip_address: config.IPAddress,
      port: config.Port,
      path: config.ResourcePath,
      interval_seconds: config.RequestInterval,
      failure_threshold: config.FailureThreshold,
      inverted: config.Inverted,
      child_health_checks: [...config.ChildHealthChecks].sort(),
      healthy_children_needed: config.HealthThreshold,
      alarm_name: config.AlarmIdentifier?.Name ?? null,
      alarm_region: config.AlarmIdentifier?.Region ?? null,
      created_by_service: record.LinkedService?.ServicePrincipal ?? null,
      denied_reads: record.DeniedReads,
    },
  }),

  keys: ({ Arn, Id }) => [Arn, idKey(Id)],

  // Records refer to the check that decides about them themselves.
  relations: {
    in_account: { type: 'part_of', target: 'aws_account', spread: 'forward' },
    watches: {
      type: 'monitors',
      target: 'aws_route53_record, or a host or address',
      spread: 'none',
    },
    combines: { type: 'uses', target: 'aws_route53_health_check', spread: 'none' },
  },
  references: ({ HealthCheckConfig: config }, scope) => [
    ...refer('in_account', scope.account, accountKey),
    // With an address the name is only what is asked for there.
    ...hostKeys(config.IPAddress ?? config.FullyQualifiedDomainName ?? '').flatMap((key) =>
      refer('watches', key),
    ),
    ...config.ChildHealthChecks.flatMap((id) => refer('combines', id, idKey)),
  ],
  volatile: [],
});
