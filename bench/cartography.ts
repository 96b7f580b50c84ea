import { join } from 'node:path';
import { pythonPackages } from '../test/support/emulators/python-packages.ts';
import { graphSettings } from './fresh-stores.ts';

const VERSION = '0.143.0';

/** The pages that the syncs below ask for, by the same SDK, thrown away. */
const RAW_LISTING = `
import boto3, time
ec2 = boto3.client('ec2')
started = time.monotonic()
for operation in ['describe_vpcs', 'describe_subnets', 'describe_security_groups',
                  'describe_instances', 'describe_network_interfaces', 'describe_volumes']:
    for page in ec2.get_paginator(operation).paginate():
        pass
print((time.monotonic() - started) * 1000)
`;

const SYNCS = ['vpc', 'subnet', 'security_group', 'instance', 'network_interface', 'volumes'];

/** Another inventory, from PyPI, that writes the same resources into the same Neo4j. */
export interface Cartography {
  /** Makes its indexes of all modules, which is not counted. */
  prepare(): Promise<void>;
  /** From its start to its end, without loading its program. */
  syncMs(): Promise<number>;
  rawListingMs(): Promise<number>;
}

/** Downloads it once a user, some 2 GB. @param environment where AWS is, with its credentials */
export async function installCartography(
  environment: Readonly<Record<string, string>>,
  region: string,
): Promise<Cartography> {
  const { packages, run: runPython } = await pythonPackages({
    name: `cartography-${VERSION}`,
    requirement: `cartography==${VERSION}`,
    module: 'cartography',
  });
  const graph = graphSettings();
  const env = {
    ...environment,
    AWS_DEFAULT_REGION: region,
    PYTHONWARNINGS: 'ignore',
    NEO4J_PASSWORD: graph.password,
  };
  const run = (args: readonly string[]) => runPython(args, { environment: env });
  const timed = async (args: readonly string[]): Promise<number> => {
    const from = performance.now();
    await run([join(packages, 'bin', 'cartography'), ...args]);
    return performance.now() - from;
  };
  const target = [
    ...['--neo4j-uri', graph.uri, '--neo4j-user', graph.username],
    ...['--neo4j-password-env-var', 'NEO4J_PASSWORD'],
  ];
  return {
    prepare: async () => void (await timed([...target, '--selected-modules', 'create-indexes'])),
    async syncMs() {
      const loading_ms = await timed(['--help']);
      const sync_ms = await timed([
        ...target,
        ...['--selected-modules', 'aws', '--aws-regions', region],
        ...['--aws-requested-syncs', SYNCS.map((sync) => `ec2:${sync}`).join(',')],
      ]);
      return sync_ms - loading_ms;
    },
    rawListingMs: async () => Number(await run(['-c', RAW_LISTING])),
  };
}
