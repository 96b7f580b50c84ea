import { z } from 'zod';
import type { GcpClient } from './client.ts';
import { flag, listOf, text } from './fields.ts';
import { allItems, globalPage } from './pages.ts';
import { readDetail } from './read-detail.ts';
import { partOf, pathOf } from './resource-name.ts';

const rule = z.object({
  selfLink: z.string(),
  network: text,
  disabled: flag,
  targetTags: listOf(z.string()),
  targetServiceAccounts: listOf(z.string()),
});

/** Where an instance stands, as firewall rules see it. */
export interface Guarded {
  /** URLs of the networks of its interfaces. */
  networks: readonly string[];
  /** Its network tags. */
  tags: readonly string[];
  /** Emails of its service accounts. */
  serviceAccounts: readonly string[];
}

/** The rules that name whom they are for, by network and then by tag or service account. */
export interface TargetedRules {
  /** Paths of the rules that are for the instance by its tags or service accounts, sorted. */
  rulesOf(instance: Guarded): string[];
  /** The permissions that were missing to read them. */
  denied: string[];
  incomplete_reason: string | undefined;
}

const FIELDS = ['selfLink', 'network', 'disabled', 'targetTags', 'targetServiceAccounts'];

/**
 * Reads the firewall rules of networks, to find those that are for an instance.
 *
 * Neither end can name the other: a rule names a tag, which many instances have, and an instance has
 * a tag, which many rules name. A key that stands for the tag would have many owners on either side
 * and so resolve to nobody. The instance therefore looks the rules up, and refers to each by its own
 * key. A rule that names no target is for everything in its network: it refers to the network, and
 * is not repeated for each instance in it.
 *
 * @param networks URLs; a shared VPC's rules are those of its own project
 */
export async function targetedRules(
  gcp: GcpClient,
  networks: readonly string[],
  signal: AbortSignal,
): Promise<TargetedRules> {
  const projects = new Set(networks.flatMap((url) => partOf(pathOf(url), 'projects') ?? []));
  const byTarget = new Map<string, Set<string>>();
  const denied = new Set<string>();
  let incomplete: string | undefined;
  for (const project of projects) {
    const rules = await gcp.memo(`firewall-rules/${project}`, () =>
      readDetail('compute.firewalls.list', () => rulesOfProject(gcp, project, signal)),
    );
    if (rules.denied !== null) denied.add(rules.denied);
    incomplete ??= rules.value?.incomplete_reason;
    for (const [target, paths] of rules.value?.byTarget ?? []) byTarget.set(target, paths);
  }
  return {
    rulesOf({ networks: ofInstance, tags, serviceAccounts }) {
      const found = new Set<string>();
      for (const network of ofInstance.flatMap((url) => pathOf(url) ?? [])) {
        for (const target of [...tags, ...serviceAccounts]) {
          for (const path of byTarget.get(`${network}|${target}`) ?? []) found.add(path);
        }
      }
      return [...found].sort();
    },
    denied: [...denied].sort(),
    incomplete_reason: incomplete,
  };
}

/** A tag has no `@`, a service account always has one: they share the map. */
async function rulesOfProject(gcp: GcpClient, project: string, signal: AbortSignal) {
  const { items, incomplete_reason } = await allItems((pageToken) =>
    globalPage(gcp, { service: 'FirewallsClient', fields: FIELDS }, pageToken, signal, project),
  );
  const byTarget = new Map<string, Set<string>>();
  for (const item of items) {
    const read = rule.safeParse(item);
    // The rules' own slice tells of one that does not parse.
    if (!read.success || read.data.disabled) continue;
    const [path, network] = [pathOf(read.data.selfLink), pathOf(read.data.network)];
    if (!path || !network) continue;
    for (const target of [...read.data.targetTags, ...read.data.targetServiceAccounts]) {
      const key = `${network}|${target}`;
      byTarget.set(key, (byTarget.get(key) ?? new Set()).add(path));
    }
  }
  return { byTarget, incomplete_reason };
}
