import type { Command } from 'commander';
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

/** The query of `GET /cis` that the options stand for. */
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
