import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { parse } from 'yaml';
import { catalogueSchema } from '../../../docs/generate/catalogue-schema.ts';
import { keysOf, referencesOf } from '../../../model/declared-item.ts';
import { parseCatalogueFile } from '../../../providers/declared/catalogue-file.ts';
import { CatalogueFileError } from '../../../providers/declared/errors.ts';

const EXAMPLE = new URL('../../../docs/catalogue.example.yaml', import.meta.url);

const itemsOf = (text: string) => parseCatalogueFile('a.yaml', text).map(({ item }) => item);

function faultOf(text: string): string {
  try {
    parseCatalogueFile('a.yaml', text);
  } catch (error) {
    if (error instanceof CatalogueFileError) return error.message;
    throw error;
  }
  throw new Error('nothing was wrong');
}

test('the example can be used, and is what its schema asks for', async () => {
  const text = await readFile(EXAMPLE, 'utf8');
  const ids = itemsOf(text).map(({ declared_id }) => declared_id);
  expect(ids).toEqual(['shop', 'checkout', 'billing', 'ledger', 'erp-1']);
  const ajv = formats.default(new Ajv2020({ strict: false, allErrors: true }));
  const validate = ajv.compile(JSON.parse(catalogueSchema()));
  expect({ valid: validate(parse(text)), errors: validate.errors }).toEqual({
    valid: true,
    errors: null,
  });
  expect(validate({ items: [{ declared_id: 'a', ci_type: 'mainframe' }] })).toBe(false);
});

test('the file’s defaults hold where an item says nothing, and tags are put together', () => {
  const [own, other] = itemsOf(`
defaults: { owner: ada, environment: production, network: dc1, tags: { team: core, tier: '2' } }
items:
  - { declared_id: own, ci_type: server, ip_address: 10.0.0.7 }
  - { declared_id: other, ci_type: server, owner: grace, environment: test, tags: { tier: '1' } }
`);
  expect(own).toMatchObject({ owner: 'ada', environment: 'production', network: 'dc1' });
  expect(own && keysOf(own)).toContain('ip:dc1/10.0.0.7');
  expect(other).toMatchObject({
    owner: 'grace',
    environment: 'test',
    tags: { team: 'core', tier: '1' },
  });
});

test('relationships of a file go with the item that they are of, else with its first', () => {
  const [b, a] = itemsOf(`
defaults: { network: dc1 }
items:
  - { declared_id: b, ci_type: service, network: dc2 }
  - { declared_id: a, ci_type: service }
relations:
  - { source: b, target: 10.0.0.1, relationship_type: uses }
  - { source: x.example.com, target: b, relationship_type: monitors }
  - { source: 'aws:i-1', target: 'aws:i-2', relationship_type: depends_on }
`);
  expect(b && referencesOf(b)).toEqual([
    { relation: 'uses', source_key: 'declared:b', key: 'ip:dc1/10.0.0.1' },
    { relation: 'monitors', source_key: 'dns:x.example.com', key: 'declared:b' },
  ]);
  expect(a && referencesOf(a)).toEqual([
    { relation: 'depends_on', source_key: 'aws:i-1', key: 'aws:i-2' },
  ]);
});

test('an empty file declares nothing', () => {
  expect(itemsOf('')).toEqual([]);
  expect(itemsOf('items: []\n')).toEqual([]);
});

describe('what is wrong is told by file, line and field', () => {
  test.each([
    ['items: [\n', /^a\.yaml: line 2: /],
    ['items:\n  - {a: 1}\n ,\n', /^a\.yaml: line \d: /],
    ['- just\n- a list\n', /^a\.yaml: line 1: .*expected object/],
    ['itmes: []\n', /^a\.yaml: line 1: Unrecognized key: "itmes"/],
    ['items:\n  - ci_type: server\n', /^a\.yaml: line 2, items\.0\.declared_id: /],
    [
      'items:\n  - declared_id: a\n    ci_type: server\n    cpu_cores: many\n',
      /^a\.yaml: line 4, items\.0\.cpu_cores: .*expected number/,
    ],
    [
      'items:\n  - {declared_id: a, ci_type: api}\n\n  - declared_id: a\n    ci_type: api\n',
      /^a\.yaml: line 4, items\.1\.declared_id: is declared in line 2, too$/,
    ],
    [
      'items:\n  - declared_id: a\n    ci_type: api\n    relations:\n      - {relationship_type: uses, target: B}\n',
      /^a\.yaml: line 5, items\.0\.relations\.0\.target: is no id/,
    ],
    [
      'relations:\n  - {source: a, target: b, relationship_type: uses}\n',
      /^a\.yaml: line 2, relations: need an item/,
    ],
    ['items:\n  - {declared_id: a, ci_type: api, tags: 7}\n', /^a\.yaml: line 2, items\.0\.tags: /],
    [`a: &a [x,x,x,x,x,x,x,x,x,x]\n${aliases(9)}`, /^a\.yaml: line 1: .*alias/],
  ])('%j', (text, fault) => {
    expect(faultOf(text)).toMatch(fault);
  });

  test('everything at once', () => {
    const fault = faultOf('items:\n  - {declared_id: A, ci_type: api}\n  - {declared_id: b}\n');
    expect(fault).toMatch(/line 2, items\.0\.declared_id: .*; line 3, items\.1\.ci_type: /);
  });
});

/** Ten of each before: more than any file means. */
function aliases(depth: number): string {
  const name = (n: number) => String.fromCharCode('a'.charCodeAt(0) + n);
  return Array.from({ length: depth }, (_, n) => {
    const ten = Array.from({ length: 10 }, () => `*${name(n)}`).join(',');
    return `${name(n + 1)}: &${name(n + 1)} [${ten}]\n`;
  }).join('');
}
