import { readdir } from 'node:fs/promises';
import type { ProviderName } from '../model/enums.ts';
import type { Provider } from '../model/provider.ts';
import type { AnyResourceType } from '../model/resource-type.ts';

/** A provider with the resource types found in its folder, by name. */
export interface RegisteredProvider {
  provider: Provider;
  resourceTypes: ReadonlyMap<string, AnyResourceType>;
}

export type Registry = ReadonlyMap<ProviderName, RegisteredProvider>;

/** A file in a provider's folder does not declare what its place promises. */
export class DeclarationError extends Error {
  override name = 'DeclarationError';
  readonly code = 'bad_declaration';
}

/**
 * Finds every provider and every resource type by where its file stands:
 * `<provider>/provider.ts` exports `provider`, `<provider>/resources/<type>.ts` exports
 * `resourceType`. So that a new type is one new file and an edit nowhere else.
 *
 * @throws {DeclarationError} at start, naming the file
 */
export async function loadRegistry(folder = new URL('.', import.meta.url)): Promise<Registry> {
  const registry = new Map<ProviderName, RegisteredProvider>();
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const home = new URL(`${entry.name}/`, folder);
    const { provider } = await import(new URL('provider.ts', home).href);
    if (provider?.name !== entry.name) {
      throw new DeclarationError(`providers/${entry.name}/provider.ts must export its provider.`);
    }
    registry.set(provider.name, { provider, resourceTypes: await loadTypes(home, provider.name) });
  }
  return registry;
}

async function loadTypes(
  home: URL,
  provider: ProviderName,
): Promise<ReadonlyMap<string, AnyResourceType>> {
  const types = new Map<string, AnyResourceType>();
  const files = await readdir(new URL('resources/', home));
  for (const file of files.filter((name) => name.endsWith('.ts')).sort()) {
    const { resourceType } = await import(new URL(`resources/${file}`, home).href);
    const at = `providers/${provider}/resources/${file}`;
    if (!resourceType) throw new DeclarationError(`${at} must export resourceType.`);
    if (resourceType.provider !== provider) {
      throw new DeclarationError(`${at} declares provider ${resourceType.provider}.`);
    }
    if (types.has(resourceType.name)) {
      throw new DeclarationError(`${at} declares ${resourceType.name} a second time.`);
    }
    types.set(resourceType.name, resourceType);
  }
  return types;
}
