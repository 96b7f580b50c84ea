import { z } from 'zod';
import { defineResourceType } from '../../../model/resource-type.ts';
import type { GcpClient } from '../client.ts';
import { flag, instant, text, textAt } from '../fields.ts';
import { computeKey } from '../keys.ts';
import { described } from '../labels.ts';
import { globalPage } from '../pages.ts';
import { referByKey } from '../refer.ts';
import { computeName, fullName, pathOf } from '../resource-name.ts';

export const resourceType = defineResourceType({
  name: 'gcp_compute_backend_bucket',
  provider: 'gcp',
  ci_types: ['load_balancer'],
  summary: 'A bucket as the back end of a load balancer.',
  permissions: ['compute.backendBuckets.list'],
  level: 'account',

  listPage: (gcp: GcpClient, pageToken, signal) =>
    globalPage(gcp, { service: 'BackendBucketsClient' }, pageToken, signal),

  record: z.object({
    id: text,
    name: z.string(),
    selfLink: z.string(),
    description: text,
    bucketName: text,
    enableCdn: flag,
    creationTimestamp: instant,
  }),

  nativeId: (record) => computeName(textAt(record, 'selfLink')),

  toItem: (record, scope) => ({
    ci_type: 'load_balancer',
    name: record.name,
    display_name: record.name,
    external_id: pathOf(record.selfLink),
    ...described({}, [record.name, scope.account]),
    attributes: {
      backend_bucket_id: record.id,
      description: record.description,
      bucket: record.bucketName,
      cdn: record.enableCdn,
      creation_time: record.creationTimestamp,
    },
  }),

  keys: ({ selfLink }) => [computeKey(selfLink), computeName(selfLink) ?? ''],
  relations: {
    serves_bucket: { type: 'depends_on', target: 'gcp_storage_bucket', spread: 'forward' },
  },
  references: ({ bucketName }) =>
    referByKey('serves_bucket', bucketName && fullName('storage', bucketName)),
  volatile: [],
});
