import { expect, test } from '@jest/globals';
import { awsIdKey, azureKey, dnsKey, gcpKey, hostKey, publicIpKey } from '../../../model/keys.ts';
import * as aws from '../../../providers/aws/keys.ts';
import * as azure from '../../../providers/azure/keys.ts';
import * as gcp from '../../../providers/gcp/keys.ts';
import * as host from '../../../providers/host/record-parts.ts';
import { isPublicAddress } from '../../../providers/kubernetes/addresses.ts';
import {
  diskKey,
  machineKey,
  managedClusterKey,
  ownMachineKey,
} from '../../../providers/kubernetes/cloud.ts';
import { resourceType as cluster } from '../../../providers/kubernetes/resources/kubernetes-cluster.ts';
import { resourceType as node } from '../../../providers/kubernetes/resources/kubernetes-node.ts';
import { SCOPE } from './replay.ts';

const VM =
  '/subscriptions/0A/resourceGroups/MC_shop/providers/Microsoft.Compute/virtualMachineScaleSets/pool/virtualMachines/0';

test.each([
  ['aws:///eu-west-1a/i-0abc', 'aws:i-0abc'],
  ['aws:///us-west-2c/3f0e8a-4b/fargate-ip-10-0-0-7', null],
  [
    'gce://Shop-1/europe-west1-b/gke-pool-1',
    'gcp:projects/shop-1/zones/europe-west1-b/instances/gke-pool-1',
  ],
  [`azure://${VM}`, VM.toLowerCase()],
  ['kind://docker/kind/kind-control-plane', null],
  ['', null],
])('the machine behind %s is %s', (providerId, key) => expect(machineKey(providerId)).toBe(key));

test.each([
  ['ebs.csi.aws.com', 'vol-0abc', 'aws:vol-0abc'],
  ['ebs.csi.aws.com', 'odd', null],
  ['efs.csi.aws.com', 'fs-0abc:/data:fsap-0abc', 'aws:fs-0abc'],
  [
    'pd.csi.storage.gke.io',
    'projects/p/zones/europe-west1-b/disks/pvc-1',
    'gcp:projects/p/zones/europe-west1-b/disks/pvc-1',
  ],
  [
    'pd.csi.storage.gke.io',
    'projects/p/regions/europe-west1/disks/pvc-1',
    'gcp:projects/p/regions/europe-west1/disks/pvc-1',
  ],
  ['pd.csi.storage.gke.io', 'projects/UNSPECIFIED', null],
  [
    'disk.csi.azure.com',
    '/subscriptions/0A/resourceGroups/R/providers/Microsoft.Compute/disks/D',
    '/subscriptions/0a/resourcegroups/r/providers/microsoft.compute/disks/d',
  ],
  ['nfs.csi.k8s.io', 'server#share', null],
])('the disk of %s %s is %s', (driver, handle, key) => expect(diskKey(driver, handle)).toBe(key));

test.each([
  ['0123456789ABCDEF0123456789abcdef', 'host:0123456789abcdef0123456789abcdef'],
  ['ec2a3f', null],
  ['', null],
  [null, null],
])('the machine with the id %s is %s', (id, key) => expect(ownMachineKey(id)).toBe(key));

test.each([
  ['https://A1.gr7.eu-west-1.eks.amazonaws.com', ['dns:a1.gr7.eu-west-1.eks.amazonaws.com']],
  ['https://34.1.2.3', ['ip:public/34.1.2.3']],
  ['https://10.0.0.1:6443', []],
  ['https://localhost:6443', []],
  ['https://[fd00::1]:6443', []],
  ['https://rancher.example.org/k8s/clusters/c-1', []],
])('the cluster at %s is known to its cloud by %j', (server, keys) => {
  const record = cluster.record.parse({
    uid: 'u',
    server,
    nodes: { count: 0, control_plane: 0, cpu_cores: 0, memory_bytes: 0 },
    autoscalers: [],
    monitoring: [],
    logging: [],
    denied_reads: [],
  });
  expect(cluster.references(record, SCOPE).map(({ key }) => key)).toEqual(keys);
});

test('keys are spelled as those announce them that they point at', () => {
  expect(hostKey('0a')).toBe(host.hostKey('0a'));
  expect(azureKey(VM)).toBe(azure.idKey(VM));
  const disk = 'projects/p/zones/europe-west1-b/disks/pvc-1';
  expect(gcpKey(disk)).toBe(gcp.computeKey(disk));
  expect(awsIdKey('i-0abc')).toBe(aws.idKey('i-0abc'));
  expect(dnsKey('A.Example.org.')).toBe(aws.dnsKey('A.Example.org.'));
  expect(publicIpKey('8.8.8.8')).toBe(aws.publicIpKey('8.8.8.8'));
});

test.each([
  ['8.8.8.8', true],
  ['10.0.0.7', false],
  ['100.64.0.1', false],
  ['172.31.255.255', false],
  ['172.32.0.1', true],
  ['192.168.1.1', false],
  ['169.254.169.254', false],
  ['2600::1', true],
  ['fd00::5', false],
  ['no-address', false],
])('%s is public: %s', (address, isPublic) => expect(isPublicAddress(address)).toBe(isPublic));

const EKS = '0A1B2C3D4E5F60718293A4B5C6D7E8F9.gr7.eu-west-1.eks.amazonaws.com';

test.each([
  [`https://${EKS}`, `dns:${EKS.toLowerCase()}`],
  [
    'https://shop-1a2b3c4d.hcp.westeurope.azmk8s.io:443',
    'dns:shop-1a2b3c4d.hcp.westeurope.azmk8s.io',
  ],
  [
    'https://gke-97a1-123456789012.europe-west1.gke.goog',
    'dns:gke-97a1-123456789012.europe-west1.gke.goog',
  ],
  // What could be another cluster's tomorrow, or is a proxy to many.
  ['https://203.0.113.40', null],
  ['https://k8s.example.com:6443', null],
  [`https://${EKS}.example.com`, null],
  [`https://${EKS}/k8s/clusters/c-1`, null],
  ['https://127.0.0.1:6443', null],
])('the cluster behind %s is the cloud’s item of it at %s', (server, key) => {
  expect(managedClusterKey(server)).toBe(key);
});

test('a node is the machine that it names, and the one whose id its kubelet reads', () => {
  const record = node.record.parse({
    metadata: { name: 'n1', uid: 'u1' },
    spec: { providerID: 'aws:///eu-west-1a/i-0abc' },
    status: { nodeInfo: { machineID: '0123456789abcdef0123456789abcdef' } },
  });
  expect(node.identities?.(record, SCOPE)).toEqual([
    'aws:i-0abc',
    'host:0123456789abcdef0123456789abcdef',
  ]);
  const bare = node.record.parse({ metadata: { name: 'n1', uid: 'u1' }, spec: {}, status: {} });
  expect(node.identities?.(bare, SCOPE)).toEqual([]);
});
