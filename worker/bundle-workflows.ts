import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

const WORKFLOWS = fileURLToPath(new URL('../workflows/index.ts', import.meta.url));

/** Carries traces through workflows; see `tracing/worker-tracing.ts`. */
const INTERCEPTORS = createRequire(import.meta.url).resolve(
  '@temporalio/interceptors-opentelemetry/lib/workflow-interceptors',
);
const TRACED = '--traced';

/** Workflow code as Temporal's sandbox runs it, in a file. */
export interface WorkflowBundle extends AsyncDisposable {
  readonly codePath: string;
}

/**
 * Bundles the workflows in a process of its own: the bundler takes some 200 MB, which the worker
 * would keep for all its life.
 *
 * @param is_traced whether they carry traces to what they start
 * @throws {Error} when the bundler fails; what it said is on standard error
 */
export async function bundleWorkflows({ is_traced = false } = {}): Promise<WorkflowBundle> {
  const directory = await mkdtemp(join(tmpdir(), 'cmdb-workflows-'));
  const codePath = join(directory, 'workflows.js');
  const bundler = spawn(
    process.execPath,
    [fileURLToPath(import.meta.url), codePath, ...(is_traced ? [TRACED] : [])],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const [code] = (await once(bundler, 'exit')) as [number | null];
  const remove = () => rm(directory, { recursive: true, force: true });
  if (code !== 0) {
    await remove();
    throw new Error(`The workflows could not be bundled: the bundler ended with ${code}.`);
  }
  return { codePath, [Symbol.asyncDispose]: remove };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const logger = {
    log() {},
    trace() {},
    debug() {},
    info() {},
    warn: console.error,
    error: console.error,
  };
  const workflowInterceptorModules = process.argv[3] === TRACED ? [INTERCEPTORS] : [];
  const { code } = await bundleWorkflowCode({
    workflowsPath: WORKFLOWS,
    workflowInterceptorModules,
    logger,
  });
  await writeFile(process.argv[2] ?? '', code);
}
