import { expect, test } from '@jest/globals';
import { loadRegistry } from '../../providers/registry.ts';

/**
 * A relation's target is for readers, and may be a class or a sentence; what looks like a resource
 * type in it must be one, or the docs promise an edge to something that is never discovered.
 */
test('every resource type that a relation names exists', async () => {
  const registry = await loadRegistry();
  const missing: string[] = [];
  let named = 0;
  for (const { resourceTypes } of registry.values()) {
    for (const [type, { relations }] of resourceTypes) {
      for (const [relation, { target }] of Object.entries(relations)) {
        for (const [name] of target.matchAll(/\b[a-z0-9]+(?:_[a-z0-9]+)+\b/g)) {
          const provider = [...registry.keys()].find((prefix) => name.startsWith(`${prefix}_`));
          if (provider === undefined) continue;
          named += 1;
          if (registry.get(provider)?.resourceTypes.has(name)) continue;
          missing.push(`${type}.${relation}: ${name}`);
        }
      }
    }
  }
  expect(named).toBeGreaterThan(100);
  expect(missing.sort()).toEqual([]);
});
