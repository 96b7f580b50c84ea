import type { ProviderName } from '../../model/enums.ts';
import type { Provider } from '../../model/provider.ts';
import type { Sources } from '../../model/sources.ts';
import { counted } from '../output/counted.ts';
import { type Environment, type Finding, within } from './finding.ts';

/** Planning asks each account who it is and what regions it has. */
const PATIENCE_MS = 60_000;

/** Where credentials are found, and what grants what they need. */
const FIXES: Readonly<Partial<Record<ProviderName, string>>> = {
  aws: 'Give credentials that the SDK finds (a profile, a role), and grant what cmdb policy aws prints.',
  gcp: 'Run gcloud auth application-default login, or set GOOGLE_APPLICATION_CREDENTIALS; grant what cmdb policy gcp prints.',
  azure:
    'Run az login, or set AZURE_TENANT_ID and AZURE_CLIENT_ID; grant what cmdb policy azure prints.',
  kubernetes:
    'Correct the kubeconfig or sources.kubernetes; grant what cmdb policy kubernetes prints.',
  declared: 'Correct the files of the catalogue.',
};

/**
 * The credentials of each provider as they are here: each is asked who they belong to and what they
 * reach, as a discovery does at its start. Nothing is listed.
 */
export async function checkProviders(environment: Environment): Promise<Finding[]> {
  const { loadSources, SourcesError } = await import('../../providers/sources.ts');
  const { loadRegistry } = await import('../../providers/registry.ts');
  try {
    const sources = await loadSources(environment.CMDB_SOURCES || undefined);
    const registry = await loadRegistry();
    const found = await Promise.all(
      [...registry.values()].map(({ provider }) =>
        provider.name === 'host' ? checkHost(sources) : checkProvider(provider, sources),
      ),
    );
    return found.flat();
  } catch (error) {
    if (!(error instanceof SourcesError)) throw error;
    const detail = error.message.replaceAll(/\s+/g, ' ');
    const fix = 'Correct the sources file; the worker does not start with it.';
    return [{ component: 'sources', seen_by: 'here', status: 'broken', detail, fix }];
  }
}

async function checkProvider(provider: Provider, sources: Sources): Promise<Finding[]> {
  const { name } = provider;
  const place = { component: name, seen_by: 'here' as const };
  const fix = FIXES[name] ?? null;
  const signal = AbortSignal.timeout(PATIENCE_MS);
  let plan: Awaited<ReturnType<Provider['planScopes']>>;
  try {
    plan = await within(PATIENCE_MS, provider.planScopes({ sources, hosts: [], signal }));
  } catch (error) {
    // Providers tell what is wrong in the plan; what they throw is about no one account.
    const code = error instanceof Error ? error.name : 'unknown';
    return [{ ...place, status: 'broken', detail: `cannot be asked (${code})`, fix }];
  }
  const { scopes, problems } = plan;
  const broken = problems.map(
    ({ message }): Finding => ({ ...place, status: 'broken', detail: message, fix }),
  );
  if (scopes.length > 0) {
    const accounts = new Set(scopes.map(({ account }) => account)).size;
    const detail = `${counted(accounts, 'account')}, ${counted(scopes.length, 'scope')} to scan`;
    return [...broken, { ...place, status: 'ok', detail, fix: null }];
  }
  if (broken.length > 0) return broken;
  return [{ ...place, status: 'skipped', detail: 'is not configured here', fix: null }];
}

/** Whether this machine can be told from others, which discovering it takes. */
async function checkHost({ host }: Sources): Promise<Finding[]> {
  const place = { component: 'host', seen_by: 'here' as const };
  if (!host.enabled) return [{ ...place, status: 'skipped', detail: 'is switched off', fix: null }];
  const { machineIdentity } = await import('../../providers/host/machine.ts');
  const { HostError } = await import('../../providers/host/errors.ts');
  try {
    const { machine_id, hostname, in_container } = await machineIdentity();
    const what = in_container ? 'a container, which is not discovered by itself' : machine_id;
    return [{ ...place, status: 'ok', detail: `${hostname}: ${what}`, fix: null }];
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    const fix = 'Run systemd-machine-id-setup, or set CMDB_HOST_DISCOVERY=off.';
    return [{ ...place, status: 'broken', detail: error.message, fix }];
  }
}
