import { DECLARED_ACCOUNT } from '../../model/declared-scope.ts';
import type { Provider } from '../../model/provider.ts';
import { catalogueFiles } from './catalogue-directory.ts';
import { type CatalogueClient, createCatalogueClient } from './client.ts';
import { createElsewhereReader } from './declared-elsewhere.ts';
import { toCatalogueFault } from './errors.ts';

const readElsewhere = createElsewhereReader();

/**
 * Lists what people declare in the files of the catalogue, each of which is a scope of its own: one
 * that cannot be read says nothing of the others. A file that is gone is not planned, so that
 * nothing of it is retired: only an entry that is gone from a file that is there was taken out.
 *
 * What people declare through the API is not listed: it is written when they say so.
 */
export const provider: Provider<CatalogueClient> = {
  name: 'declared',

  async planScopes({ sources }) {
    if (sources.catalogue === undefined) return { scopes: [], problems: [] };
    let files: string[];
    try {
      files = await catalogueFiles(sources.catalogue);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const problem = {
        code: 'catalogue_not_readable',
        message: `The catalogue directory cannot be listed (${code ?? 'unknown reason'}).`,
        provider: 'declared',
        account: null,
      };
      return { scopes: [], problems: [problem] };
    }
    const scopes = files.map((file) => ({
      provider: 'declared' as const,
      account: DECLARED_ACCOUNT,
      account_name: null,
      region: file,
      level: 'account' as const,
      task_queue: null,
    }));
    return { scopes, problems: [] };
  },

  async connect(scope, { catalogue }) {
    if (catalogue === undefined) throw new Error('This worker has no catalogue directory.');
    return createCatalogueClient(catalogue, scope.region, readElsewhere);
  },

  async disconnect() {
    // Nothing stays open between readings.
  },

  toFault: toCatalogueFault,
};
