import { mkdir, writeFile } from 'node:fs/promises';
import { startKubernetes } from '../../support/emulators/kubernetes.ts';
import { RECORDED_PATHS } from './recorded-paths.ts';
import { seedEstate } from './seed-estate.ts';

/**
 * `node test/providers/kubernetes/record-bodies.ts`: records what a real API server answers for the
 * estate. The files are the bodies as they came, but for `managedFields`, which nobody reads and
 * which are most of them.
 */
const directory = new URL('./recorded/', import.meta.url);
await using server = await startKubernetes();
await seedEstate(server);
await mkdir(directory, { recursive: true });
for (const [path, file] of RECORDED_PATHS) {
  const { status, body } = await server.call('GET', path);
  if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
  const text = JSON.stringify(
    body,
    (key, value) => (key === 'managedFields' ? undefined : value),
    2,
  );
  await writeFile(new URL(file, directory), `${text}\n`);
  console.log(`${file}: ${body.items?.length ?? 1}`);
}
