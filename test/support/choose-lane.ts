/**
 * Each of jest's workers has a graph and a namespace of Temporal of its own, so that no two files that
 * run at the same time meet: the variables that name them are those of the worker's lane.
 */
const lanes: Record<string, string>[] = JSON.parse(process.env.CMDB_TEST_LANES ?? '[]');
if (lanes.length > 0) {
  const worker = Number(process.env.JEST_WORKER_ID ?? '1');
  const lane = lanes[worker - 1];
  if (!lane) {
    throw new Error(
      `There are ${lanes.length} lanes and this is worker ${worker}: leave --maxWorkers to npm test.`,
    );
  }
  Object.assign(process.env, lane);
}
