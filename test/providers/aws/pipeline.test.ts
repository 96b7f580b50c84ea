import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { listRunSlices } from '../../../db/postgres/get-run.ts';
import { DISCOVERY_WORKFLOW } from '../../../model/discovery-workflow.ts';
import { loadRegistry } from '../../../providers/registry.ts';
import type { DiscoveryResult } from '../../../workflows/discover-infrastructure.ts';
import type { Moto } from '../../support/emulators/moto.ts';
import { secretsInGraph, secretsInHistories, secretsInPostgres } from '../../support/no-secrets.ts';
import { type Pipeline, startPipeline } from '../../support/pipeline.ts';
import { typesNotEmulated } from '../fixture-files.ts';
import { REGION, startMotoEstate } from './moto-estate.ts';
import { seedData } from './seed-data.ts';
import { seedEcs } from './seed-ecs.ts';
import { seedEdge } from './seed-edge.ts';
import { seedMore } from './seed-more.ts';
import { OTHER_REGION, seedMoto } from './seed-moto.ts';
import { seedTraffic } from './seed-traffic.ts';

/** Resource types whose listing moto does not have: their slices fail here, and only those. */
const NOT_IN_MOTO = await typesNotEmulated('aws');

let moto: Moto;
let pipeline: Pipeline;

beforeAll(async () => {
  moto = await startMotoEstate();
  const network = (await seedMoto()).get(REGION);
  if (!network) throw new Error(`${REGION} has no network`);
  await seedEdge(network);
  await seedEcs(moto.url);
  await seedData(network);
  await seedTraffic(network);
  await seedMore(network);
  pipeline = await startPipeline(await loadRegistry());
}, 300_000);
afterAll(async () => {
  await pipeline?.close();
  await moto?.close();
});

async function discover(): Promise<DiscoveryResult> {
  const request = { providers: ['aws'], regions: ['global', REGION, OTHER_REGION] };
  return pipeline.client.workflow.execute(DISCOVERY_WORKFLOW, {
    taskQueue: pipeline.taskQueue,
    workflowId: randomUUID(),
    args: [request],
  });
}

/** Every row that a discovery may write, and the transaction that wrote it last. */
async function written(): Promise<unknown[]> {
  const { rows } = await sql`
    select 'item' as kind, ci_id, xmin::text as written from items
    union all select 'version', ci_id, xmin::text from item_versions
    union all select 'reference', reference_id, xmin::text from item_references
    union all select 'edge', relationship_id, xmin::text from relationships
    order by kind, ci_id, written
  `.execute(pipeline.db);
  return rows;
}

