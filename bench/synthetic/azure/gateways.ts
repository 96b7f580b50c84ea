import { interfaceId } from './compute.ts';
import { type Listing, resource } from './listing.ts';
import { DONE, NETWORK, networkIdOf } from './network.ts';
import { instanceId } from './scale-sets.ts';

const BACK_ENDS = 5;
const loadBalancers: Listing = {
  action: `${NETWORK}/loadBalancers/read`,
  count: ({ counts }) => counts.few,
  one(subscription, index, { epoch }) {
    const { machines, few, public_ips } = subscription.counts;
    const id = networkIdOf(subscription, 'loadBalancers', 'lb', index);
    const behind = Array.from({ length: BACK_ENDS }, (_, n) => index + n * few).filter(
      (machine) => machine < machines,
    );
    const configuration = (owner: string) => ({ id: `${owner}/ipConfigurations/main` });
    const node = `${instanceId(subscription, index, 0)}/networkInterfaces/main`;
    const publicIp = networkIdOf(subscription, 'publicIPAddresses', 'ip', public_ips - 1);
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
    const id = networkIdOf(subscription, 'applicationGateways', 'gateway', index);
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

export const GATEWAY_LISTINGS: Readonly<Record<string, Listing>> = {
  'microsoft.network/loadbalancers': loadBalancers,
  'microsoft.network/applicationgateways': applicationGateways,
  'microsoft.network/privateendpoints': privateEndpoints,
  'microsoft.network/natgateways': natGateways,
};
