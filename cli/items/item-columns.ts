import type { ConfigurationItem, ItemSummary } from '../../model/configuration-item.ts';
import type { CiStatus } from '../../model/enums.ts';
import type { Colour, Column } from '../output/column.ts';

const STATUS_COLOURS: Readonly<Record<CiStatus, Colour | null>> = {
  active: null,
  inactive: 'yellow',
  deprecated: 'yellow',
  planned: 'cyan',
  under_maintenance: 'yellow',
  failed: 'red',
  retired: 'gray',
};

const ENVIRONMENT_COLOURS: Readonly<Record<string, Colour>> = { production: 'magenta' };

/** What a table says of an item in brief. */
export const SUMMARY_COLUMNS: ReadonlyArray<Column<ItemSummary>> = [
  { name: 'ci_type', value: (item) => item.ci_type },
  { name: 'name', value: (item) => item.name, gives: true },
  { name: 'display_name', value: (item) => item.display_name, csv_only: true },
  {
    name: 'status',
    value: (item) => item.status,
    colour: (item) => STATUS_COLOURS[item.status],
  },
  {
    name: 'environment',
    value: (item) => item.environment,
    colour: (item) => ENVIRONMENT_COLOURS[item.environment] ?? null,
  },
  { name: 'provider', value: (item) => item.provider },
  { name: 'account', value: (item) => item.account, gives: true },
  { name: 'region', value: (item) => item.region },
  { name: 'resource_type', value: (item) => item.resource_type, csv_only: true },
  // Never cut: it is what the next command is given.
  { name: 'ci_id', value: (item) => item.ci_id, colour: () => 'dim' },
];

/** What a search says: what it may have found an item by. */
export const SEARCH_COLUMNS: ReadonlyArray<Column<ConfigurationItem>> = [
  ...SUMMARY_COLUMNS.slice(0, 2),
  { name: 'ip_address', value: (item) => item.ip_address },
  { name: 'hostname', value: (item) => item.hostname, gives: true },
  ...SUMMARY_COLUMNS.slice(2),
  { name: 'external_id', value: (item) => item.external_id, csv_only: true },
];

/** What a list says of an item: in CSV its plain fields, too. */
export const ITEM_COLUMNS: ReadonlyArray<Column<ConfigurationItem>> = [
  ...SUMMARY_COLUMNS,
  ...(
    [
      'availability_zone',
      'external_id',
      'ip_address',
      'hostname',
      'fqdn',
      'owner',
      'team',
      'cost_center',
      'compliance_status',
      'security_posture',
      'created_at',
      'updated_at',
      'last_seen_at',
      'missing_since',
      'version',
    ] as const
  ).map((name) => ({
    name,
    value: (item: ConfigurationItem) => item[name],
    csv_only: true,
  })),
  { name: 'tags', value: (item) => JSON.stringify(item.tags), csv_only: true },
];
