import { describe, expect, test } from '@jest/globals';
import { cloudSqlName, databaseVersion } from '../../../providers/gcp/cloud-sql.ts';
import { instant } from '../../../providers/gcp/fields.ts';
import { frontAddress } from '../../../providers/gcp/front-addresses.ts';
import { instanceOs } from '../../../providers/gcp/instance-os.ts';
import { computeKey, dnsKey, internalDnsName, privateIpKey } from '../../../providers/gcp/keys.ts';
import { described } from '../../../providers/gcp/labels.ts';
import { customSize } from '../../../providers/gcp/machine-types.ts';
import { refer } from '../../../providers/gcp/refer.ts';
import { pathOf, placeOf, placeOfLocation } from '../../../providers/gcp/resource-name.ts';

describe('names', () => {
  test.each([
    'https://www.googleapis.com/compute/v1/projects/p/zones/z/instances/i',
    'https://compute.googleapis.com/compute/v1/projects/p/zones/z/instances/i',
    'https://compute.googleapis.com/compute/beta/projects/p/zones/z/instances/i',
    '//compute.googleapis.com/projects/p/zones/z/instances/i',
    '/projects/p/zones/z/instances/i',
    'projects/p/zones/z/instances/i',
  ])('%s is the same as every other spelling', (name) => {
    expect(pathOf(name)).toBe('projects/p/zones/z/instances/i');
    expect(computeKey(name)).toBe('gcp:projects/p/zones/z/instances/i');
  });

  test('a project of a domain has a colon', () => {
    const url = 'https://www.googleapis.com/compute/v1/projects/example.com:p/global/networks/n';
    expect(pathOf(url)).toBe('projects/example.com:p/global/networks/n');
  });

  test('what stands within its project is completed with it', () => {
    expect(pathOf('zones/z/disks/d', 'p')).toBe('projects/p/zones/z/disks/d');
    expect(pathOf('zones/z/disks/d')).toBeNull();
  });

  test.each(['all-apis', 'projects/p', '', null, undefined, 'https://example.org/x'])(
    '%p names nothing, and is referred to by nothing',
    (name) => {
      expect(pathOf(name)).toBeNull();
      expect(refer('uses', name)).toEqual([]);
    },
  );

  test.each([
    ['projects/p/zones/europe-west1-b/disks/d', 'europe-west1', 'europe-west1-b'],
    ['projects/p/zones/us-central1-ai1a/disks/d', 'us-central1', 'us-central1-ai1a'],
    ['projects/p/regions/europe-west1/disks/d', 'europe-west1', undefined],
    ['projects/p/global/networks/n', undefined, undefined],
  ])('%s is in its place', (path, region, availability_zone) => {
    const place = { ...(region && { region }), ...(availability_zone && { availability_zone }) };
    expect(placeOf(path)).toEqual(place);
  });

  test.each([
    ['europe-west1', { region: 'europe-west1' }],
    ['europe-west1-b', { region: 'europe-west1', availability_zone: 'europe-west1-b' }],
    ['northamerica-northeast1', { region: 'northamerica-northeast1' }],
    ['global', {}],
    [null, {}],
  ])('the location %s is a region or a zone', (location, place) => {
    expect(placeOfLocation(location)).toEqual(place);
  });
});

describe('keys', () => {
  test('the same address in two networks is two', () => {
    expect(privateIpKey('projects/p/global/networks/a', '10.0.0.7')).not.toBe(
      privateIpKey('projects/p/global/networks/b', '10.0.0.7'),
    );
  });

  test('an instance’s internal name says zone and project, so that it is one in the world', () => {
    const path = 'projects/p/zones/europe-west1-b/instances/web-1';
    expect(internalDnsName(path, 'p')).toBe('web-1.europe-west1-b.c.p.internal');
    expect(internalDnsName(path, 'example.com:p')).toBe(
      'web-1.europe-west1-b.c.p.example.com.internal',
    );
  });

  test('host names are lower case without the dot at the end', () => {
    expect(dnsKey('A1B2.Sql.Goog.')).toBe('dns:a1b2.sql.goog');
  });

  test('a front’s address is told by its network where it is private', () => {
    const rule = { IPAddress: '10.0.0.60', network: 'projects/p/global/networks/n' };
    expect(frontAddress({ ...rule, loadBalancingScheme: 'INTERNAL_MANAGED' })).toBe(
      'projects/p/global/networks/n/10.0.0.60',
    );
    expect(frontAddress({ ...rule, loadBalancingScheme: 'EXTERNAL' })).toBe('public/10.0.0.60');
    // Of Private Service Connect, and of 2014: neither says a scheme.
    expect(frontAddress(rule)).toBe('projects/p/global/networks/n/10.0.0.60');
    expect(frontAddress({ IPAddress: '203.0.113.1' })).toBe('public/203.0.113.1');
    expect(frontAddress({ IPAddress: 'all-apis' })).toBeNull();
  });
});

