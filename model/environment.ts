import type { CiEnvironment } from './enums.ts';

/** An environment and what told it, e.g. `tag:Environment`, `name`; null where nothing did. */
export interface DerivedEnvironment {
  environment: CiEnvironment;
  environment_source: string | null;
}

const TAG_KEYS = ['environment', 'env', 'stage', 'deployment_environment', 'lifecycle'];

const WORDS = new Map<string, CiEnvironment>(
  Object.entries({
    production: 'production',
    prod: 'production',
    prd: 'production',
    live: 'production',
    staging: 'staging',
    stage: 'staging',
    stg: 'staging',
    preprod: 'staging',
    preproduction: 'staging',
    development: 'development',
    develop: 'development',
    dev: 'development',
    sandbox: 'development',
    test: 'test',
    testing: 'test',
    tst: 'test',
    qa: 'qa',
    uat: 'qa',
    dr: 'disaster_recovery',
    failover: 'disaster_recovery',
  } as const),
);

/**
 * Reads the environment from tags first, then from the words of names.
 *
 * Words count whole: `reproduction-data` and `product-api` are not production. Two different
 * environments in one name (`prod-to-test-sync`) tell nothing. Tag keys compare without case,
 * `-`, `.` and `:` being `_`, and the part behind a `/` prefix counts (`acme.io/environment`).
 *
 * @param tags tags or labels of the item
 * @param names its name, namespace, group and the like, the most telling first
 */
export function deriveEnvironment(
  tags: Readonly<Record<string, string>>,
  names: ReadonlyArray<string | null | undefined> = [],
): DerivedEnvironment {
  const byKey = new Map(
    Object.entries(tags).map(([key, value]) => [normaliseKey(key), { key, value }]),
  );
  for (const wanted of TAG_KEYS) {
    const tag = byKey.get(wanted);
    const environment = tag && environmentOfWords(tag.value);
    if (tag && environment) return { environment, environment_source: `tag:${tag.key}` };
  }
  for (const name of names) {
    const environment = name ? environmentOfWords(name) : null;
    if (environment) return { environment, environment_source: `name:${name}` };
  }
  return { environment: 'unknown', environment_source: null };
}

function normaliseKey(key: string): string {
  const afterPrefix = key.slice(key.lastIndexOf('/') + 1);
  return afterPrefix.toLowerCase().replaceAll(/[-.:]/g, '_');
}

function environmentOfWords(text: string): CiEnvironment | null {
  const joined = text.toLowerCase();
  if (/\b(disaster[\W_]?recovery)\b/.test(joined)) return 'disaster_recovery';
  if (/\b(pre[\W_]prod(uction)?)\b/.test(joined)) return 'staging';
  const found = new Set<CiEnvironment>();
  // `prod1` and `dev2` are numbered environments; the word before the number counts.
  for (const word of joined.split(/[^a-z0-9]+/)) {
    const environment = WORDS.get(word.replace(/\d+$/, ''));
    if (environment) found.add(environment);
  }
  const [only] = found;
  return found.size === 1 && only ? only : null;
}
