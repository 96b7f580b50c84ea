import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { beginRun, type PlannedSlices } from '../../../db/postgres/begin-run.ts';
import { createDatabase, type Db } from '../../../db/postgres/database.ts';
import { listRunSlices } from '../../../db/postgres/get-run.ts';
import { migrateToLatest } from '../../../db/postgres/migrate.ts';
import { createTestDatabase } from '../../support/stores.ts';
import { thingScope } from '../../support/things.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, application_name: 'begin run test' });
  await migrateToLatest(db);
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

test('a scope that is planned twice, by two kubeconfig contexts of one cluster, is one', async () => {
  const run_id = randomUUID();
  const scope = (resource_types: string[]): PlannedSlices => {
    return { ...thingScope(), level: 'account', task_queue: null, resource_types };
  };
  const scopes = [scope(['pods', 'nodes']), scope(['pods', 'services'])];
  await beginRun(db, { run_id, workflow_id: 'twice', request: {}, scopes, errors: [] });
  const slices = await listRunSlices(db, run_id, 10);
  expect(slices.map((slice) => slice.resource_type)).toEqual(['nodes', 'pods', 'services']);
});
