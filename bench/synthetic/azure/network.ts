import { interfaceId, machineId } from './compute.ts';
import type { SyntheticSubscription } from './estate.ts';
import { type Listing, resource } from './listing.ts';

export const NETWORK = 'Microsoft.Network';
export const DONE = { provisioningState: 'Succeeded' };

/** The id of something in a network. */
export const networkIdOf = (
  subscription: SyntheticSubscription,
  type: string,
  name: string,
  index: number,
) => subscription.path(`${NETWORK}/${type}`, `${name}-${index}`, subscription.group(index));

const networks: Listing = {
  action: `${NETWORK}/virtualNetworks/read`,
  count: ({ counts }) => counts.networks,
  one(subscription, index, { epoch }) {
    const { subnets, networks: count, few } = subscription.counts;
    const own = Array.from({ length: subnets }, (_, subnet) => subnet).filter(
      (subnet) => subscription.networkOf(subnet) === index,
    );
    return resource(subscription, `${NETWORK}/virtualNetworks`, index, epoch, {
      name: `vnet-${index}`,
      properties: {
        ...DONE,
        resourceGuid: subscription.guid('network', index),
        addressSpace: { addressPrefixes: ['10.0.0.0/8'] },
        dhcpOptions: { dnsServers: ['10.0.0.53'] },
        subnets: own.map((subnet) => ({
          id: subscription.subnetId(subnet),
          name: `subnet-${subnet}`,
          properties: {
            ...DONE,
            addressPrefix: `10.${subnet % 256}.0.0/16`,
            networkSecurityGroup: { id: subscription.securityGroupId(subnet) },
            routeTable: { id: networkIdOf(subscription, 'routeTables', 'routes', subnet % few) },
          },
        })),
        virtualNetworkPeerings: [
          {
            name: 'next',
            properties: {
              ...DONE,
              peeringState: 'Connected',
              remoteVirtualNetwork: { id: subscription.networkId((index + 1) % count) },
            },
          },
        ],
      },
    });
  },
};

/** Those of machines first, then those of private endpoints. */
const interfaces: Listing = {
  action: `${NETWORK}/networkInterfaces/read`,
  count: ({ counts }) => counts.machines + counts.few,
  one(subscription, index, { epoch }) {
    const { machines, public_ips } = subscription.counts;
    const isMachines = index < machines;
    const endpoint = networkIdOf(subscription, 'privateEndpoints', 'endpoint', index - machines);
    const publicIp = networkIdOf(subscription, 'publicIPAddresses', 'ip', index);
    return resource(subscription, `${NETWORK}/networkInterfaces`, index, epoch, {
      name: `nic-${index}`,
      properties: {
        ...DONE,
        primary: true,
        macAddress: `00-0D-3A-${[index >> 16, index >> 8, index]
          .map((byte) => (byte & 255).toString(16).padStart(2, '0').toUpperCase())
          .join('-')}`,
        enableIPForwarding: false,
        networkSecurityGroup: { id: subscription.securityGroupId(index) },
        ...(isMachines
          ? { virtualMachine: { id: machineId(subscription, index) } }
          : { privateEndpoint: { id: endpoint } }),
        dnsSettings: { dnsServers: [], internalDomainNameSuffix: 'x.ax.internal.cloudapp.net' },
        ipConfigurations: [
          {
            id: `${interfaceId(subscription, index)}/ipConfigurations/main`,
            name: 'main',
            properties: {
              ...DONE,
              primary: true,
              privateIPAddress: subscription.address(index),
              privateIPAllocationMethod: 'Dynamic',
              subnet: { id: subscription.subnetId(index) },
              ...(index < public_ips - 2 ? { publicIPAddress: { id: publicIp } } : {}),
            },
          },
        ],
      },
    });
  },
};

/** Those of machines first, one that nothing uses, one of load balancers. */
const publicIps: Listing = {
  action: `${NETWORK}/publicIPAddresses/read`,
  count: ({ counts }) => counts.public_ips,
  one(subscription, index, { epoch }) {
    const isUsed = index < subscription.counts.public_ips - 2;
    const number = Number.parseInt(subscription.guid('ip', index).slice(0, 8), 16) % 250;
    return resource(subscription, `${NETWORK}/publicIPAddresses`, index, epoch, {
      name: `ip-${index}`,
      properties: {
        ...DONE,
        publicIPAllocationMethod: 'Static',
        ipAddress: `20.${(index >> 8) & 255}.${index & 255}.${number}`,
        dnsSettings: {
          domainNameLabel: `synthetic-${subscription.id.slice(0, 8)}-${index}`,
          fqdn: `synthetic-${subscription.id.slice(0, 8)}-${index}.westeurope.cloudapp.azure.com`,
        },
        ...(isUsed
          ? { ipConfiguration: { id: `${interfaceId(subscription, index)}/ipConfigurations/main` } }
          : {}),
      },
    });
  },
};

const securityGroups: Listing = {
  action: `${NETWORK}/networkSecurityGroups/read`,
  count: ({ counts }) => counts.security_groups,
  one: (subscription, index, { epoch }) =>
    resource(subscription, `${NETWORK}/networkSecurityGroups`, index, epoch, {
      name: `nsg-${index}`,
      properties: {
        ...DONE,
        securityRules: [
          {
            name: 'https',
            properties: {
              ...DONE,
              protocol: 'Tcp',
              sourceAddressPrefix: '*',
              sourcePortRange: '*',
              destinationAddressPrefix: 'VirtualNetwork',
              destinationPortRange: '443',
              access: 'Allow',
              priority: 100,
              direction: 'Inbound',
            },
          },
        ],
      },
    }),
};

const routeTables: Listing = {
  action: `${NETWORK}/routeTables/read`,
  count: ({ counts }) => counts.few,
  one: (subscription, index, { epoch }) =>
    resource(subscription, `${NETWORK}/routeTables`, index, epoch, {
      name: `routes-${index}`,
      properties: {
        ...DONE,
        routes: [
          {
            name: 'out',
            properties: { ...DONE, addressPrefix: '0.0.0.0/0', nextHopType: 'Internet' },
          },
        ],
      },
    }),
};

export const NETWORK_LISTINGS: Readonly<Record<string, Listing>> = {
  'microsoft.network/virtualnetworks': networks,
  'microsoft.network/networkinterfaces': interfaces,
  'microsoft.network/publicipaddresses': publicIps,
  'microsoft.network/networksecuritygroups': securityGroups,
  'microsoft.network/routetables': routeTables,
};
