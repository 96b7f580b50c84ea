import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { GcpClient } from '../client.ts';
import { flag, instant, text, textAt } from '../fields.ts';
import { dnsKey, projectKey } from '../keys.ts';
import { described, labelMap } from '../labels.ts';
import { referByKey } from '../refer.ts';
import { fullName } from '../resource-name.ts';
import { listBuckets } from '../storage.ts';

export const resourceType = defineResourceType({
  name: 'gcp_storage_bucket',
  provider: 'gcp',
  ci_types: ['object_storage'],
  summary: 'A Cloud Storage bucket with its location, versioning, encryption and public access.',
  permissions: ['storage.buckets.list'],
  level: 'account',

  listPage: (gcp: GcpClient, pageToken, signal) => listBuckets(gcp, pageToken, signal),

  record: z.object({
    name: z.string(),
    location: text,
    locationType: text,
    storageClass: text,
    timeCreated: instant,
    versioning: z.object({ enabled: flag }).nullish(),
    encryption: z.object({ defaultKmsKeyName: text }).nullish(),
    iamConfiguration: z
      .object({
        publicAccessPrevention: text,
        uniformBucketLevelAccess: z.object({ enabled: flag }).nullish(),
      })
      .nullish(),
    retentionPolicy: z.object({ retentionPeriod: text }).nullish(),
    labels: labelMap,
  }),

  nativeId(record) {
    const name = textAt(record, 'name');
    return name && fullName('storage', name);
  },

  toItem: (record, scope) => ({
    ci_type: 'object_storage',
    name: record.name,
    display_name: record.name,
    // A bucket of two regions or of a continent is in no one region.
    region: record.locationType === 'region' ? (record.location?.toLowerCase() ?? null) : null,
    external_id: record.name,
    ...described(record.labels, [record.name, scope.account]),
    attributes: {
      location: record.location?.toLowerCase() ?? null,
      location_type: record.locationType,
      storage_class: record.storageClass?.toLowerCase() ?? null,
      versioning: record.versioning?.enabled ?? false,
      kms_key: record.encryption?.defaultKmsKeyName ?? null,
      public_access_prevention: record.iamConfiguration?.publicAccessPrevention ?? null,
      uniform_access: record.iamConfiguration?.uniformBucketLevelAccess?.enabled ?? false,
      retention_seconds: seconds(record.retentionPolicy?.retentionPeriod),
      creation_time: record.timeCreated,
    },
  }),

  keys: ({ name }) => [fullName('storage', name), dnsKey(`${name}.storage.googleapis.com`)],
  relations: {
    in_project: { type: 'part_of', target: 'gcp_project', spread: 'forward' },
  },
  references: (_record, scope) => referByKey('in_project', projectKey(scope.account)),
  volatile: [],
});

function seconds(period: string | null | undefined): number | null {
  return period ? Number(period) : null;
}
