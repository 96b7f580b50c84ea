import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/**
 * Records histories for the replay test, where that is asked for: `CMDB_RECORD_HISTORIES=1`.
 *
 * @param workflowIds by the names of the files
 */
export async function recordHistories(workflowIds: Record<string, string>): Promise<void> {
  if (!process.env.CMDB_RECORD_HISTORIES) return;
  // Outside jest, whose module registry the protobuf library of the SDK does not recognise.
  const script = fileURLToPath(new URL('../workflows/record-histories.ts', import.meta.url));
  const pairs = Object.entries(workflowIds).map(([name, id]) => `${name}=${id}`);
  await promisify(execFile)(process.execPath, [script, ...pairs], {
    // That of jest's own process does not know the lane.
    env: process.env,
  });
}
