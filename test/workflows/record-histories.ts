import { mkdir, writeFile } from 'node:fs/promises';
import { Client, Connection } from '@temporalio/client';
import proto from '@temporalio/proto';

/**
 * `node record-histories.ts NAME=WORKFLOW_ID…`: writes histories of workflows under names of their
 * own, for the replay test.
 */
const wanted = process.argv.slice(2).map((pair) => pair.split('='));
if (wanted.length === 0) throw new Error('a name and a workflow id are needed');

const connection = await Connection.connect({ address: process.env.TEMPORAL_ADDRESS ?? '' });
const client = new Client({ connection, namespace: process.env.TEMPORAL_NAMESPACE ?? 'default' });
const folder = new URL('histories/', import.meta.url);
await mkdir(folder, { recursive: true });
for (const [name, id] of wanted) {
  if (!name || !id) throw new Error('a name and a workflow id are needed');
  const history = await client.workflow.getHandle(id).fetchHistory();
  scrub(history);
  const encoded = proto.temporal.api.history.v1.History.encode(history).finish();
  await writeFile(new URL(`${name}.bin`, folder), encoded);
}
await connection.close();

/** Takes out what tells of the machine that recorded: replay looks at none of it. */
function scrub(value: unknown): void {
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return;
  for (const [name, field] of Object.entries(value)) {
    // A queue that stands for another one is a worker's own, with the name of its machine.
    const isStickyName = name === 'name' && Reflect.get(value, 'normalName');
    const tells = name === 'stackTrace' || name === 'identity' || isStickyName;
    if (tells && field) Reflect.set(value, name, isStickyName ? 'sticky' : '');
    else scrub(field);
  }
}
