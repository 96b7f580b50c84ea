/**
 * Lets Temporal's SDK download its server into a directory: `node temporal-sdk-download.ts DIRECTORY`.
 *
 * A program of its own, because a download in native code cannot be interrupted other than by ending
 * its process.
 */
import { TestWorkflowEnvironment } from '@temporalio/testing';

const downloadDir = process.argv[2];
if (downloadDir === undefined) throw new Error('usage: temporal-sdk-download.ts DIRECTORY');
const environment = await TestWorkflowEnvironment.createLocal({
  server: { executable: { type: 'cached-download', downloadDir } },
});
await environment.teardown();
