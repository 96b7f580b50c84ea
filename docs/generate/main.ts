import { writeFile } from 'node:fs/promises';
import { loadRegistry } from '../../providers/registry.ts';
import { generatedDocs } from './generated-docs.ts';

/** `npm run docs`: writes what is generated from the declarations. */
for (const [path, text] of generatedDocs(await loadRegistry())) {
  await writeFile(new URL(`../${path}`, import.meta.url), text);
  console.log(`docs/${path}`);
}
