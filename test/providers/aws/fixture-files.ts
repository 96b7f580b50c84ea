import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';

/** What a file under `fixtures/` exports. */
export interface Fixture {
  /** Records as `listPage` answers them, which together set every field and make every relation. */
  readonly records?: readonly unknown[];
  /** True where moto does not have the listing, so that only these records test the mapping. */
  readonly isMissingInMoto?: boolean;
  /**
   * The IAM actions of operations that go by another name, e.g. `s3:ListBuckets` is allowed by
   * `s3:ListAllMyBuckets`. Source: the Service Authorization Reference.
   */
  readonly iamActions?: Readonly<Record<string, string>>;
}

export const FIXTURES = new URL('./fixtures/', import.meta.url);

/** The fixture of a resource's file, e.g. `aws-vpc.ts`; empty where there is none. */
export async function fixtureOf(file: string): Promise<Fixture> {
  const url = new URL(file, FIXTURES);
  return existsSync(url) ? import(url.href) : {};
}

export async function typesNotInMoto(): Promise<readonly string[]> {
  const types: string[] = [];
  for (const file of await readdir(FIXTURES)) {
    const { isMissingInMoto } = await fixtureOf(file);
    if (isMissingInMoto === true) types.push(file.replace(/\.ts$/, '').replaceAll('-', '_'));
  }
  return types;
}

export async function iamActions(): Promise<Readonly<Record<string, string>>> {
  const fixtures = await Promise.all((await readdir(FIXTURES)).map(fixtureOf));
  return Object.assign({}, ...fixtures.map(({ iamActions: actions }) => actions ?? {}));
}
