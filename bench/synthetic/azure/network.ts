import { instanceId, interfaceId, machineId } from './compute.ts';
import type { SyntheticSubscription } from './estate.ts';
import { type Listing, resource } from './listing.ts';

const NETWORK = 'Microsoft.Network';
const DONE = { provisioningState: 'Succeeded' };

const idOf = (subscription: SyntheticSubscription, type: string, name: string, index: number) =>
  subscription.path(`${NETWORK}/${type}`, `${name}-${index}`, subscription.group(index));

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
            routeTable: { id: idOf(subscription, 'routeTables', 'routes', subnet % few) },
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
    const endpoint = idOf(subscription, 'privateEndpoints', 'endpoint', index - machines);
    const publicIp = idOf(subscription, 'publicIPAddresses', 'ip', index);
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

const BACK_ENDS = 5;
const loadBalancers: Listing = {
  action: `${NETWORK}/loadBalancers/read`,
  count: ({ counts }) => counts.few,
  one(subscription, index, { epoch }) {
    const { machines, few, public_ips } = subscription.counts;
    const id = idOf(subscription, 'loadBalancers', 'lb', index);
    const behind = Array.from({ length: BACK_ENDS }, (_, n) => index + n * few).filter(
      (machine) => machine < machines,
    );
    const configuration = (owner: string) => ({ id: `${owner}/ipConfigurations/main` });
    const node = `${instanceId(subscription, index, 0)}/networkInterfaces/main`;
    const publicIp = idOf(subscription, 'publicIPAddresses', 'ip', public_ips - 1);
    return resource(subscription, `${NETWORK}/loadBalancers`, index, epoch, {
      name: `lb-${index}`,
      properties: {
        ...DONE,
        frontendIPConfigurations: [
          {
            id: `${id}/frontendIPConfigurations/main`,
            name: 'main',
            properties:
              index === 0
                ? { ...DONE, publicIPAddress: { id: publicIp } }
                : {
                    ...DONE,
                    privateIPAddress: `172.16.0.${4 + (index % 250)}`,
                    subnet: { id: subscription.subnetId(index) },
                  },
          },
        ],
        backendAddressPools: [
          {
            id: `${id}/backendAddressPools/all`,
            name: 'all',
            properties: {
              ...DONE,
              backendIPConfigurations: [
                ...behind.map((machine) => configuration(interfaceId(subscription, machine))),
                configuration(node),
              ],
            },
          },
        ],
        loadBalancingRules: [
          {
            name: 'https',
            properties: { ...DONE, protocol: 'Tcp', frontendPort: 443, backendPort: 8443 },
          },
        ],
        probes: [{ name: 'health', properties: { ...DONE, protocol: 'Tcp', port: 8443 } }],
      },
    });
  },
};

const applicationGateways: Listing = {
  action: `${NETWORK}/applicationGateways/read`,
  count: ({ counts }) => counts.few,
  one(subscription, index, { epoch }) {
    const id = idOf(subscription, 'applicationGateways', 'gateway', index);
    return resource(subscription, `${NETWORK}/applicationGateways`, index, epoch, {
      name: `gateway-${index}`,
      properties: {
        ...DONE,
        sku: { name: 'Standard_Medium', tier: 'Standard', capacity: 2 },
        operationalState: 'Running',
        gatewayIPConfigurations: [
          {
            name: 'main',
            properties: { ...DONE, subnet: { id: subscription.subnetId(index) } },
          },
        ],
        frontendIPConfigurations: [
          {
            name: 'main',
            properties: {
              ...DONE,
              privateIPAddress: `172.17.0.${4 + (index % 250)}`,
              subnet: { id: subscription.subnetId(index) },
            },
          },
        ],
        frontendPorts: [{ name: 'https', properties: { ...DONE, port: 443 } }],
        httpListeners: [
          {
            name: 'https',
            properties: { ...DONE, protocol: 'Https', hostName: 'synthetic.example.org' },
          },
        ],
        backendAddressPools: [
          {
            id: `${id}/backendAddressPools/all`,
            name: 'all',
            properties: {
              ...DONE,
              backendAddresses: [{ ipAddress: subscription.address(index) }],
            },
          },
        ],
      },
    });
  },
};

const privateEndpoints: Listing = {
  action: `${NETWORK}/privateEndpoints/read`,
  count: ({ counts }) => counts.few,
  one(subscription, index, { epoch }) {
    const server = index % subscription.counts.databases;
    const target = subscription.path(
      'Microsoft.Sql/servers',
      `sql-${subscription.id.slice(0, 8)}-${server}`,
      subscription.group(server),
    );
    return resource(subscription, `${NETWORK}/privateEndpoints`, index, epoch, {
      name: `endpoint-${index}`,
      properties: {
        ...DONE,
        subnet: { id: subscription.subnetId(index) },
        privateLinkServiceConnections: [
          {
            name: 'main',
            properties: {
              ...DONE,
              privateLinkServiceId: target,
              groupIds: ['sqlServer'],
              privateLinkServiceConnectionState: { status: 'Approved' },
            },
          },
        ],
      },
    });
  },
};

const natGateways: Listing = {
  action: `${NETWORK}/natGateways/read`,
  count: ({ counts }) => counts.few,
  one: (subscription, index, { epoch }) =>
    resource(subscription, `${NETWORK}/natGateways`, index, epoch, {
      name: `nat-${index}`,
      sku: { name: 'Standard' },
      properties: { ...DONE, idleTimeoutInMinutes: 4 },
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
  'microsoft.network/loadbalancers': loadBalancers,
  'microsoft.network/applicationgateways': applicationGateways,
  'microsoft.network/privateendpoints': privateEndpoints,
  'microsoft.network/natgateways': natGateways,
  'microsoft.network/routetables': routeTables,
};
