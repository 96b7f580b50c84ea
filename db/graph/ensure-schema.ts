import type { Graph } from './graph.ts';

/** The contract's indexes; the one on ci_id is a uniqueness constraint, which carries its own. */
const STATEMENTS = [
  `CREATE CONSTRAINT ci_id_index IF NOT EXISTS
   FOR (ci:ConfigurationItem) REQUIRE ci.ci_id IS UNIQUE`,
  'CREATE INDEX ci_type_index IF NOT EXISTS FOR (ci:ConfigurationItem) ON (ci.ci_type)',
  'CREATE INDEX ci_name_index IF NOT EXISTS FOR (ci:ConfigurationItem) ON (ci.name)',
  'CREATE INDEX ci_environment_index IF NOT EXISTS FOR (ci:ConfigurationItem) ON (ci.environment)',
];

/** Makes what is not there yet, and waits until the indexes answer. Safe to run again. */
export async function ensureGraphSchema(graph: Graph): Promise<void> {
  for (const statement of STATEMENTS) await graph.write(statement, {});
  await graph.write('CALL db.awaitIndexes(60)', {});
}
