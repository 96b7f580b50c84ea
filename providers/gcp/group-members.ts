import pLimit from 'p-limit';
import { z } from 'zod';
import type { Page } from '../../model/resource-type.ts';
import type { GcpClient } from './client.ts';
import { count } from './fields.ts';
import type { ServiceName } from './libraries.ts';
import { allItems, page } from './pages.ts';
import { readDetail } from './read-detail.ts';
import { lastPart, partOf, pathOf } from './resource-name.ts';

/** A group that is listed without its members, which a call for each group tells. */
export interface MemberCall {
  service: ServiceName<'compute'>;
  method: string;
  /** The name of the group, and the body where there is one. */
  request: object;
}

/** Groups are listed so many at once: at ten calls a second, a page takes ten seconds. */
export const GROUPS_A_PAGE = 100;
const MEMBERS_A_PAGE = 500;
/** As many as the call budget lets go at once. */
const GROUPS_AT_ONCE = 5;

const group = z.object({ selfLink: z.string(), size: count });

/**
 * Adds its members to each group of a page. A group that is gone since it was listed has none.
 *
 * @param callOf how to ask for a group's members; null where it has none to list
 * @param permission without which they are told in `deniedReads`
 */
export async function withMembers(
  gcp: GcpClient,
  listed: Page,
  callOf: (path: string, group: unknown) => MemberCall | null,
  permission: string,
  signal: AbortSignal,
): Promise<Page> {
  const limit = pLimit(GROUPS_AT_ONCE);
  const records = await limit.map([...listed.records], async (record) => {
    const read = group.safeParse(record);
    const path = read.success ? pathOf(read.data.selfLink) : null;
    const call = path && callOf(path, record);
    if (!read.success || !call || read.data.size === 0) {
      return { ...(record as object), members: [], deniedReads: [] };
    }
    const { value, denied } = await readDetail(permission, () => membersOf(gcp, call, signal));
    return {
      ...(record as object),
      members: value ?? [],
      deniedReads: denied === null ? [] : [denied],
    };
  });
  return { ...listed, records };
}

async function membersOf(
  gcp: GcpClient,
  { service, method, request }: MemberCall,
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  const { items } = await allItems(async (pageToken) => {
    const answer = z
      .object({ items: z.array(z.unknown()).nullish(), nextPageToken: z.string().nullish() })
      .parse(
        await gcp.call(
          { library: 'compute', service, method },
          {
            project: gcp.project,
            maxResults: MEMBERS_A_PAGE,
            ...request,
            ...(pageToken !== null && { pageToken }),
          },
          signal,
        ),
      );
    return page(answer.items ?? [], answer.nextPageToken);
  });
  return items;
}

/** The zone or region of a path, as calls name it; empty for what is global. */
export function placeRequest(path: string): { zone: string } | { region: string } | object {
  const [zone, region] = [partOf(path, 'zones'), partOf(path, 'regions')];
  if (zone) return { zone };
  return region ? { region } : {};
}

export function nameIn(path: string): string {
  return lastPart(path) ?? path;
}
