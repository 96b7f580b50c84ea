import { z } from 'zod';
import { ciTypeSchema, DATABASE_CI_TYPES, PLAIN_CI_TYPES, SERVER_CI_TYPES } from './ci-type.ts';
import { ciEnvironmentSchema, ciStatusSchema } from './enums.ts';
import { jsonObjectSchema, jsonValueSchema } from './json.ts';
import { overridesSchema } from './overrides.ts';

const text = z.string().nullable().default(null);
const count = z.int().nonnegative().nullable().default(null);
const amount = z.number().nonnegative().nullable().default(null);
const flag = z.boolean().default(false);
const instant = z.iso.datetime({ offset: true });

/** What a source can say of an item: the contract's fields without lifecycle and versioning. */
export const describedShape = {
  name: z.string().min(1),
  display_name: z.string().min(1),
  status: ciStatusSchema.default('active'),
  environment: ciEnvironmentSchema.default('unknown'),
  /** What the environment was derived from, e.g. `tag:Environment`; null where nothing told it. */
  environment_source: text,

  region: text,
  availability_zone: text,

  /** The provider's own id for it: an ARN, a selfLink, a UID. */
  external_id: text,
  ip_address: text,
  hostname: text,
  fqdn: text,

  attributes: jsonObjectSchema.default({}),
  tags: z.record(z.string(), z.string()).default({}),

  owner: text,
  team: text,
  cost_center: text,
  /** What each was derived from, `tag:Team` or `account:…`; null where its source said it, or nothing. */
  owner_source: text,
  team_source: text,
  cost_center_source: text,

  compliance_status: text,
  security_posture: text,
};

/** The contract's ServerCI fields. */
export const serverShape = {
  cpu_cores: count,
  cpu_model: text,
  memory_gb: amount,
  disk_gb: amount,
  /** `linux`, `windows`, `darwin`. */
  os_type: text,
  os_version: text,
  kernel_version: text,
  mac_addresses: z.array(z.string()).default([]),
  network_interfaces: z.array(jsonObjectSchema).default([]),
  installed_packages: z.array(z.string()).default([]),
  running_services: z.array(z.string()).default([]),
};

/** The contract's DatabaseCI fields. */
export const databaseShape = {
  /** The family: `postgresql`, `mysql`, `mongodb`. */
  db_type: text,
  db_version: text,
  /** The product as its provider calls it: `aurora-postgresql`, `mariadb`. */
  db_engine: text,
  port: z.int().min(0).max(65_535).nullable().default(null),
  /** How to reach it, without user name or password. */
  connection_string: text,
  storage_gb: amount,
  max_connections: count,
  iops: count,
  backup_enabled: flag,
  backup_retention_days: count,
  is_replica: flag,
  master_db_id: text,
  replica_lag_seconds: amount,
};

/** The contract's KubernetesClusterCI fields. */
export const kubernetesClusterShape = {
  k8s_version: text,
  cluster_endpoint: text,
  node_count: z.int().nonnegative().default(0),
  master_count: z.int().nonnegative().default(0),
  worker_count: z.int().nonnegative().default(0),
  total_cpu_cores: count,
  total_memory_gb: amount,
  network_plugin: text,
  service_cidr: text,
  pod_cidr: text,
  autoscaling_enabled: flag,
  monitoring_enabled: flag,
  logging_enabled: flag,
};

/** One entry of an item's history: what one version changed. */
export const changeSchema = z.object({
  version: z.int().positive(),
  timestamp: instant,
  /** The discovery that saw it; null where a person made the change. */
  run_id: z.uuid().nullable(),
  /** The person who made it; null for a discovery. */
  changed_by: z.string().nullable(),
  changes: z.record(z.string(), z.object({ old: jsonValueSchema, new: jsonValueSchema })),
});
export type Change = z.infer<typeof changeSchema>;

/** What the store adds: identity, place, lifecycle, versions. */
const storedShape = {
  /** In answers about the past, the time that they are about. */
  as_of: instant.optional(),
  ci_id: z.uuid(),
  provider: z.string().nullable(),
  /** AWS account, GCP project, Azure subscription, cluster or machine that it belongs to. */
  account: z.string().nullable(),
  /** The provider's own kind, e.g. `aws_ebs_volume`; `ci_type` is the contract's class of it. */
  resource_type: z.string(),
  created_at: instant,
  updated_at: instant,
  discovered_at: instant,
  /** When it was last proven to be there: the end of the last complete scan that listed it. */
  last_seen_at: instant,
  /** Since when complete scans no longer list it. */
  missing_since: instant.nullable(),
  /** When the grace period ended and tracking retired it; null for what a source calls retired. */
  retired_at: instant.nullable(),
  /** Its slice was not proven for twice the interval of its schedule; only in answers about now. */
  stale: z.boolean().optional(),
  /** Other sources' items of the same thing; left out where there are none, and in lists. */
  same_as: z.array(z.uuid()).optional(),
  /** Fields that people set, with what discovery says of them; left out in answers about the past. */
  overrides: overridesSchema.optional(),
  version: z.int().positive(),
  /** The newest 20 changes, newest first. */
  change_history: z.array(changeSchema).max(20),
};

export const plainTypes = z.enum(PLAIN_CI_TYPES);
export const serverTypes = z.enum(SERVER_CI_TYPES);
export const databaseTypes = z.enum(DATABASE_CI_TYPES);
export const clusterTypes = z.enum(['kubernetes_cluster']);

/**
 * An item as a resource type's map returns it. Fields that a source does not tell are left out;
 * a field that its class does not have is refused, so that a typing error cannot vanish.
 */
export const observedItemSchema = z.discriminatedUnion('ci_type', [
  z.strictObject({ ci_type: plainTypes, ...describedShape }),
  z.strictObject({ ci_type: serverTypes, ...describedShape, ...serverShape }),
  z.strictObject({ ci_type: databaseTypes, ...describedShape, ...databaseShape }),
  z.strictObject({ ci_type: clusterTypes, ...describedShape, ...kubernetesClusterShape }),
]);
export type ObservedItem = z.infer<typeof observedItemSchema>;
/** What a map may leave out: everything but the class and the names. */
export type ObservedItemInput = z.input<typeof observedItemSchema>;

export const plainItemSchema = z.object({
  ci_type: plainTypes,
  ...storedShape,
  ...describedShape,
});
export const serverItemSchema = z.object({
  ci_type: serverTypes,
  ...storedShape,
  ...describedShape,
  ...serverShape,
});
export const databaseItemSchema = z.object({
  ci_type: databaseTypes,
  ...storedShape,
  ...describedShape,
  ...databaseShape,
});
export const kubernetesClusterItemSchema = z.object({
  ci_type: clusterTypes,
  ...storedShape,
  ...describedShape,
  ...kubernetesClusterShape,
});

/** A configuration item as the API answers it: every field of the contract for its class. */
export const configurationItemSchema = z.discriminatedUnion('ci_type', [
  plainItemSchema,
  serverItemSchema,
  databaseItemSchema,
  kubernetesClusterItemSchema,
]);
export type ConfigurationItem = z.infer<typeof configurationItemSchema>;

/** An item in brief, as graph answers list it. */
export const itemSummarySchema = z.object({
  ci_id: z.uuid(),
  ci_type: ciTypeSchema,
  name: z.string(),
  display_name: z.string(),
  status: ciStatusSchema,
  environment: ciEnvironmentSchema,
  provider: z.string().nullable(),
  account: z.string().nullable(),
  region: z.string().nullable(),
  resource_type: z.string(),
});
export type ItemSummary = z.infer<typeof itemSummarySchema>;
