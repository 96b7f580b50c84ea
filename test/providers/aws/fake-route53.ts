import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A set of a synthetic zone: an A record, weighted where it has an identifier. */
export interface FakeSet {
  name: string;
  identifier?: string;
}

/** The zones by id; null is one that is listed and was deleted since. */
export type FakeZones = Readonly<Record<string, readonly FakeSet[] | null>>;

/**
 * A fake of Route 53 at the wire, for what moto lacks: the set identifier in page tokens, and zones
 * that vanish. The SDK is pointed at it until it is disposed.
 */
export async function startFakeRoute53(zones: FakeZones): Promise<AsyncDisposable> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://fake');
    const zone = /\/hostedzone\/(\w+)\/rrset$/.exec(url.pathname)?.[1];
    const sets = zone === undefined ? undefined : zones[zone];
    const status = sets === null ? 404 : 200;
    const body =
      sets === undefined ? zonesBody(Object.keys(zones)) : setsBody(sets, url.searchParams);
    response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const name = 'AWS_ENDPOINT_URL_ROUTE_53';
  const before = process.env[name];
  process.env[name] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    async [Symbol.asyncDispose]() {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const NAMESPACE = 'xmlns="https://route53.amazonaws.com/doc/2013-04-01/"';

function zonesBody(ids: readonly string[]): string {
  const zones = ids.map(
    (id) => `<HostedZone><Id>/hostedzone/${id}</Id><Name>example.com.</Name>
      <CallerReference>${id}</CallerReference></HostedZone>`,
  );
  return `<ListHostedZonesResponse ${NAMESPACE}><HostedZones>${zones.join('')}</HostedZones>
    <IsTruncated>false</IsTruncated><MaxItems>100</MaxItems></ListHostedZonesResponse>`;
}

function setsBody(sets: readonly FakeSet[] | null, query: URLSearchParams): string {
  if (sets === null) {
    return `<ErrorResponse ${NAMESPACE}><Error><Type>Sender</Type><Code>NoSuchHostedZone</Code>
      <Message>No hosted zone found</Message></Error></ErrorResponse>`;
  }
  const [name, identifier] = [query.get('name'), query.get('identifier')];
  const start = sets.findIndex(
    (set) =>
      name === null ||
      (set.name === name && (identifier === null || set.identifier === identifier)),
  );
  const most = Number(query.get('maxitems'));
  const page = sets.slice(start, start + most);
  const next = sets[start + most];
  const rows = page.map(
    (set) => `<ResourceRecordSet><Name>${set.name}</Name><Type>A</Type>${
      set.identifier ? `<SetIdentifier>${set.identifier}</SetIdentifier><Weight>1</Weight>` : ''
    }<TTL>60</TTL><ResourceRecords><ResourceRecord><Value>203.0.113.9</Value></ResourceRecord>
    </ResourceRecords></ResourceRecordSet>`,
  );
  const token = next
    ? `<NextRecordName>${next.name}</NextRecordName><NextRecordType>A</NextRecordType>${
        next.identifier ? `<NextRecordIdentifier>${next.identifier}</NextRecordIdentifier>` : ''
      }`
    : '';
  return `<ListResourceRecordSetsResponse ${NAMESPACE}>
    <ResourceRecordSets>${rows.join('')}</ResourceRecordSets>
    <IsTruncated>${next !== undefined}</IsTruncated>${token}<MaxItems>${most}</MaxItems>
  </ListResourceRecordSetsResponse>`;
}
