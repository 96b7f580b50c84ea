import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';

/** What a file under a provider's `fixtures/` exports; it goes by the name of its resource's file. */
export interface Fixture {
  /** Records as `listPage` answers them, which together set every field and make every relation. */
  readonly records?: readonly unknown[];
  /** True where the emulator does not have the listing, so that only these test the mapping. */
  readonly isMissingInEmulator?: boolean;
  /**
   * AWS only: the IAM actions of operations that go by another name, e.g. `s3:ListBuckets` is
   * allowed by `s3:ListAllMyBuckets`. Source: the Service Authorization Reference.
   */
  readonly iamActions?: Readonly<Record<string, string>>;
  /**
   * GCP only: what the records are in Google's published description, e.g. `compute.v1#Disk`; several
   * where one resource type has several kinds.
   */
  readonly publishedAs?: string | readonly string[];
  /** GCP only: fields that `listPage` adds to what Google answers. */
  readonly addedFields?: readonly string[];
}

/** The names of a provider's fixture files. */
export async function fixtureFiles(provider: string): Promise<readonly string[]> {
  const directory = directoryOf(provider);
  return existsSync(directory) ? (await readdir(directory)).sort() : [];
}

/** The fixture of a resource's file, e.g. `aws-vpc.ts`; empty where there is none. */
export async function fixtureOf(provider: string, file: string): Promise<Fixture> {
  const url = new URL(file, directoryOf(provider));
  return existsSync(url) ? import(url.href) : {};
}

/** The resource types that the provider's emulator does not list. */
export async function typesNotEmulated(provider: string): Promise<readonly string[]> {
  const types: string[] = [];
  for (const file of await fixtureFiles(provider)) {
    const { isMissingInEmulator } = await fixtureOf(provider, file);
    if (isMissingInEmulator === true) types.push(file.replace(/\.ts$/, '').replaceAll('-', '_'));
  }
  return types;
}

function directoryOf(provider: string): URL {
  return new URL(`./${provider}/fixtures/`, import.meta.url);
}
