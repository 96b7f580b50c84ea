import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { z } from 'zod';
import { pypiFiles } from './pypi.ts';

/*
 * Google's own descriptions of its APIs, as google-api-python-client carries them: what a request
 * may ask, and what every answer looks like.
 */

const schemaSchema = z.object({
  $ref: z.string().optional(),
  type: z.string().optional(),
  enum: z.array(z.string()).optional(),
  get properties() {
    return z.record(z.string(), schemaSchema).optional();
  },
  get items() {
    return schemaSchema.optional();
  },
  get additionalProperties() {
    return schemaSchema.optional();
  },
});
type Schema = z.infer<typeof schemaSchema>;

const methodSchema = z.object({
  httpMethod: z.string(),
  description: z.string().default(''),
  path: z.string(),
  flatPath: z.string().optional(),
  parameters: z.record(z.string(), z.unknown()).default({}),
  response: z.object({ $ref: z.string() }).optional(),
});
type Method = z.infer<typeof methodSchema>;

const resourceSchema = z.object({
  methods: z.record(z.string(), methodSchema).default({}),
  get resources() {
    return z.record(z.string(), resourceSchema).default({});
  },
});

const documentSchema = z.object({
  servicePath: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  schemas: z.record(z.string(), schemaSchema),
  resources: resourceSchema.shape.resources,
});
type Document = z.infer<typeof documentSchema>;

/** The description of one API, e.g. `compute.v1`. */
export interface Discovery {
  /** The method that a request is for; null where the API has none such. */
  methodOf(httpMethod: string, path: string): DiscoveredMethod | null;
  /** The fields of a mask (`nextPageToken,items(name,status)`) that a schema does not have. */
  unknownFields(schema: string, mask: string): string[];
  /** What is wrong with a value of a schema of the description, e.g. `Instance`; empty if nothing. */
  problemsOf(schema: string, value: unknown): string[];
}

export interface DiscoveredMethod {
  /** The names of the parameters that it takes. */
  parameters: ReadonlySet<string>;
  /** The schema of what it answers. */
  response: string;
}

export async function discoveryOf(api: string): Promise<Discovery> {
  const directory = await pypiFiles({
    package: 'google-api-python-client',
    version: '2.202.0',
    distribution: 'wheel',
    folder: 'googleapiclient/discovery_cache/documents',
  });
  const text = await readFile(join(directory, `${api}.json`), 'utf8');
  const document = documentSchema.parse(JSON.parse(text));
  const methods = methodsOf(document.resources);
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ $id: api, definitions: definitionsOf(document) });
  const validators = new Map<string, ValidateFunction>();
  return {
    methodOf(httpMethod, path) {
      const found = methods.find(
        (method) => method.httpMethod === httpMethod && isPathOf(document, method, path),
      );
      if (!found?.response) return null;
      return {
        parameters: new Set([
          ...Object.keys(found.parameters),
          ...Object.keys(document.parameters),
          // Compute Engine recommends one that it does not list.
          ...Array.from(
            found.description.matchAll(/`(\w+)`\s+parameter/g),
            ([, name]) => name ?? '',
          ),
        ]),
        response: found.response.$ref,
      };
    },
    unknownFields: (schema, mask) => unknownFields(document, { $ref: schema }, mask),
    problemsOf(schema, value) {
      if (!document.schemas[schema]) return [`${api} has no ${schema}`];
      const known = validators.get(schema);
      const validate = known ?? ajv.compile({ $ref: `${api}#/definitions/${schema}` });
      validators.set(schema, validate);
      if (validate(value)) return [];
      return (validate.errors ?? []).map(
        ({ instancePath, message, params }) =>
          `${schema}${instancePath}: ${message} ${JSON.stringify(params)}`,
      );
    },
  };
}

function methodsOf(resources: Document['resources']): Method[] {
  return Object.values(resources).flatMap((resource) => [
    ...Object.values(resource.methods),
    ...methodsOf(resource.resources),
  ]);
}

/** `projects/{project}/zones/{zone}/disks`; `{+parent}` stands for several parts of a path. */
function isPathOf({ servicePath }: Document, { path, flatPath }: Method, asked: string): boolean {
  const pattern = `/${servicePath}${flatPath ?? path}`
    .replaceAll(/[.*?()]/g, '\\$&')
    .replaceAll(/\{\+\w+\}/g, '.+')
    .replaceAll(/\{\w+\}/g, '[^/]+');
  return new RegExp(`^${pattern}$`).test(asked);
}

/** As JSON Schema, and closed: a field that Google does not have is a mistake of whoever wrote it. */
function definitionsOf({ schemas }: Document): Record<string, object> {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, closed(schema)]),
  );
}

/** Keeps what is JSON Schema too: discovery means something else by `id`, `required`, `minimum`. */
function closed(schema: Schema): object {
  const { $ref, type, enum: values, properties, items, additionalProperties } = schema;
  if ($ref !== undefined) return { $ref: `#/definitions/${$ref}` };
  return {
    ...(type !== undefined && type !== 'any' && { type }),
    ...(values && { enum: values }),
    ...(items && { items: closed(items) }),
    ...(additionalProperties && { additionalProperties: closed(additionalProperties) }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, property]) => [name, closed(property)]),
      ),
      additionalProperties: false,
    }),
  };
}

/** Discovery's partial responses: names between commas, paths with slashes, parentheses below them. */
function unknownFields(document: Document, schema: Schema, mask: string): string[] {
  return fieldsOf(mask).flatMap((field) => {
    const open = field.indexOf('(');
    const path = open < 0 ? field : field.slice(0, open);
    let at: Schema | undefined = schema;
    for (const name of path.split('/')) at = at && stepInto(document, at, name);
    if (!at) return [field];
    return open < 0 ? [] : unknownFields(document, at, field.slice(open + 1, -1));
  });
}

function stepInto(document: Document, schema: Schema, name: string): Schema | undefined {
  const plain = schema.$ref === undefined ? schema : document.schemas[schema.$ref];
  if (plain?.items) return stepInto(document, plain.items, name);
  return name === '*' ? plain?.additionalProperties : plain?.properties?.[name];
}

/** Splits at the commas that stand outside parentheses. */
function fieldsOf(mask: string): string[] {
  const fields = [''];
  let depth = 0;
  for (const letter of mask) {
    if (letter === '(') depth += 1;
    if (letter === ')') depth -= 1;
    if (letter === ',' && depth === 0) fields.push('');
    else fields[fields.length - 1] += letter;
  }
  return fields;
}
