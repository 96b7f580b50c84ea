import pLimit from 'p-limit';
import { discoveryRequestSchema, type Scope } from '../model/scope.ts';
import { sourcesSchema } from '../model/sources.ts';
import { loadRegistry } from '../providers/registry.ts';

/*
 * The floor of a discovery: lists the same pages, by the same SDK clients, as many at once as the
 * workflow does, and throws them away. Prints `{"milliseconds", "records"}`.
 */
/** As `COLLECT_WINDOW` of the account's workflow. */
const SLICES_AT_ONCE = 100;

const registry = await loadRegistry();
const request = discoveryRequestSchema.parse(JSON.parse(process.env.BENCH_REQUEST ?? '{}'));
const sources = sourcesSchema.parse(JSON.parse(process.env.BENCH_SOURCES ?? '{}'));
const inRegions = ({ region }: Scope) => request.regions?.includes(region) ?? true;
const { signal } = new AbortController();
const started = performance.now();
let records = 0;

const listings = [...registry.values()]
  .filter(({ provider }) => request.providers?.includes(provider.name) ?? true)
  .map(async ({ provider, resourceTypes }) => {
    const plan = await provider.planScopes({ sources, hosts: [], signal });
    if (plan.problems.length > 0) throw new Error(JSON.stringify(plan.problems));
    const limit = pLimit(SLICES_AT_ONCE);
    await Promise.all(
      plan.scopes.filter(inRegions).flatMap((scope) =>
        [...resourceTypes.values()]
          .filter(({ level }) => level === scope.level)
          .filter(({ name }) => request.resource_types?.includes(name) ?? true)
          .map((type) =>
            limit(async () => {
              const client = await provider.connect(scope, sources);
              let token: string | null = null;
              do {
                const page: Awaited<ReturnType<typeof type.listPage>> = await type.listPage(
                  client,
                  token,
                  signal,
                );
                records += page.records.length;
                token = page.next_page_token;
              } while (token !== null);
              await provider.disconnect(client);
            }),
          ),
      ),
    );
  });
await Promise.all(listings);
console.log(JSON.stringify({ milliseconds: performance.now() - started, records }));
// The SDKs keep their connections open for a while.
process.exit(0);
