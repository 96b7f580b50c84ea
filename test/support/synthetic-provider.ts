import type { PlannedScope, Provider, SourceFault } from '../../model/provider.ts';
import type { AnyResourceType } from '../../model/resource-type.ts';
import type { Registry } from '../../providers/registry.ts';
import { type Thing, thingType } from './things.ts';

/** What one slice of the synthetic source does when it is listed. */
export interface SyntheticSlice {
  things: readonly unknown[];
  /** Things in a page; all in one page where left out. */
  page_size?: number;
  /** Faults to answer, one a call, before listing goes well; the call's page is not given. */
  faults?: SourceFault[];
  /** Awaited before each page is given. */
  gate?: (signal: AbortSignal) => Promise<void>;
}

/** A source that tests write: accounts, regions, and the things in each slice. */
export class SyntheticSource {
  /** `account/region/resource type` → slice. */
  readonly slices = new Map<string, SyntheticSlice>();
  /** Page tokens in the order in which they were asked for, by slice. */
  readonly calls = new Map<string, Array<string | null>>();
  readonly scopes: PlannedScope[] = [];
  planFault: Error | null = null;
  /** Awaited before the plan is given. */
  planGate: ((signal: AbortSignal) => Promise<void>) | null = null;

  addRegion(account: string, region: string, slices: Record<string, SyntheticSlice>): void {
    this.scopes.push({
      provider: 'aws',
      account,
      account_name: null,
      region,
      level: 'region',
      task_queue: null,
    });
    for (const [type, slice] of Object.entries(slices)) {
      this.slices.set(`${account}/${region}/${type}`, slice);
    }
  }

  /** A registry that has this source, as provider `aws`, with the given resource types. */
  registry(...typeNames: string[]): Registry {
    const types = typeNames.map((name) => this.#resourceType(name));
    const provider: Provider<string> = {
      name: 'aws',
      planScopes: async ({ signal }) => {
        await this.planGate?.(signal);
        if (this.planFault) throw this.planFault;
        return { scopes: this.scopes, problems: [] };
      },
      connect: async ({ account, region }) => `${account}/${region}`,
      disconnect: async () => {},
      toFault: (error) => {
        if (error instanceof SyntheticError) return error.fault;
        return fault('transient', 'Unexpected', { message: String(error) });
      },
    };
    const resourceTypes = new Map(types.map((type) => [type.name, type]));
    return new Map([['aws', { provider: provider as Provider, resourceTypes }]]);
  }

  #resourceType(name: string): AnyResourceType {
    return {
      ...thingType,
      name,
      provider: 'aws',
      level: 'region',
      listPage: (client, token, signal) => this.#listPage(`${client}/${name}`, token, signal),
    };
  }

  async #listPage(place: string, token: string | null, signal: AbortSignal) {
    const calls = this.calls.get(place) ?? [];
    this.calls.set(place, [...calls, token]);
    const slice = this.slices.get(place) ?? { things: [] };
    await slice.gate?.(signal);
    signal.throwIfAborted();
    const next = slice.faults?.shift();
    if (next) throw new SyntheticError(next);
    const start = Number(token ?? 0);
    const end = start + (slice.page_size ?? slice.things.length);
    return {
      records: slice.things.slice(start, end),
      next_page_token: end < slice.things.length ? String(end) : null,
    };
  }
}

export class SyntheticError extends Error {
  override name = 'SyntheticError';
  readonly fault: SourceFault;
  constructor(wanted: SourceFault) {
    super(wanted.message);
    this.fault = wanted;
  }
}

export function fault(
  kind: SourceFault['kind'],
  code: string,
  more: Partial<SourceFault> = {},
): SourceFault {
  const message = `The source answered ${code}.`;
  return { kind, code, message, missing_permission: null, retry_after_ms: null, ...more };
}

/** Things with the given names. */
export function things(...ids: string[]): Thing[] {
  return ids.map((id) => ({ id }));
}
