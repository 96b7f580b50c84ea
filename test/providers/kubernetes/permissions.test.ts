import { expect, test } from '@jest/globals';
import { loadRegistry } from '../../../providers/registry.ts';
import { listAll, startReplay } from './replay.ts';

const TYPES = [...((await loadRegistry()).get('kubernetes')?.resourceTypes.keys() ?? [])];

test.each(TYPES)(
  'the permissions of %s are what its listing asks for, no more and no less',
  async (name) => {
    const type = (await loadRegistry()).get('kubernetes')?.resourceTypes.get(name);
    if (!type) throw new Error(`${name} is not there`);
    await using replay = await startReplay();
    await listAll(type, replay);
    // The first call asks the cluster who it is, for whatever is listed then.
    const used = replay.asked.slice(1).map(permissionOf);
    expect([...type.permissions].sort()).toEqual([...new Set(used)].sort());
  },
);

/** `/apis/apps/v1/deployments?limit=500` is allowed by `apps/deployments:list`. */
function permissionOf(asked: string): string {
  const [path = ''] = asked.split('?');
  if (path === '/version') return '/version:get';
  if (path === '/api/v1/namespaces/kube-system') return 'core/namespaces:get';
  const parts = /^\/(?:api|apis\/(?<group>[^/]+))\/v\d+\/(?:.*\/)?(?<plural>[^/]+)$/.exec(path);
  return `${parts?.groups?.group ?? 'core'}/${parts?.groups?.plural}:list`;
}
