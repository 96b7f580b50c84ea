import { EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import neo4j from 'neo4j-driver';
import { startMoto } from '../../test/support/emulators/moto.ts';
import type { Benchmark, Size } from '../benchmark.ts';
import { installCartography } from '../cartography.ts';
import { discoveryBench, seconds } from '../discovery.ts';
import { emptyGraph, graphSettings } from '../fresh-stores.ts';

const INSTANCES: Readonly<Record<Size, number>> = { quick: 300, full: 3_000 };
const INSTANCES_PER_CALL = 100;
const REGION = 'us-east-1';
const RESOURCE_TYPES = [
  'aws_vpc',
  'aws_subnet',
  'aws_security_group',
  'aws_ec2_instance',
  'aws_network_interface',
  'aws_ebs_volume',
];

/** The same moto, the same resource types, the same Neo4j; raw listing subtracted from both. */
export const benchmark: Benchmark = {
  summary: 'a first discovery and a second one, against cartography',
  async run(size, progress) {
    await using moto = await startMoto();
    const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
    const ec2 = new EC2Client({ region: REGION, endpoint: moto.url, credentials });
    for (let made = 0; made < INSTANCES[size]; made += INSTANCES_PER_CALL) {
      const count = { MinCount: INSTANCES_PER_CALL, MaxCount: INSTANCES_PER_CALL };
      await ec2.send(new RunInstancesCommand({ ImageId: 'ami-12c6146b', ...count }));
    }
    ec2.destroy();
    const request = {
      providers: ['aws' as const],
      regions: [REGION],
      resource_types: RESOURCE_TYPES,
    };
    await using bench = await discoveryBench('cartography', {}, { url: moto.url, request });

    const theirs = await installCartography(bench.environment, REGION);
    await theirs.prepare();
    const theirRaw = await theirs.rawListingMs();
    const theirFirst = await theirs.syncMs();
    const theirSecond = await theirs.syncMs();
    progress(
      `cartography: ${seconds(theirFirst)}, ${seconds(theirSecond)}, raw ${seconds(theirRaw)}; ` +
        (await countNodes()),
    );

    await emptyGraph();
    await using _worker = await bench.startWorker();
    const ourRaw = await bench.rawListingMs();
    const ourFirst = (await bench.discover()).elapsed_ms;
    const ourSecond = (await bench.discover()).elapsed_ms;
    progress(
      `this: ${seconds(ourFirst)}, ${seconds(ourSecond)}, raw ${seconds(ourRaw)}; ` +
        (await countNodes()),
    );
    const times = (theirs: number, ours: number) =>
      Math.max(0, theirs - theirRaw) / Math.max(1, ours - ourRaw);
    return [
      {
        name: 'first discovery',
        value: times(theirFirst, ourFirst),
        reach: { at_least: 8 },
        unit: '× as fast as cartography',
      },
      {
        name: 'rediscovery',
        value: times(theirSecond, ourSecond),
        reach: { at_least: 20 },
        unit: '× as fast as cartography',
      },
    ];
  },
};

async function countNodes(): Promise<string> {
  const { uri, username, password } = graphSettings();
  const driver = neo4j.driver(uri, neo4j.auth.basic(username, password));
  const { records } = await driver.executeQuery(
    'MATCH (n) WITH count(n) AS nodes OPTIONAL MATCH ()-[r]->() RETURN nodes, count(r) AS edges',
  );
  await driver.close();
  return `${records[0]?.get('nodes')} nodes, ${records[0]?.get('edges')} edges`;
}