test.each([
  ['custom-4-8192', 4, 8192],
  ['n2-custom-6-20480', 6, 20_480],
  ['n2-custom-6-20480-ext', 6, 20_480],
  ['e2-custom-small-4096', 2, 4096],
])('the custom type %s says its size', (type, vcpus, memory_mb) => {
  expect(customSize(type)).toEqual({ vcpus, memory_mb });
});

test.each(['n2-standard-4', 'e2-medium', 'c3-highmem-176-lssd', 'customary-4-8192', ''])(
  '%p is no custom type',
  (type) => expect(customSize(type)).toBeNull(),
);

describe('an operating system', () => {
  const license = (project: string, name: string) =>
    `https://www.googleapis.com/compute/v1/projects/${project}/global/licenses/${name}`;

  test.each([
    [[license('debian-cloud', 'debian-12-bookworm')], [], 'linux', 'debian-12-bookworm'],
    [[license('windows-cloud', 'windows-server-2022-dc')], [], 'windows', 'windows-server-2022-dc'],
    [[license('acme', 'own')], ['WINDOWS'], 'windows', 'own'],
    [[], [], null, null],
    [[], ['WINDOWS'], 'windows', null],
  ])('%j with %j is %s', (licenses, features, os_type, os_version) => {
    expect(instanceOs(licenses, features)).toEqual({ os_type, os_version });
  });
});

describe('Cloud SQL', () => {
  test.each([
    ['POSTGRES_16', 'POSTGRES_16_4', 'postgresql', '16.4', 'postgresql', 5432],
    ['POSTGRES_9_6', null, 'postgresql', '9.6', 'postgresql', 5432],
    ['MYSQL_8_0_31', null, 'mysql', '8.0.31', 'mysql', 3306],
    ['SQLSERVER_2022_ENTERPRISE', null, 'sqlserver', '2022', 'sqlserver-enterprise', 1433],
    ['SOMETHING_NEW_1', null, null, 'SOMETHING_NEW_1', null, null],
    [null, null, null, null, null, null],
  ])('%s is read', (version, installed, db_type, db_version, db_engine, port) => {
    expect(databaseVersion(version, installed)).toEqual({ db_type, db_version, db_engine, port });
  });

  test('a connection name is the instance’s, whatever its region', () => {
    expect(cloudSqlName('p:europe-west1:orders')).toBe(
      '//cloudsql.googleapis.com/projects/p/instances/orders',
    );
    expect(cloudSqlName('example.com:p:europe-west1:orders')).toBe(
      '//cloudsql.googleapis.com/projects/example.com:p/instances/orders',
    );
    expect(cloudSqlName('orders')).toBeNull();
  });
});

test.each([
  ['2026-03-01T00:00:00.000-08:00', '2026-03-01T08:00:00.000Z'],
  [{ seconds: '1772352000', nanos: 0 }, '2026-03-01T08:00:00.000Z'],
  ['', null],
  ['soon', null],
  [null, null],
])('%j is a point in time', (given, expected) => {
  expect(instant.parse(given)).toBe(expected);
});

test('labels tell the environment before names do', () => {
  expect(described({ stage: 'qa' }, ['prod-web'])).toMatchObject({
    environment: 'qa',
    environment_source: 'tag:stage',
  });
});
