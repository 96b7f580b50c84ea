import { z } from 'zod';
import type { GcpAccess } from './access.ts';
import type { GcpClient } from './client.ts';
import { word } from './fields.ts';
import { allItems, page } from './pages.ts';

/** A project to discover. */
export interface GcpProject {
  id: string;
  /** As people call it; null where nobody was asked. */
  name: string | null;
}

/** The projects that are configured, or else the one that the credentials come with. */
export async function configuredProjects(access: GcpAccess): Promise<GcpProject[]> {
  const { projects, organization, folder } = access.settings;
  if (projects) return projects.map((id) => ({ id, name: null }));
  // All of an organization are meant then, and those only.
  if (organization !== undefined || folder !== undefined) return [];
  return [{ id: await access.ownProject(), name: null }];
}

const project = z.object({
  projectId: z.string().min(1),
  displayName: z.string().nullish(),
  state: word,
});
const folder = z.object({ name: z.string().min(1), state: word });

/**
 * The active projects directly in a folder or an organization.
 *
 * @param parent `folders/123`, `organizations/456`
 * @param gcp of any project: the call is about none
 */
export async function projectsIn(
  parent: string,
  gcp: GcpClient,
  signal: AbortSignal,
): Promise<GcpProject[]> {
  const records = await children(gcp, 'ProjectsClient', 'listProjects', parent, signal);
  return records.flatMap((record) => {
    const { projectId, displayName, state } = project.parse(record);
    return state === 'ACTIVE' ? [{ id: projectId, name: displayName || null }] : [];
  });
}

/** The active folders directly in a folder or an organization, as `folders/123`. */
export async function foldersIn(
  parent: string,
  gcp: GcpClient,
  signal: AbortSignal,
): Promise<string[]> {
  const records = await children(gcp, 'FoldersClient', 'listFolders', parent, signal);
  return records.flatMap((record) => {
    const { name, state } = folder.parse(record);
    return state === 'ACTIVE' ? [name] : [];
  });
}

async function children(
  gcp: GcpClient,
  service: 'ProjectsClient' | 'FoldersClient',
  method: 'listProjects' | 'listFolders',
  parent: string,
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  const { items } = await allItems(async (pageToken) => {
    const answer = z
      .object({
        projects: z.array(z.unknown()).nullish(),
        folders: z.array(z.unknown()).nullish(),
        nextPageToken: z.string().nullish(),
      })
      .parse(
        await gcp.call(
          { library: 'resourcemanager', service, method },
          { parent, pageSize: 300, ...(pageToken !== null && { pageToken }) },
          signal,
        ),
      );
    return page(answer.projects ?? answer.folders ?? [], answer.nextPageToken);
  });
  return items;
}
