import { DefaultLogger, Runtime } from '@temporalio/worker';

/**
 * Makes Temporal's log quiet in tests that ask for faults: each of them would be a page of
 * warnings. Call it before anything of Temporal's is made.
 */
export function quietTemporal(): void {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
}
