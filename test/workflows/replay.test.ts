import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import proto from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { bundleWorkflows } from '../../worker/bundle-workflows.ts';
import { quietTemporal } from '../support/quiet-temporal.ts';

quietTemporal();

const SPANS_GO_NOWHERE = { exporter: { export: { fn() {}, callDuringReplay: false } } };
const HISTORIES = new URL('histories/', import.meta.url);

/**
 * Histories of real runs, recorded by `CMDB_RECORD_HISTORIES=1 npm test -- test/workflows`. A change
 * of a workflow that cannot replay them would break runs that are under way during an upgrade:
 * then patch the workflow (`patched()`), and record anew only for a new major release.
 */
test.each([
  ['as they are now', {}],
  ['with what carries traces through them', { is_traced: true }],
])('every recorded history replays with the workflows %s', async (_, options) => {
  const files = (await readdir(HISTORIES)).filter((file) => file.endsWith('.bin'));
  expect(files.length).toBeGreaterThanOrEqual(2);
  const histories = await Promise.all(
    files.map(async (file) => ({
      workflowId: file,
      history: proto.temporal.api.history.v1.History.decode(
        await readFile(new URL(file, HISTORIES)),
      ),
    })),
  );
  await using workflows = await bundleWorkflows(options);
  const results = Worker.runReplayHistories(
    { workflowBundle: { codePath: workflows.codePath }, sinks: SPANS_GO_NOWHERE },
    histories,
  );
  const replayed: string[] = [];
  for await (const { workflowId, error } of results) {
    expect(error).toBeUndefined();
    replayed.push(workflowId);
  }
  expect(replayed.sort()).toEqual(files.sort());
});
