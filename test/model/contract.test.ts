import { describe, expect, test } from '@jest/globals';
import { ciTypeSchema, kindsOf } from '../../model/ci-type.ts';
import {
  configurationItemSchema,
  databaseItemSchema,
  kubernetesClusterItemSchema,
  plainItemSchema,
  serverItemSchema,
} from '../../model/configuration-item.ts';
import { ciEnvironmentSchema, ciStatusSchema, relationTypeSchema } from '../../model/enums.ts';
import { relationshipSchema } from '../../model/relationship.ts';

/** The contract's names, copied from the design as they stand there. */
const BASE = `ci_id ci_type name display_name status environment provider region availability_zone
  external_id ip_address hostname fqdn attributes tags owner team cost_center created_at updated_at
  discovered_at last_seen_at version change_history compliance_status security_posture`;
const SERVER = `cpu_cores cpu_model memory_gb disk_gb os_type os_version kernel_version mac_addresses
  network_interfaces installed_packages running_services`;
const DATABASE = `db_type db_version db_engine port connection_string storage_gb max_connections iops
  backup_enabled backup_retention_days is_replica master_db_id replica_lag_seconds`;
const CLUSTER = `k8s_version cluster_endpoint node_count master_count worker_count total_cpu_cores
  total_memory_gb network_plugin service_cidr pod_cidr autoscaling_enabled monitoring_enabled
  logging_enabled`;
const RELATIONSHIP = `relationship_id source_ci_id target_ci_id relationship_type attributes weight
  created_at updated_at discovered_at is_valid validation_timestamp`;
const CI_TYPES = `server virtual_machine container kubernetes_cluster kubernetes_node kubernetes_pod
  load_balancer firewall vpc subnet network_interface block_storage object_storage database cache
  service application microservice api aws_ec2 aws_rds aws_s3 gcp_compute azure_vm`;

const words = (text: string) => text.split(/\s+/);

describe('every field of the contract is in the model', () => {
  test.each([
    ['ConfigurationItem', plainItemSchema, BASE],
    ['ServerCI', serverItemSchema, `${BASE} ${SERVER}`],
    ['DatabaseCI', databaseItemSchema, `${BASE} ${DATABASE}`],
    ['KubernetesClusterCI', kubernetesClusterItemSchema, `${BASE} ${CLUSTER}`],
    ['Relationship', relationshipSchema, RELATIONSHIP],
  ])('%s', (_, schema, fields) => {
    expect(Object.keys(schema.shape)).toEqual(expect.arrayContaining(words(fields)));
  });
});

describe('every value of the contract is in the enums', () => {
  test.each([
    ['CIType', ciTypeSchema, CI_TYPES],
    [
      'CIStatus',
      ciStatusSchema,
      'active inactive deprecated planned retired under_maintenance failed',
    ],
    [
      'CIEnvironment',
      ciEnvironmentSchema,
      'production staging development test qa disaster_recovery',
    ],
    [
      'RelationType',
      relationTypeSchema,
      `depends_on hosted_on connects_to runs_on uses communicates_with part_of managed_by monitors
      backs_up`,
    ],
  ])('%s', (_, schema, values) => {
    expect(schema.options).toEqual(expect.arrayContaining(words(values)));
  });
});

test('every class has an item schema', () => {
  const types = configurationItemSchema.options.flatMap((option) => option.shape.ci_type.options);
  expect(types.sort()).toEqual([...ciTypeSchema.options].sort());
});

test('a class finds its more specific kinds, and itself', () => {
  expect(kindsOf('virtual_machine')).toEqual([
    'virtual_machine',
    'aws_ec2',
    'gcp_compute',
    'azure_vm',
  ]);
  expect(kindsOf('cache')).toEqual(['cache']);
});
