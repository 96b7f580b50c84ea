import { CORE, type Seed } from './objects.ts';

/** A worker of EC2 that is well, and a control plane that is cordoned and not heard of. */
export const NODES: readonly Seed[] = [
  {
    path: `${CORE}/nodes`,
    object: {
      metadata: {
        name: 'ip-10-0-0-7',
        labels: {
          'topology.kubernetes.io/region': 'eu-west-1',
          'topology.kubernetes.io/zone': 'eu-west-1a',
          'node.kubernetes.io/instance-type': 'm5.large',
          'node-role.kubernetes.io/worker': '',
          'acme.io/team': 'platform',
        },
      },
      spec: {
        providerID: 'aws:///eu-west-1a/i-0aaaaaaaaaaaaaaa1',
        podCIDR: '10.244.1.0/24',
        taints: [{ key: 'dedicated', value: 'shop', effect: 'NoSchedule' }],
      },
      status: {
        capacity: { cpu: '2', memory: '8040452Ki', pods: '29', 'ephemeral-storage': '83873772Ki' },
        allocatable: { cpu: '1930m', memory: '7023540Ki', pods: '29' },
        conditions: [
          { type: 'Ready', status: 'True', reason: 'KubeletReady' },
          { type: 'DiskPressure', status: 'False', reason: 'KubeletHasNoDiskPressure' },
        ],
        addresses: [
          { type: 'InternalIP', address: '10.0.0.7' },
          { type: 'ExternalIP', address: '52.1.2.3' },
          { type: 'Hostname', address: 'ip-10-0-0-7.eu-west-1.compute.internal' },
          { type: 'ExternalDNS', address: 'ec2-52-1-2-3.eu-west-1.compute.amazonaws.com' },
        ],
        nodeInfo: {
          machineID: 'ec2a3f',
          systemUUID: 'ec2a3f',
          bootID: 'b',
          kernelVersion: '6.1.0',
          osImage: 'Bottlerocket OS 1.20',
          containerRuntimeVersion: 'containerd://1.7.22',
          kubeletVersion: 'v1.34.4',
          kubeProxyVersion: '',
          operatingSystem: 'linux',
          architecture: 'amd64',
        },
      },
    },
  },
  {
    path: `${CORE}/nodes`,
    object: {
      metadata: {
        name: 'control-1',
        labels: {
          'topology.kubernetes.io/region': 'eu-west-1',
          'node-role.kubernetes.io/control-plane': '',
        },
      },
      spec: { unschedulable: true },
      status: {
        capacity: { cpu: '3920m', memory: '16Gi' },
        conditions: [
          { type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown' },
          { type: 'MemoryPressure', status: 'True', reason: 'KubeletHasInsufficientMemory' },
        ],
      },
    },
  },
];
