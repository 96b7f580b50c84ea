import type { CiType } from './ci-type.ts';
import { DATABASE_CI_TYPES, SERVER_CI_TYPES } from './ci-type.ts';
import type { ProviderName } from './enums.ts';
import type { Overrides } from './overrides.ts';
import type { Json, JsonObject } from './resource-type.ts';
import { PROVIDER_ORDER } from './sameness.ts';

/** One item of a thing, with what it says. */
export interface Witness {
  ci_id: string;
  ci_type: CiType;
  provider: ProviderName;
  /** Its fields as they hold, by path: `memory_gb`, `attributes.instance_type`, `tags.Name`. */
  fields: Readonly<Record<string, Json>>;
  overrides: Overrides;
}

/** Who or what a value comes from. */
export interface ValueSource {
  ci_id: string;
  provider: ProviderName;
  /** `observed` in a source, `declared` or `set` by a person, or `derived` by a rule. */
  kind: 'observed' | 'declared' | 'set' | 'derived';
  /** What a rule derived it from: `tag:Team`. */
  derived_from: string | null;
  /** The person who set it, and when. */
  by: string | null;
  at: string | null;
}

export interface SourcedValue {
  value: Json;
  source: ValueSource;
}

/** A field of a thing: the value that holds, and what else is said of it. */
export interface SourcedField extends SourcedValue {
  field: string;
  /** Other values of other sources, in the order in which they would come. */
  others: SourcedValue[];
}

const CLOUDS: readonly ProviderName[] = ['aws', 'azure', 'gcp'];
/** The system that runs sees itself; a cloud knows what image it was started from. */
const FROM_WITHIN: readonly ProviderName[] = ['host', 'kubernetes', ...CLOUDS, 'declared'];
/** What runs in a cluster, the cluster knows. */
const FROM_CLUSTER: readonly ProviderName[] = ['kubernetes', ...CLOUDS, 'host', 'declared'];
/** Whose it is, people know better than tags. */
const FROM_PEOPLE: readonly ProviderName[] = ['declared', ...CLOUDS, 'kubernetes', 'host'];

const OF_PEOPLE = new Set([
  'owner',
  'team',
  'cost_center',
  'compliance_status',
  'security_posture',
  'environment',
]);

/** By class, the fields for which not the common order holds. */
const OF_MACHINES = new Set([
  'hostname',
  'os_type',
  'os_version',
  'kernel_version',
  'memory_gb',
  'cpu_model',
  'disk_gb',
  'installed_packages',
  'running_services',
  'attributes.architecture',
  'attributes.kernel_version',
  'attributes.os_image',
]);
const OF_CLUSTERS = new Set([
  'k8s_version',
  'node_count',
  'master_count',
  'worker_count',
  'total_cpu_cores',
  'total_memory_gb',
  'network_plugin',
  'pod_cidr',
  'autoscaling_enabled',
  'monitoring_enabled',
]);
const OF_DATABASES = new Set(['db_version', 'max_connections', 'is_replica', 'master_db_id']);

const MACHINES: ReadonlySet<CiType> = new Set<CiType>([...SERVER_CI_TYPES, 'kubernetes_node']);
const DATABASES: ReadonlySet<CiType> = new Set<CiType>(DATABASE_CI_TYPES);

/** The order of sources for a field of a class: the first that says anything is believed. */
export function orderFor(ciType: CiType, field: string): readonly ProviderName[] {
  if (OF_PEOPLE.has(field)) return FROM_PEOPLE;
  if (MACHINES.has(ciType) && OF_MACHINES.has(field)) return FROM_WITHIN;
  if (DATABASES.has(ciType) && OF_DATABASES.has(field)) return FROM_WITHIN;
  if (ciType === 'kubernetes_cluster' && OF_CLUSTERS.has(field)) return FROM_CLUSTER;
  return PROVIDER_ORDER;
}

/** They say of other fields where those come from. */
const SOURCES_OF: Readonly<Record<string, string>> = {
  environment: 'environment_source',
  owner: 'owner_source',
  team: 'team_source',
  cost_center: 'cost_center_source',
};
const NOT_FIELDS = new Set(Object.values(SOURCES_OF));

/**
 * Puts the fields of a thing together from its items, by name. What a person set comes before all;
 * then the order of sources for the class; of one provider the item with the lower id. The order in
 * which the items were found makes no difference.
 */
export function fieldsOf(witnesses: readonly Witness[]): SourcedField[] {
  const ranked = [...witnesses].sort(byPlace(PROVIDER_ORDER));
  const ciType = ranked[0]?.ci_type;
  if (ciType === undefined) return [];
  const names = new Set(ranked.flatMap(({ fields }) => Object.keys(fields)));
  return [...names]
    .filter((name) => !NOT_FIELDS.has(name))
    .sort()
    .flatMap((field) => {
      const [first, ...rest] = valuesOf(field, ciType, ranked);
      if (!first) return [];
      const seen = new Set([JSON.stringify(first.value)]);
      const others = rest.filter(({ value }) => {
        const text = JSON.stringify(value);
        return seen.has(text) ? false : seen.add(text);
      });
      return [{ field, ...first, others }];
    });
}

function valuesOf(field: string, ciType: CiType, witnesses: readonly Witness[]): SourcedValue[] {
  const ordered = [...witnesses].sort(byPlace(orderFor(ciType, field)));
  return [
    ...ordered.flatMap((witness) => setValue(field, witness)),
    ...ordered.flatMap((witness) => toldValue(field, witness)),
  ];
}

/** What a person set; the newest of several is not the better one, so the order decides. */
function setValue(field: string, { ci_id, provider, overrides }: Witness): SourcedValue[] {
  const override = overrides[field as keyof Overrides];
  if (!override) return [];
  const { value, by, at } = override;
  return [{ value, source: { ci_id, provider, kind: 'set', derived_from: null, by, at } }];
}

function toldValue(field: string, witness: Witness): SourcedValue[] {
  const { ci_id, provider, fields, overrides } = witness;
  const override = overrides[field as keyof Overrides];
  const value = override ? override.observed : fields[field];
  if (value === undefined || value === null || isNothing(field, value)) return [];
  const told = fields[SOURCES_OF[field] ?? ''];
  // What is observed behind a person's value keeps no note of what it was derived from.
  const derived_from = typeof told === 'string' && !override ? told : null;
  const observed = provider === 'declared' ? 'declared' : 'observed';
  const kind = derived_from === null ? observed : 'derived';
  return [{ value, source: { ci_id, provider, kind, derived_from, by: null, at: null } }];
}

/** `unknown` and an empty list are what a source says that knows nothing. */
function isNothing(field: string, value: Json): boolean {
  if (field === 'environment') return value === 'unknown';
  return Array.isArray(value) && value.length === 0;
}

function byPlace(order: readonly ProviderName[]) {
  return (a: Witness, b: Witness) =>
    order.indexOf(a.provider) - order.indexOf(b.provider) || (a.ci_id < b.ci_id ? -1 : 1);
}

/** The fields of a document by path, as histories name them. */
export function fieldsByPath(body: JsonObject): Record<string, Json> {
  const fields: Record<string, Json> = {};
  for (const [name, value] of Object.entries(body)) {
    if (name !== 'attributes' && name !== 'tags') fields[name] = value;
    else for (const [key, one] of Object.entries(value ?? {})) fields[`${name}.${key}`] = one;
  }
  return fields;
}
