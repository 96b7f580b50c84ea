import type { PlannedScope, PlanProblem, ScopePlan } from '../../model/provider.ts';
import { GLOBAL_REGION } from '../../model/scope.ts';
import type { GcpAccess } from './access.ts';
import { toGcpFault } from './errors.ts';
import { configuredProjects, foldersIn, type GcpProject, projectsIn } from './projects.ts';

const LIST_PERMISSIONS = ['resourcemanager.projects.list', 'resourcemanager.folders.list'];

/** Calls that are about no project count for the one that the credentials belong to. */
const NO_PROJECT = '-';

/**
 * Finds what can be scanned: each project, as one scope.
 *
 * GCP's lists are of a project, not of a region: an aggregated list or a location of `-` answers
 * all zones and regions at once, and networks, firewall rules and buckets are in none. Cut by region,
 * one project would be some 40 scopes that mostly find nothing, and each zone's faults would still
 * have to be told apart. Region and zone come from each record.
 */
export async function planGcpScopes(access: GcpAccess, signal: AbortSignal): Promise<ScopePlan> {
  const plan: ScopePlan = { scopes: [], problems: [] };
  if (!(await access.isConfigured())) return plan;

  const projects = new Map<string, GcpProject>();
  const add = (found: readonly GcpProject[]) => {
    for (const project of found) {
      const known = projects.get(project.id);
      projects.set(project.id, { id: project.id, name: project.name ?? known?.name ?? null });
    }
  };
  await attempt(plan.problems, signal, 'The GCP project cannot be told', [], async () =>
    add(await configuredProjects(access)),
  );
  // Folder by folder, since a list has what one parent directly holds: one that may not be read
  // hides no other.
  const parents = new Set(parentsOf(access));
  for (const parent of parents) {
    const what = `The projects of ${parent} cannot be listed`;
    await attempt(plan.problems, signal, what, LIST_PERMISSIONS, async () => {
      const gcp = access.client(NO_PROJECT);
      add(await projectsIn(parent, gcp, signal));
      for (const folder of await foldersIn(parent, gcp, signal)) parents.add(folder);
    });
  }
  plan.scopes = [...projects.values()].map(scopeOf);
  return plan;
}

function scopeOf({ id, name }: GcpProject): PlannedScope {
  return {
    provider: 'gcp',
    account: id,
    account_name: name,
    region: GLOBAL_REGION,
    level: 'account',
    task_queue: null,
  };
}

/** Given by number, or as the API names them. */
function parentsOf({ settings }: GcpAccess): string[] {
  const { organization, folder } = settings;
  return [
    ...(organization === undefined ? [] : [named('organizations', organization)]),
    ...(folder === undefined ? [] : [named('folders', folder)]),
  ];
}

function named(collection: string, id: string): string {
  return id.startsWith(`${collection}/`) ? id : `${collection}/${id}`;
}

/** Does a part of the plan; its failure is a problem, unless everything is being cancelled. */
async function attempt(
  problems: PlanProblem[],
  signal: AbortSignal,
  what: string,
  permissions: readonly string[],
  act: () => Promise<void>,
): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (signal.aborted) throw error;
    const fault = toGcpFault(error, permissions);
    const hint =
      fault.missing_permission === null ? '' : ` Missing permission: ${fault.missing_permission}.`;
    const message = `${what}: ${fault.message}${hint}`;
    problems.push({ code: fault.code, message, provider: 'gcp', account: null });
  }
}