test('what AWS has arrives with its relationships, and a second run writes nothing', async () => {
  const { run_id, status } = await discover();
  const slices = await listRunSlices(pipeline.db, run_id, 1000);
  const expected = slices.filter(({ resource_type }) => !NOT_IN_MOTO.includes(resource_type));
  expect(expected.filter(({ state }) => state !== 'complete')).toEqual([]);
  expect(status).toBe(NOT_IN_MOTO.length === 0 ? 'completed' : 'completed_with_errors');

  const { rows } = await sql<{ edge: string }>`
    select distinct s.resource_type || ' ' || r.relationship_type || ' ' || t.resource_type as edge
    from relationships r
    join items s on s.ci_id = r.source_ci_id
    join items t on t.ci_id = r.target_ci_id
  `.execute(pipeline.db);
  const found = new Set(rows.map(({ edge }) => edge));
  expect(
    [
      'aws_apigateway_http_api depends_on aws_route53_record',
      'aws_autoscaling_group uses aws_launch_template',
      'aws_autoscaling_group uses aws_subnet',
      'aws_cloudfront_distribution depends_on aws_s3_bucket',
      'aws_ec2_instance depends_on aws_machine_image',
      'aws_ec2_instance managed_by aws_autoscaling_group',
      'aws_dynamodb_table part_of aws_account',
      'aws_cloudwatch_alarm monitors aws_ec2_instance',
      'aws_cloudwatch_alarm monitors aws_kinesis_stream',
      'aws_ec2_instance part_of aws_subnet',
      'aws_ec2_instance part_of aws_vpc',
      'aws_ec2_instance uses aws_ebs_volume',
      'aws_ec2_instance uses aws_iam_instance_profile',
      'aws_ec2_instance uses aws_network_interface',
      'aws_ec2_instance uses aws_security_group',
      'aws_ecs_cluster runs_on aws_autoscaling_group',
      'aws_ecs_container part_of aws_ecs_task',
      'aws_ecs_service part_of aws_ecs_cluster',
      'aws_ecs_service uses aws_iam_role',
      'aws_ecs_task managed_by aws_ecs_service',
      'aws_ecs_task runs_on aws_ec2_instance',
      'aws_ecs_task uses aws_network_interface',
      'aws_iam_instance_profile uses aws_iam_role',
      'aws_launch_template depends_on aws_machine_image',
      'aws_elasticache_cluster part_of aws_vpc',
      'aws_elasticache_cluster uses aws_elasticache_subnet_group',
      'aws_elasticache_subnet_group uses aws_subnet',
      'aws_efs_file_system part_of aws_vpc',
      'aws_efs_file_system uses aws_network_interface',
      'aws_elb_load_balancer depends_on aws_ec2_instance',
      'aws_elb_load_balancer uses aws_subnet',
      'aws_elbv2_load_balancer depends_on aws_ec2_instance',
      'aws_elbv2_load_balancer depends_on aws_elbv2_target_group',
      'aws_elbv2_load_balancer uses aws_subnet',
      'aws_elbv2_target_group depends_on aws_ec2_instance',
      'aws_iam_instance_profile uses aws_iam_role',
      'aws_internet_gateway part_of aws_vpc',
      'aws_kms_key part_of aws_account',
      'aws_nat_gateway part_of aws_subnet',
      'aws_nat_gateway uses aws_elastic_ip',
      'aws_network_interface part_of aws_subnet',
      'aws_rds_cluster depends_on aws_rds_instance',
      'aws_rds_cluster uses aws_rds_subnet_group',
      'aws_rds_cluster_snapshot backs_up aws_rds_cluster',
      'aws_rds_instance depends_on aws_rds_instance',
      'aws_rds_instance part_of aws_rds_cluster',
      'aws_rds_instance part_of aws_vpc',
      'aws_redshift_cluster part_of aws_account',
      'aws_rds_subnet_group uses aws_subnet',
      'aws_route53_health_check monitors aws_route53_record',
      'aws_route53_record connects_to aws_cloudfront_distribution',
      'aws_route53_record connects_to aws_ec2_instance',
      'aws_route53_record connects_to aws_rds_instance',
      'aws_route53_record part_of aws_route53_zone',
      'aws_route53_zone connects_to aws_vpc',
      'aws_route_table depends_on aws_internet_gateway',
      'aws_route_table depends_on aws_nat_gateway',
      'aws_route_table depends_on aws_transit_gateway',
      'aws_route_table depends_on aws_transit_gateway_attachment',
      'aws_route_table part_of aws_vpc',
      'aws_s3_bucket communicates_with aws_sqs_queue',
      'aws_s3_bucket part_of aws_account',
      'aws_security_group connects_to aws_security_group',
      'aws_sns_subscription part_of aws_sns_topic',
      'aws_sns_topic communicates_with aws_sqs_queue',
      'aws_sqs_queue uses aws_sqs_queue',
      'aws_subnet part_of aws_vpc',
      'aws_subnet uses aws_network_acl',
      'aws_subnet uses aws_route_table',
      'aws_transit_gateway_attachment connects_to aws_vpc',
      'aws_transit_gateway_attachment part_of aws_transit_gateway',
      'aws_vpc part_of aws_account',
    ].filter((edge) => !found.has(edge)),
  ).toEqual([]);

  const before = await written();
  expect(before.length).toBeGreaterThan(100);
  expect((await discover()).status).toBe(status);
  expect(await written()).toEqual(before);

  // Passwords, user data and environments were given to the emulator.
  expect(await secretsInPostgres(pipeline.db)).toEqual([]);
  expect(await secretsInGraph(pipeline.graph)).toEqual([]);
  const { found: secrets } = await secretsInHistories(pipeline.client, pipeline.taskQueue);
  expect(secrets).toEqual([]);
}, 120_000);
