import { type AuthClient, GoogleAuth, PassThroughClient } from 'google-auth-library';
import { completeTransport } from './transport.ts';

/** The only scope that every API used here accepts; what may be done is for IAM roles to say. */
const SCOPES = ['https://www.googleapis.com/auth/cloud-platform'];

/** Says that somebody means GCP to be used, whether the credentials are good or not. */
const INTENT_VARIABLE = 'GOOGLE_APPLICATION_CREDENTIALS';

/** The application default credentials, and the project they come with. */
export interface Credentials {
  client(): Promise<AuthClient>;
  /** @throws where nothing names a project */
  project(): Promise<string>;
}

/**
 * Application default credentials: a file that GOOGLE_APPLICATION_CREDENTIALS names (a key, or a
 * workload identity federation), those of `gcloud auth application-default login`, else those of
 * the machine or pod from the metadata service, workload identity among them.
 *
 * @param project where one is known: the library would look its own up, by a call that federated
 *   credentials may not be allowed to make
 */
export function defaultCredentials(project?: string): Credentials {
  const auth = new GoogleAuth({ scopes: SCOPES, ...(project && { projectId: project }) });
  let completed: Promise<AuthClient> | undefined;
  return {
    client() {
      completed ??= auth.getClient().then(
        (client) => {
          completeTransport(client);
          return client;
        },
        (error) => {
          completed = undefined;
          throw error;
        },
      );
      return completed;
    },
    project: () => auth.getProjectId(),
  };
}

/** No credentials, for an endpoint that is not Google's: it must not see any. */
export function noCredentials(environment: NodeJS.ProcessEnv): Credentials {
  const client = new PassThroughClient();
  completeTransport(client);
  return {
    client: async () => client,
    project: async () => environment.GOOGLE_CLOUD_PROJECT ?? '',
  };
}

/** Whether the environment names credentials, be they good or not. */
export function namesCredentials(environment: NodeJS.ProcessEnv): boolean {
  return Boolean(environment[INTENT_VARIABLE]);
}

/** Whether the search for credentials ended without finding any. */
export function isNoCredentialsError(error: unknown): boolean {
  return (
    error instanceof Error && error.message.startsWith('Could not load the default credentials')
  );
}
