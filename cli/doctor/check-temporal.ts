import { z } from 'zod';
import { sharedConfigShape, type TemporalConfig } from '../../db/config.ts';
import { check } from './check-stores.ts';
import { codeOf, type Environment, type Finding } from './finding.ts';

const PATIENCE_MS = 10_000;

/** By the codes of gRPC. */
const FIXES: Readonly<Record<string, string>> = {
  5: 'Make the namespace that TEMPORAL_NAMESPACE names, or correct it.',
  7: 'Correct TEMPORAL_API_KEY or the client certificate.',
  16: 'Correct TEMPORAL_API_KEY or the client certificate.',
};

/** Temporal as it is from here, where its address is in the environment. */
export function checkTemporal(environment: Environment): Promise<Finding> {
  const { temporal } = sharedConfigShape;
  return check('Temporal', 'TEMPORAL_ADDRESS', { temporal }, environment, (config) =>
    look(config.temporal),
  );
}

const systemInfo = z.object({ serverVersion: z.string() });

async function look(config: TemporalConfig): Promise<Pick<Finding, 'status' | 'detail' | 'fix'>> {
  const { Connection } = await import('@temporalio/client');
  const connection = Connection.lazy(config.connection);
  const { namespace } = config;
  try {
    const deadline = Date.now() + PATIENCE_MS;
    const { serverVersion } = await connection.withDeadline(deadline, async () => {
      await connection.ensureConnected();
      await connection.workflowService.describeNamespace({ namespace });
      return systemInfo.parse(await connection.workflowService.getSystemInfo({}));
    });
    return { status: 'ok', detail: `version ${serverVersion}, namespace ${namespace}`, fix: null };
  } catch (error) {
    const code = codeOf(error);
    const fix = FIXES[code] ?? 'Start Temporal, or correct TEMPORAL_ADDRESS and its TLS.';
    return { status: 'broken', detail: `does not answer (${code})`, fix };
  } finally {
    await connection.close();
  }
}
