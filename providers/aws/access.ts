import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Sources } from '../../model/sources.ts';
import { CallBudget } from '../call-budget.ts';
import { CALL_LIMITS } from './call-rates.ts';
import { type AwsClient, createAwsClient, serviceConfig } from './client.ts';
import {
  type CredentialSource,
  defaultCredentials,
  isNoCredentialsError,
  namesCredentials,
  roleCredentials,
} from './credentials.ts';
import { AwsError } from './errors.ts';
import { partitionOf } from './partition.ts';
import { type ConfiguredRoles, configuredRoles, organizationRole } from './roles.ts';

/** Where the first calls go if nothing names a region; what lists regions is answered anywhere. */
const FALLBACK_REGION = 'us-east-1';

/**
 * The ways into AWS accounts: the default chain's own account, roles that are configured, and the
 * role that every account of the organization has. One for a process, so that roles are assumed
 * once and calls to one account share a budget.
 */
export class AwsAccess {
  readonly settings: NonNullable<Sources['aws']>;
  readonly configuredRoles: ConfiguredRoles;
  readonly #isInSources: boolean;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #base = defaultCredentials();
  readonly #roles = new Map<string, CredentialSource>();
  readonly #budget = new CallBudget(CALL_LIMITS);
  #ownAccount: Promise<string> | undefined;

  constructor(settings: Sources['aws'], environment: NodeJS.ProcessEnv) {
    this.settings = settings ?? { organization: false };
    this.configuredRoles = configuredRoles(this.settings);
    this.#isInSources = settings !== undefined;
    this.#environment = environment;
  }

  /** Whether anybody wants AWS discovered here: somebody who has no AWS must not see an error. */
  async isConfigured(): Promise<boolean> {
    if (this.#isInSources || namesCredentials(this.#environment)) return true;
    try {
      await this.#base();
      return true;
    } catch (error) {
      // An expired sign-on is no lack of credentials: it is told when they are used.
      return !isNoCredentialsError(error);
    }
  }

  /** The account that the default chain's credentials belong to. */
  async ownAccount(): Promise<string> {
    this.#ownAccount ??= this.#askOwnAccount().catch((error) => {
      this.#ownAccount = undefined;
      throw error;
    });
    return this.#ownAccount;
  }

  /** The region of calls that are not about one: configured, else the environment's or profile's. */
  async homeRegion(): Promise<string> {
    const [first] = this.settings.regions ?? [];
    return first ?? (await configuredRegion()) ?? FALLBACK_REGION;
  }

  /**
   * The client of one account in one region.
   *
   * @param region null for the home region
   * @throws {AwsError} where no way leads to the account: other credentials would list another
   *   account's resources, and this one's would be called gone
   */
  async client(account: string, region: string | null): Promise<AwsClient> {
    return createAwsClient({
      account,
      region: region ?? (await this.homeRegion()),
      credentials: await this.credentialsOf(account),
      budget: this.#budget,
      is_endpoint_overridden: this.#isEndpointOverridden(),
    });
  }

  async credentialsOf(account: string): Promise<CredentialSource> {
    const { by_account, any_account } = this.configuredRoles;
    const own = await this.ownAccount();
    const configured = by_account.get(account);
    if (configured) return this.#assume(configured);
    if (account === own) return this.#base;
    if (!this.settings.organization) {
      throw new AwsError(
        'no_way_to_account',
        `The credentials here are those of account ${own}, and no role is configured for ${account}.`,
      );
    }
    const partition = partitionOf(await this.homeRegion()).id;
    return this.#assume(organizationRole(any_account, account, partition));
  }

  async #assume(roleArn: string): Promise<CredentialSource> {
    const known = this.#roles.get(roleArn);
    if (known) return known;
    const externalId = this.settings.external_id ?? null;
    const made = roleCredentials(roleArn, externalId, this.#base, await this.homeRegion());
    this.#roles.set(roleArn, made);
    return made;
  }

  async #askOwnAccount(): Promise<string> {
    const region = await this.homeRegion();
    const sts = new STSClient(serviceConfig(region, this.#base, this.#isEndpointOverridden()));
    const { Account } = await sts.send(new GetCallerIdentityCommand({}));
    if (!Account) throw new AwsError('no_account', 'AWS did not say whose the credentials are.');
    return Account;
  }

  #isEndpointOverridden(): boolean {
    return Boolean(this.#environment.AWS_ENDPOINT_URL_S3 || this.#environment.AWS_ENDPOINT_URL);
  }
}

/** The region that the environment or the profile names; null where neither does. */
async function configuredRegion(): Promise<string | null> {
  try {
    return await new STSClient({}).config.region();
  } catch {
    // The SDK's way to say that there is none.
    return null;
  }
}
