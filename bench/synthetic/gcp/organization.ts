import type { Estate } from '../options.ts';
import type { GcpCall } from './calls.ts';
import type { Body } from './compute.ts';

/** Every other project is in a folder of the organization. */
const ORGANIZATION = 'organizations/1';
const FOLDER = 'folders/10';

export function projectBody(id: string, estate: Estate): Body {
  const index = estate.gcp.projects.indexOf(id);
  return {
    name: `projects/${1_000_000 + index}`,
    projectId: id,
    parent: index % 2 === 0 ? ORGANIZATION : FOLDER,
    displayName: `Project ${id}`,
    state: 'ACTIVE',
    createTime: '2026-01-15T09:30:00Z',
  };
}

export function projectsIn({ parameters }: GcpCall, estate: Estate): Body[] {
  const parent = parameters.get('parent');
  const bodies = estate.gcp.projects.map((id) => projectBody(id, estate));
  return bodies.filter((body) => body.parent === parent);
}

export function foldersIn({ parameters }: GcpCall, estate: Estate): Body[] {
  const isThere = parameters.get('parent') === ORGANIZATION && estate.gcp.projects.length > 1;
  return isThere
    ? [{ name: FOLDER, parent: ORGANIZATION, displayName: 'Shop', state: 'ACTIVE' }]
    : [];
}
