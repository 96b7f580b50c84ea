import { beforeAll, describe, expect, test } from '@jest/globals';
import { AZURE_LISTINGS, createSyntheticAzure } from '../../../bench/synthetic/azure/provider.ts';
import { estateSchema } from '../../../bench/synthetic/options.ts';
import { type AzureDescriptions, loadAzureDescriptions } from '../../support/azure-descriptions.ts';
import { SUBSCRIPTION } from './azure-estate.ts';

/*
 * The synthetic Resource Manager against Microsoft's own published descriptions. They are older than
 * the versions of the API that the SDK speaks: what they do not know is named here, and the next test
 * compares everything with the models of the SDK.
 */

/** Lists that came after the descriptions, or that they leave out. */
const NOT_DESCRIBED = [
  'microsoft.dbformysql/flexibleservers',
  'microsoft.dbforpostgresql/flexibleservers',
  'microsoft.network/privateendpoints',
];

/** Fields that came later, by list. */
const NEWER: Readonly<Record<string, readonly string[]>> = {
  'microsoft.compute/virtualmachines': [
    'value.properties.storageProfile.imageReference.exactVersion',
  ],
  'microsoft.compute/virtualmachinescalesets/virtualmachines': [
    'value.properties.storageProfile.imageReference.exactVersion',
  ],
  'microsoft.network/virtualnetworks': ['value.properties.virtualNetworkPeerings'],
};

const provider = createSyntheticAzure(estateSchema.parse({ azure: { page_size: 50 } }));
let descriptions: AzureDescriptions;

beforeAll(async () => {
  descriptions = await loadAzureDescriptions();
}, 300_000);

/** The paths of each list, with and without placeholders. */
function pathsOf(list: string): { described: string; path: string } {
  const base = '/subscriptions/{id}';
  if (!list.includes('/')) return { described: `${base}/${list}`, path: filled(`${base}/${list}`) };
  const [namespace, type, parts] = list.split('/');
  const described = parts
    ? `${base}/resourceGroups/{group}/providers/${namespace}/${type}/{name}/${parts}`
    : `${base}/providers/${namespace}/${type}`;
  return { described, path: filled(described) };
}

function filled(path: string): string {
  return path
    .replace('{id}', SUBSCRIPTION)
    .replace('{group}', 'rg-0')
    .replace('{name}', path.includes('scalesets') ? 'aks-pool0-0-vmss' : 'sql-00000000-0');
}

function answerTo(path: string): unknown {
  const url = new URL(`https://127.0.0.1${path}?api-version=2026-01-01`);
  const call = provider.recognise({ method: 'GET', url, headers: { host: '127.0.0.1' }, body: '' });
  if (!call) throw new Error(`${path} was not recognised`);
  const { status, body } = provider.answer(call, 1);
  expect(status).toBe(200);
  return JSON.parse(body);
}

describe.each(Object.keys(AZURE_LISTINGS))('%s', (list) => {
  const { described, path } = pathsOf(list);

  if (NOT_DESCRIBED.includes(list)) {
    test('is in no description', () => {
      expect(descriptions.judge(described, answerTo(path))).toBeNull();
    });
    return;
  }

  test('is answered as Microsoft describes it', () => {
    const answer = answerTo(path) as { value: unknown[] };
    expect(answer.value.length).toBeGreaterThan(0);
    const verdict = descriptions.judge(described, answer);
    expect(verdict?.contradictions).toEqual([]);
    expect(verdict?.unknown).toEqual(NEWER[list] ?? []);
  });
});

test.each([
  ['/subscriptions', '/subscriptions'],
  ['/subscriptions/{id}', `/subscriptions/${SUBSCRIPTION}`],
])('%s is answered as Microsoft describes it', (described, path) => {
  const verdict = descriptions.judge(described, answerTo(path));
  expect(verdict).toMatchObject({ contradictions: [], unknown: [] });
});

test('what contradicts a description, or is not in it, is found', () => {
  const path = '/subscriptions/{id}/providers/Microsoft.Compute/disks';
  const disk = {
    location: 'x',
    properties: { diskSizeGB: 'ten', diskSizeGb: 10, creationData: {} },
  };
  expect(descriptions.judge(path, { value: [disk] })).toMatchObject({
    contradictions: expect.arrayContaining(['/value/0/properties/diskSizeGB must be integer']),
    unknown: ['value.properties.diskSizeGb'],
  });
});
