import { z } from 'zod';
import type { CiStatus } from '../../../model/enums.ts';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { GcpClient } from '../client.ts';
import { cloudSqlName } from '../cloud-sql.ts';
import { count, instant, listOf, text, textAt, texts, word } from '../fields.ts';
import { dnsKey, projectKey } from '../keys.ts';
import { described, labelMap } from '../labels.ts';
import { locationPage, pageOfParts } from '../pages.ts';
import { refer, referByKey } from '../refer.ts';
import { fullName, lastPart, partOf, pathOf } from '../resource-name.ts';
import { hostOf } from '../urls.ts';

/** Every state of the condition that sums up the others. */
const STATUSES: Readonly<Record<string, CiStatus>> = {
  CONDITION_PENDING: 'planned',
  CONDITION_RECONCILING: 'under_maintenance',
  CONDITION_FAILED: 'failed',
  CONDITION_SUCCEEDED: 'active',
};

export const resourceType = defineResourceType({
  name: 'gcp_run_service',
  provider: 'gcp',
  ci_types: ['service'],
  summary: 'A Cloud Run service, with its network and the databases that it is connected to.',
  permissions: ['run.services.list', 'run.locations.list'],
  level: 'account',

  /** Region by region: Cloud Run is the one API that does not list all at once. */
  async listPage(gcp: GcpClient, pageToken, signal) {
    const regions = await gcp.memo('run-locations', () =>
      gcp.locations('run', 'ServicesClient', signal),
    );
    const list = {
      library: 'run',
      service: 'ServicesClient',
      method: 'listServices',
      collection: 'services',
      page_size: 1000,
    } as const;
    return pageOfParts(regions, pageToken, (region, token) =>
      locationPage(gcp, list, region, token, signal),
    );
  },

  // Environment variables of its containers often are secrets, and are not read.
  record: z.object({
    name: z.string(),
    uid: text,
    description: text,
    uri: text,
    urls: texts,
    ingress: word,
    latestReadyRevision: text,
    terminalCondition: z.object({ state: word, message: text }).nullish(),
    template: z
      .object({
        serviceAccount: text,
        containers: listOf(
          z.object({
            image: text,
            resources: z.object({ limits: z.record(z.string(), z.string()).nullish() }).nullish(),
          }),
        ),
        scaling: z.object({ minInstanceCount: count, maxInstanceCount: count }).nullish(),
        vpcAccess: z
          .object({
            connector: text,
            networkInterfaces: listOf(z.object({ network: text, subnetwork: text })),
          })
          .nullish(),
        volumes: listOf(z.object({ cloudSqlInstance: z.object({ instances: texts }).nullish() })),
      })
      .nullish(),
    createTime: instant,
    updateTime: instant,
    labels: labelMap,
  }),

  nativeId(record) {
    const path = pathOf(textAt(record, 'name'));
    return path && fullName('run', path);
  },

  toItem(record, scope) {
    const containers = record.template?.containers ?? [];
    return {
      ci_type: 'service',
      name: lastPart(record.name) ?? record.name,
      display_name: lastPart(record.name) ?? record.name,
      status: STATUSES[record.terminalCondition?.state ?? ''] ?? 'active',
      region: partOf(record.name, 'locations'),
      external_id: record.name,
      fqdn: hostOf(record.uri),
      ...described(record.labels, [lastPart(record.name), scope.account]),
      attributes: {
        service_uid: record.uid,
        description: record.description,
        url: record.uri,
        ingress: record.ingress?.toLowerCase() ?? null,
        ready_revision: lastPart(record.latestReadyRevision),
        condition: record.terminalCondition?.state ?? null,
        condition_message: record.terminalCondition?.message ?? null,
        images: containers.flatMap(({ image }) => image ?? []),
        cpu_limit: containers[0]?.resources?.limits?.cpu ?? null,
        memory_limit: containers[0]?.resources?.limits?.memory ?? null,
        min_instances: record.template?.scaling?.minInstanceCount ?? null,
        max_instances: record.template?.scaling?.maxInstanceCount ?? null,
        vpc_connector: pathOf(record.template?.vpcAccess?.connector),
        service_account: record.template?.serviceAccount ?? null,
        creation_time: record.createTime,
        update_time: record.updateTime,
      },
    };
  },

  keys: ({ name, uri, urls }) => [
    fullName('run', pathOf(name) ?? name),
    ...[...new Set([uri, ...urls])].flatMap((url) => {
      const host = hostOf(url);
      return host ? [dnsKey(host)] : [];
    }),
  ],
  relations: {
    in_project: { type: 'part_of', target: 'gcp_project', spread: 'forward' },
    in_network: { type: 'part_of', target: 'gcp_compute_network', spread: 'forward' },
    in_subnet: { type: 'part_of', target: 'gcp_compute_subnetwork', spread: 'forward' },
    uses_database: { type: 'depends_on', target: 'gcp_sql_instance', spread: 'forward' },
  },
  references({ template, name }, scope) {
    const interfaces = template?.vpcAccess?.networkInterfaces ?? [];
    const region = partOf(name, 'locations');
    return [
      ...referByKey('in_project', projectKey(scope.account)),
      // A network may be named alone, as one of the project.
      ...interfaces.flatMap(({ network }) =>
        refer('in_network', inProject(network, scope.account, 'global/networks')),
      ),
      ...interfaces.flatMap(({ subnetwork }) =>
        refer('in_subnet', inProject(subnetwork, scope.account, `regions/${region}/subnetworks`)),
      ),
      ...(template?.volumes ?? []).flatMap(({ cloudSqlInstance }) =>
        (cloudSqlInstance?.instances ?? []).flatMap((connection) =>
          referByKey('uses_database', cloudSqlName(connection)),
        ),
      ),
    ];
  },
  volatile: [],
});

function inProject(name: string | null, project: string, collection: string): string | null {
  return name && (pathOf(name) ?? `projects/${project}/${collection}/${name}`);
}
