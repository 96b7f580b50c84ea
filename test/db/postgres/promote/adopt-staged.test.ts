import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createDatabase, type Db } from '../../../../db/postgres/database.ts';
import { getItem } from '../../../../db/postgres/get-item.ts';
import { migrateToLatest } from '../../../../db/postgres/migrate.ts';
import type { AnyResourceType } from '../../../../model/resource-type.ts';
import { createTestDatabase } from '../../../support/stores.ts';
import { discoverThings, thingId, thingType } from '../../../support/things.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ url: database.url, application_name: 'adopt staged test' });
  await migrateToLatest(db);
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

/** Tells its load only while there is one. */
const sparingType: AnyResourceType = {
  ...thingType,
  toItem(record, scope) {
    const { attributes, ...item } = thingType.toItem(record, scope);
    return { ...item, attributes: attributes?.load === 0 ? {} : { load: attributes?.load ?? 0 } };
  },
};

test('a volatile field that the source tells no more is gone', async () => {
  const options = { account: 'volatile', type: sparingType };
  const attributes = async () => (await getItem(db, thingId('a', options.account)))?.attributes;
  await discoverThings(db, [{ id: 'a', load: 5 }], options);
  expect(await attributes()).toEqual({ load: 5 });
  await discoverThings(db, [{ id: 'a' }], options);
  expect(await attributes()).toEqual({});
});
