import { z } from 'zod';

/** The classes of configuration item that the contract names, in its order. */
export const CONTRACT_CI_TYPES = [
  'server',
  'virtual_machine',
  'container',
  'kubernetes_cluster',
  'kubernetes_node',
  'kubernetes_pod',
  'load_balancer',
  'firewall',
  'vpc',
  'subnet',
  'network_interface',
  'block_storage',
  'object_storage',
  'database',
  'cache',
  'service',
  'application',
  'microservice',
  'api',
  'aws_ec2',
  'aws_rds',
  'aws_s3',
  'gcp_compute',
  'azure_vm',
] as const;

/**
 * Classes that the contract has no word for. They are an extension and kept apart, so that a
 * consumer written against the contract can tell which values it was never promised.
 */
export const EXTENSION_CI_TYPES = [
  'cloud_account',
  'resource_group',
  'kubernetes_namespace',
  'service_account',
  'autoscaler',
  'function',
  'message_queue',
  'topic',
  'network_gateway',
  'route_table',
  'ip_address',
  'dns_zone',
  'dns_record',
  'cdn',
  'machine_image',
  'snapshot',
  'identity_role',
  'encryption_key',
  'certificate',
  'business_service',
] as const;

export const ciTypeSchema = z.enum([...CONTRACT_CI_TYPES, ...EXTENSION_CI_TYPES]);
export type CiType = z.infer<typeof ciTypeSchema>;

/** Classes whose items carry the contract's ServerCI fields. */
export const SERVER_CI_TYPES = [
  'server',
  'virtual_machine',
  'aws_ec2',
  'gcp_compute',
  'azure_vm',
] as const satisfies readonly CiType[];

/** Classes whose items carry the contract's DatabaseCI fields. */
export const DATABASE_CI_TYPES = ['database', 'aws_rds'] as const satisfies readonly CiType[];

/** Every other class: the base fields only, except `kubernetes_cluster`, which has its own. */
export const PLAIN_CI_TYPES = ciTypeSchema.options.filter(
  (type): type is PlainCiType =>
    type !== 'kubernetes_cluster' &&
    !(SERVER_CI_TYPES as readonly string[]).includes(type) &&
    !(DATABASE_CI_TYPES as readonly string[]).includes(type),
);
export type PlainCiType = Exclude<
  CiType,
  (typeof SERVER_CI_TYPES)[number] | (typeof DATABASE_CI_TYPES)[number] | 'kubernetes_cluster'
>;

/**
 * Which more specific classes a class stands for. An item carries the most specific one; whoever
 * asks for `virtual_machine` also wants the EC2 instances.
 */
const SPECIFIC_KINDS: Partial<Record<CiType, readonly CiType[]>> = {
  virtual_machine: ['aws_ec2', 'gcp_compute', 'azure_vm'],
  database: ['aws_rds'],
  object_storage: ['aws_s3'],
};

/** @returns the class itself and every kind of it, e.g. `database` gives `database, aws_rds`. */
export function kindsOf(type: CiType): readonly CiType[] {
  return [type, ...(SPECIFIC_KINDS[type] ?? [])];
}
