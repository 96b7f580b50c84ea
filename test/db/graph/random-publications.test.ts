import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import fc from 'fast-check';
import { pino } from 'pino';
import { createPublishChanges } from '../../../activities/publish-changes.ts';
import { ensureGraphSchema } from '../../../db/graph/ensure-schema.ts';
import { createGraph, type Graph } from '../../../db/graph/graph.ts';
import { rebuildGraph } from '../../../db/graph/rebuild-graph.ts';
import { verifyGraph } from '../../../db/graph/verify-graph.ts';
import { createDatabase, type Db } from '../../../db/postgres/database.ts';
import { migrateToLatest } from '../../../db/postgres/migrate.ts';
import { newestPlace } from '../../../db/postgres/read-changes.ts';
import { createTestDatabase, emptyGraph, type TestGraph } from '../../support/stores.ts';
import { commands } from '../../support/tracking/commands.ts';
import { TrackingModel } from '../../support/tracking/model.ts';
import { installMovingClock } from '../../support/tracking/moving-clock.ts';
import { TrackedStore } from '../../support/tracking/store.ts';

const SEQUENCES = 10;
const MAX_COMMANDS = 25;

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let testGraph: TestGraph;
let db: Db;
let graph: Graph;
let sequences = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  await installMovingClock(database.url);
  testGraph = await emptyGraph();
  db = createDatabase({ url: database.url, application_name: 'random publications test' });
  graph = createGraph(testGraph);
  await migrateToLatest(db);
  await ensureGraphSchema(graph);
}, 300_000);

afterAll(async () => {
  await Promise.all([db.destroy(), graph.close()]);
  await database.drop();
});

/** A graph that goes away after so many writes, and is there again for whoever comes next. */
function failingAfter(writes: number): Graph {
  let left = writes;
  return {
    ...graph,
    write: async (query, parameters) => {
      left -= 1;
      if (left < 0) throw new Error('The graph went away.');
      return graph.write(query, parameters);
    },
  };
}

async function publish(to: Graph = graph): Promise<void> {
  const logger = pino({ level: 'silent' });
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
  await environment.run(createPublishChanges({ db, graph: to, cache: null, logger }));
}

type Command = fc.AsyncCommand<TrackingModel, TrackedStore>;

function command(name: string, run: () => Promise<unknown>): Command {
  return { check: () => true, run: async () => void (await run()), toString: () => name };
}

/** What ends in the middle is told apart from what goes wrong. */
const interrupted = (work: Promise<unknown>) =>
  work.catch((error: Error) => expect(error.message).toMatch(/went away/));
const { signal } = new AbortController();

const publications = [
  fc.constant(command('publish', () => publish())),
  fc
    .nat(3)
    .map((writes) =>
      command(`publish, of which ${writes} writes arrive`, () =>
        interrupted(publish(failingAfter(writes))),
      ),
    ),
  fc
    .nat(7)
    .map((writes) =>
      command(`rebuild, of which ${writes} writes arrive`, () =>
        interrupted(rebuildGraph(db, failingAfter(writes), { signal, page_rows: 7 })),
      ),
    ),
];

test('after any discoveries, and publications that end anywhere, the next leaves both equal', async () => {
  const steps = fc.commands([...commands, ...publications, ...publications], {
    maxCommands: MAX_COMMANDS,
    size: 'max',
  });
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      sequences += 1;
      const model = new TrackingModel(2);
      const store = new TrackedStore(db, sequences, await newestPlace(db), () => {});
      await fc.asyncModelRun(() => ({ model, real: store }), sequence);
      await store.relate(model);
      await publish();
      expect(await verifyGraph(db, graph, { faults_told: 5, wait_ms: 0 })).toMatchObject({
        is_equal: true,
        faults: [],
        commits_behind: 0,
      });
    }),
    { numRuns: SEQUENCES, endOnFailure: true },
  );
}, 300_000);
