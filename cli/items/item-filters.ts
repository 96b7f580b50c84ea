import { type Command, InvalidArgumentError, Option } from 'commander';
import { ciTypeSchema } from '../../model/ci-type.ts';
import { ciEnvironmentSchema, ciStatusSchema, providerSchema } from '../../model/enums.ts';
import type { QueryOf } from '../client/routes.ts';
import { choiceOption, repeatedOption } from '../options.ts';

type ListQuery = NonNullable<QueryOf<'GET /cis'>>;

/** The filters of lists as options; their names are those of the API's parameters. */
export type FilterOptions = {
  ciType?: ListQuery['ci_type'];
  environment?: ListQuery['environment'];
  status?: ListQuery['status'];
  provider?: ListQuery['provider'];
  account?: string;
  region?: string;
  availabilityZone?: string;
  resourceType?: string;
  tag?: string[];
};

/** The filters that lists have beside those. */
export type ListFilterOptions = FilterOptions & {
  team?: string;
  owner?: string;
  contains?: string;
  updatedSince?: string;
};

/** Adds the filters of lists, searches and exports. */
export function withListFilters(command: Command, { has_text = true } = {}): Command {
  withItemFilters(command)
    .option('--team <name>', 'a team')
    .option('--owner <name>', 'an owner')
    .addOption(
      new Option('--updated-since <time>', 'a new version then or later').argParser(parseTime),
    );
  return has_text ? command.option('--contains <text>', 'as cmdb search finds it') : command;
}

/** A day, or a time with its zone; by UTC where it has none. */
function parseTime(text: string): string {
  const time = new Date(text);
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(time.getTime())) return time.toISOString();
  throw new InvalidArgumentError('It must be a time such as 2026-11-23 or 2026-11-23T12:00:00Z.');
}

/** The query of `GET /cis` and of exports that the options stand for. */
export function listQuery(options: ListFilterOptions) {
  return {
    ...filterQuery(options),
    team: options.team,
    owner: options.owner,
    q: options.contains,
    updated_since: options.updatedSince,
  };
}

/** Adds the filters that find items. */
export function withItemFilters(command: Command): Command {
  return command
    .addOption(
      choiceOption('--ci-type <class>', 'a class, and what is below it', ciTypeSchema.options),
    )
    .addOption(choiceOption('--environment <name>', 'an environment', ciEnvironmentSchema.options))
    .addOption(choiceOption('--status <status>', 'a status', ciStatusSchema.options))
    .addOption(choiceOption('--provider <name>', 'a provider', providerSchema.options))
    .option('--account <id>', 'an account, project, subscription, cluster or machine')
    .option('--region <name>', 'a region')
    .option('--availability-zone <name>', 'a zone')
    .option('--resource-type <name>', "a provider's own kind, such as aws_ebs_volume")
    .addOption(repeatedOption('--tag <key[:value]>', 'a tag'));
}

/** The part of a query that these options stand for. */
export function filterQuery(options: FilterOptions) {
  return {
    ci_type: options.ciType,
    environment: options.environment,
    status: options.status,
    provider: options.provider,
    account: options.account,
    region: options.region,
    availability_zone: options.availabilityZone,
    resource_type: options.resourceType,
    tag: options.tag,
  };
}
