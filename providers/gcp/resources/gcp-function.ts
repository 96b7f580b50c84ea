import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { GcpClient } from '../client.ts';
import { count, instant, text, textAt, word } from '../fields.ts';
import { dnsKey, projectKey } from '../keys.ts';
import { described, labelMap } from '../labels.ts';
import { locationPage } from '../pages.ts';
import { referByKey } from '../refer.ts';
import { fullName, lastPart, partOf, pathOf } from '../resource-name.ts';
import { hostOf } from '../urls.ts';

/** Every state of a function. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  ACTIVE: 'active',
  FAILED: 'failed',
  DEPLOYING: 'under_maintenance',
  DELETING: 'under_maintenance',
  UNKNOWN: 'failed',
  DETACHING: 'under_maintenance',
  DETACH_FAILED: 'failed',
};

export const resourceType = defineResourceType({
  name: 'gcp_function',
  provider: 'gcp',
  ci_types: ['function'],
  summary: 'A Cloud Function of either generation; one of the second runs on a Cloud Run service.',
  permissions: ['cloudfunctions.functions.list'],
  level: 'account',

  listPage: (gcp: GcpClient, pageToken, signal) =>
    locationPage(
      gcp,
      {
        library: 'functions',
        service: 'FunctionServiceClient',
        method: 'listFunctions',
        collection: 'functions',
        page_size: 1000,
      },
      '-',
      pageToken,
      signal,
    ),

  // Environment variables often are secrets, and are not read.
  record: z.object({
    name: z.string(),
    description: text,
    state: word,
    environment: word,
    url: text,
    kmsKeyName: text,
    buildConfig: z.object({ runtime: text, entryPoint: text }).nullish(),
    serviceConfig: z
      .object({
        service: text,
        uri: text,
        availableMemory: text,
        availableCpu: text,
        timeoutSeconds: count,
        minInstanceCount: count,
        maxInstanceCount: count,
        vpcConnector: text,
        ingressSettings: word,
        serviceAccountEmail: text,
      })
      .nullish(),
    eventTrigger: z.object({ eventType: text, pubsubTopic: text }).nullish(),
    updateTime: instant,
    labels: labelMap,
  }),

  nativeId(record) {
    const path = pathOf(textAt(record, 'name'));
    return path && fullName('cloudfunctions', path);
  },

  toItem: (record, scope) => ({
    ci_type: 'function',
    name: lastPart(record.name) ?? record.name,
    display_name: lastPart(record.name) ?? record.name,
    status: STATUSES[record.state ?? ''] ?? 'active',
    region: partOf(record.name, 'locations'),
    external_id: record.name,
    fqdn: hostOf(record.url),
    ...described(record.labels, [lastPart(record.name), scope.account]),
    attributes: {
      description: record.description,
      state: record.state,
      generation: record.environment?.toLowerCase() ?? null,
      url: record.url,
      runtime: record.buildConfig?.runtime ?? null,
      entry_point: record.buildConfig?.entryPoint ?? null,
      memory: record.serviceConfig?.availableMemory ?? null,
      cpu: record.serviceConfig?.availableCpu ?? null,
      timeout_seconds: record.serviceConfig?.timeoutSeconds ?? null,
      min_instances: record.serviceConfig?.minInstanceCount ?? null,
      max_instances: record.serviceConfig?.maxInstanceCount ?? null,
      vpc_connector: pathOf(record.serviceConfig?.vpcConnector),
      ingress: record.serviceConfig?.ingressSettings?.toLowerCase() ?? null,
      service_account: record.serviceConfig?.serviceAccountEmail ?? null,
      event_type: record.eventTrigger?.eventType ?? null,
      pubsub_topic: record.eventTrigger?.pubsubTopic ?? null,
      kms_key: record.kmsKeyName,
      update_time: record.updateTime,
    },
  }),

  // All functions of a project and region share the first generation's host, which is no key.
  keys: ({ name, url, serviceConfig }) => [
    fullName('cloudfunctions', pathOf(name) ?? name),
    ...(serviceConfig?.service || !url || /cloudfunctions\.net/.test(url)
      ? []
      : [dnsKey(hostOf(url) ?? url)]),
  ],
  relations: {
    in_project: { type: 'part_of', target: 'gcp_project', spread: 'forward' },
    runs_on: { type: 'runs_on', target: 'gcp_run_service', spread: 'forward' },
  },
  references: ({ serviceConfig }, scope) => [
    ...referByKey('in_project', projectKey(scope.account)),
    ...referByKey('runs_on', runService(serviceConfig?.service)),
  ],
  volatile: [],
});

function runService(name: string | null | undefined): string | null {
  const path = pathOf(name);
  return path && fullName('run', path);
}
