/**
 * Each of jest's workers has a graph of its own, because a server of Neo4j's Community edition has one
 * database: the variables that name the graph are those of the worker's.
 */
const graphs: Record<string, string>[] = JSON.parse(process.env.CMDB_TEST_GRAPHS ?? '[]');
if (graphs.length > 0) {
  const worker = Number(process.env.JEST_WORKER_ID ?? '1');
  const graph = graphs[worker - 1];
  if (!graph) {
    throw new Error(
      `There are ${graphs.length} graphs and this is worker ${worker}: leave --maxWorkers to npm test.`,
    );
  }
  Object.assign(process.env, graph);
}
