import type { Sources } from '../../model/sources.ts';
import { CallBudget } from '../call-budget.ts';
import { createGcpClient, type GcpClient } from './client.ts';
import {
  type Credentials,
  defaultCredentials,
  isNoCredentialsError,
  namesCredentials,
  noCredentials,
} from './credentials.ts';
import { GcpError } from './errors.ts';
import {
  type Endpoint,
  type GaxClient,
  type Library,
  makeClient,
  type ServiceName,
} from './libraries.ts';

/** One address in place of all of Google's, called without credentials: a fake, for tests. */
const ENDPOINT_VARIABLE = 'CMDB_GCP_ENDPOINT_URL';

/**
 * The default quotas of Compute Engine allow 1,500 reads a minute and project for each group of
 * methods, counted by the minute ("Rate quotas" of its documentation); others have them too. Ten a
 * second take less than half of it.
 */
const BUDGET = { calls_at_once: 5, calls_per_second: 10 };

/**
 * The way into GCP: one set of credentials for all projects. One for a process, so that client
 * libraries are loaded once and calls to one project share a budget.
 */
export class GcpAccess {
  readonly settings: NonNullable<Sources['gcp']>;
  readonly #isInSources: boolean;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #endpoint: Endpoint | null;
  readonly #credentials: Credentials;
  readonly #budget = new CallBudget(BUDGET);
  readonly #clients = new Map<string, Promise<GaxClient>>();

  constructor(settings: Sources['gcp'], environment: NodeJS.ProcessEnv) {
    this.settings = settings ?? {};
    this.#isInSources = settings !== undefined;
    this.#environment = environment;
    const endpoint = environment[ENDPOINT_VARIABLE];
    this.#endpoint = endpoint ? new URL(endpoint) : null;
    this.#credentials = endpoint
      ? noCredentials(environment)
      : defaultCredentials(this.settings.projects?.[0]);
  }

  /** Whether anybody wants GCP discovered here: somebody who has no GCP must not see an error. */
  async isConfigured(): Promise<boolean> {
    if (this.#isInSources || namesCredentials(this.#environment)) return true;
    if (this.#endpoint) return Boolean(this.#environment.GOOGLE_CLOUD_PROJECT);
    try {
      await this.#credentials.client();
      return true;
    } catch (error) {
      return !isNoCredentialsError(error);
    }
  }

  /**
   * The project that the environment, the credentials or gcloud's configuration names.
   *
   * @throws {GcpError} where none of them does
   */
  async ownProject(): Promise<string> {
    const project = await this.#credentials.project();
    if (project) return project;
    throw new GcpError(
      'no_project',
      'Nothing names a project: set sources.gcp.projects or GOOGLE_CLOUD_PROJECT.',
    );
  }

  /** The client of one project. */
  client(project: string): GcpClient {
    return createGcpClient({
      project,
      budget: this.#budget,
      credentials: this.#credentials,
      endpoint: this.#endpoint,
      service: (library, service) => this.#service(library, service),
    });
  }

  #service<L extends Library>(library: L, service: ServiceName<L>): Promise<GaxClient> {
    const place = `${library}/${service}`;
    const known = this.#clients.get(place);
    if (known !== undefined) return known;
    const made = this.#credentials
      .client()
      .then((auth) => makeClient(library, service, auth, this.#endpoint));
    this.#clients.set(place, made);
    made.catch(() => this.#clients.delete(place));
    return made;
  }
}
