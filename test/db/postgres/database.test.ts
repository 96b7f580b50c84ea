import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { moduleUrl, runNode } from '../../support/node-program.ts';
import { createTestDatabase } from '../../support/stores.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

test('a server that ends a connection between two statements does not end the process', async () => {
  await using program = runNode(`
    import { setTimeout as sleep } from 'node:timers/promises';
    import { sql } from 'kysely';
    import { createDatabase } from '${moduleUrl('db/postgres/database.ts')}';

    const db = createDatabase({ url: '${database.url}', application_name: 'cut' });
    const cut = db.transaction().execute(async (trx) => {
      const { rows } = await sql\`select pg_backend_pid() as pid\`.execute(trx);
      await sql\`select pg_terminate_backend(\${rows[0].pid})\`.execute(db);
      await sleep(300);
      await sql\`select 1\`.execute(trx);
    });
    const ended = await cut.then(() => 'committed', () => 'rejected');
    const { rows } = await sql\`select 'and goes on' as text\`.execute(db);
    console.log(ended, rows[0].text);
    await db.destroy();
  `);
  expect(await program.ended).toEqual({ code: 0, output: 'rejected and goes on\n' });
});
