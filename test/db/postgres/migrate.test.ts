import { expect, test } from '@jest/globals';
import { createDatabase } from '../../../db/postgres/database.ts';
import { migrateToLatest } from '../../../db/postgres/migrate.ts';
import { createTestDatabase } from '../../support/stores.ts';

test('of several that migrate at once one does it, and the others find it done', async () => {
  const database = await createTestDatabase();
  const replicas = Array.from({ length: 4 }, (_, replica) =>
    createDatabase({ url: database.url, application_name: `replica ${replica}`, pool_size: 2 }),
  );
  const ran = await Promise.all(replicas.map((db) => migrateToLatest(db)));
  expect(ran.filter((names) => names.length > 0)).toHaveLength(1);
  await Promise.all(replicas.map((db) => db.destroy()));
  await database.drop();
});
