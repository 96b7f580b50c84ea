import { describe, expect, test } from '@jest/globals';
import { provisioned, regionOf, zoneOf } from '../../../providers/azure/arm-resource.ts';
import { backendReferences } from '../../../providers/azure/back-ends.ts';
import { agentPoolKey, dnsKey, privateIpKey } from '../../../providers/azure/keys.ts';
import { macAddress } from '../../../providers/azure/machine-interfaces.ts';
import {
  canonicalId,
  canonicalIdAt,
  networkOf,
  ownerOf,
  resourceGroupId,
  resourceGroupName,
} from '../../../providers/azure/resource-id.ts';
import { described } from '../../../providers/azure/tags.ts';
import { powerState, vmStatus } from '../../../providers/azure/vm-states.ts';
import { idOf, SUBNET, SUBSCRIPTION } from './ids.ts';

describe('ids', () => {
  const upper = `/subscriptions/${SUBSCRIPTION}/RESOURCEGROUPS/SHOP/providers/Microsoft.Sql/Servers/DB/`;

  test('compare without case and without a slash at the end', () => {
    expect(canonicalId(upper)).toBe(
      `/subscriptions/${SUBSCRIPTION}/resourcegroups/shop/providers/microsoft.sql/servers/db`,
    );
  });

  test('name their group, in the case in which they are written', () => {
    expect(resourceGroupName(upper)).toBe('SHOP');
    expect(resourceGroupId(upper)).toBe(`/subscriptions/${SUBSCRIPTION}/resourcegroups/shop`);
    expect(resourceGroupName(`/subscriptions/${SUBSCRIPTION}`)).toBeNull();
    expect(resourceGroupId(`/subscriptions/${SUBSCRIPTION}`)).toBeNull();
  });

  test('name what they are part of', () => {
    expect(networkOf(SUBNET)).toBe(canonicalId(idOf('Microsoft.Network/virtualNetworks/shop')));
    expect(ownerOf(SUBNET, 'databases')).toBeNull();
  });

  test('are read only where they are ids', () => {
    expect(canonicalIdAt({ id: upper })).toBe(canonicalId(upper));
    for (const record of [{ id: 'a name' }, { id: '' }, {}, null]) {
      expect(canonicalIdAt(record)).toBeNull();
    }
  });
});

test('keys are the same in whatever case Azure answers', () => {
  const network = idOf('Microsoft.Network/virtualNetworks/Shop');
  expect(privateIpKey(network.toUpperCase(), '10.0.0.4')).toBe(privateIpKey(network, '10.0.0.4'));
  expect(agentPoolKey('/subscriptions/1/resourceGroups/MC_a', 'Apps')).toBe(
    'azure:agent-pool/subscriptions/1/resourcegroups/mc_a/apps',
  );
  expect(dnsKey('Shop.AzureWebsites.NET.')).toBe('dns:shop.azurewebsites.net');
});

test('regions and zones are written as Kubernetes labels its nodes', () => {
  expect(regionOf('West Europe')).toBe('westeurope');
  expect(regionOf(null)).toBeNull();
  expect(zoneOf('West Europe', ['2'])).toBe('westeurope-2');
  expect(zoneOf('westeurope', ['1', '2'])).toBeNull();
  expect(zoneOf('westeurope', [])).toBeNull();
});

test('a hardware address is written as machines write it', () => {
  expect(macAddress('00-0D-3A-1B-C7-21')).toBe('00:0d:3a:1b:c7:21');
  expect(macAddress(null)).toBeNull();
});

test.each([
  ['running', 'Succeeded', 'active'],
  // The last change went wrong; the machine runs all the same.
  ['running', 'Failed', 'active'],
  ['running', 'Creating', 'planned'],
  ['deallocated', 'Succeeded', 'inactive'],
  ['stopped', 'Succeeded', 'inactive'],
  ['starting', 'Updating', 'under_maintenance'],
  ['unheard-of', 'Succeeded', 'active'],
  [null, 'Failed', 'failed'],
  [null, 'Succeeded', 'active'],
] as const)('power %s and provisioning %s are %s', (power, provisioning, status) => {
  expect(vmStatus(power, provisioning)).toBe(status);
});

test('power is read from the one status that tells it', () => {
  const statuses = [{ code: 'ProvisioningState/succeeded' }, { code: 'PowerState/deallocated' }];
  const view = { computerName: null, osName: null, osVersion: null };
  expect(powerState({ ...view, statuses })).toBe('deallocated');
  expect(powerState({ ...view, statuses: [{ code: null }] })).toBeNull();
  expect(powerState(null)).toBeNull();
});

test('a provisioning state is read in any case; an unknown one is no failure', () => {
  expect(provisioned('SUCCEEDED')).toBe('active');
  expect(provisioned('Canceled')).toBe('failed');
  expect(provisioned('Something new')).toBe('active');
  expect(provisioned(null)).toBe('active');
});

test('a member that a pool names twice is one back end; an address alone is none', () => {
  const nic = idOf('Microsoft.Network/networkInterfaces/web-1');
  const instance = idOf('Microsoft.Compute/virtualMachineScaleSets/web/virtualMachines/3');
  const network = idOf('Microsoft.Network/virtualNetworks/shop');
  const members = [
    { ipConfiguration: `${nic}/ipConfigurations/main` },
    { ipConfiguration: `${nic.toUpperCase()}/IPCONFIGURATIONS/MAIN`, address: '10.0.0.4', network },
    { ipConfiguration: `${instance}/networkInterfaces/main/ipConfigurations/main` },
    { address: '10.0.0.9', network },
    { address: '10.0.0.10' },
    { hostName: 'Shop.example.org' },
  ];
  const keys = backendReferences('/Pool', members).map(({ key, redundancy_group }) => {
    expect(redundancy_group).toBe('/pool');
    return key;
  });
  expect(keys).toEqual(
    [
      canonicalId(nic),
      canonicalId(instance),
      `ip:${canonicalId(network)}/10.0.0.9`,
      'dns:shop.example.org',
    ].sort(),
  );
});

test('tags tell the environment, whatever their spelling', () => {
  expect(described({ Stage: 'qa' })).toMatchObject({
    environment: 'qa',
    environment_source: 'tag:Stage',
  });
  expect(described({ Owner: '' }, ['reproduction-data', null])).toMatchObject({
    environment: 'unknown',
  });
});
