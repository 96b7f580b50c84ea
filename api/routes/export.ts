import { createRoute, z } from '@hono/zod-openapi';
import { accepts } from 'hono/accepts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { queryOf } from '../http/parameters.ts';
import { Problem, problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';
import { asOfParam, momentProblem } from '../http/time.ts';
import { csvHead, csvLines } from '../items/item-csv.ts';
import { fieldsParam, ITEM_FIELDS, type ItemField, selectFields } from '../items/item-fields.ts';
import { itemFilterOf, itemFilterShape } from '../items/item-query.ts';
import { type ItemEncoding, streamItems } from '../items/stream-items.ts';

const TYPES = { ndjson: 'application/x-ndjson', csv: 'text/csv' } as const;
type Format = keyof typeof TYPES;

/** Each keeps a connection to PostgreSQL and a snapshot; lists and items must go on beside them. */
const MOST_AT_ONCE = 3;

/** What is only in answers about one item, or told by the question. */
const NOT_EXPORTED: readonly ItemField[] = ['stale', 'as_of'];
/** The history of each item would double the cost; who wants it asks for it. */
const DEFAULT_FIELDS = ITEM_FIELDS.filter(
  (field) => !NOT_EXPORTED.includes(field) && field !== 'change_history',
);

export const route = createRoute({
  method: 'get',
  path: '/cis/export',
  ...needs('reader', 'filtered'),
  tags: ['Inventory'],
  summary: 'All items that filters find, as NDJSON or CSV',
  description:
    'One snapshot, streamed, in no particular order. In CSV lists and objects are JSON within their ' +
    'cell, and a text that a spreadsheet would run as a formula begins with an apostrophe; NDJSON ' +
    'has every value as it is. An answer that breaks off was not complete.',
  request: {
    query: queryOf({
      ...itemFilterShape,
      as_of: asOfParam,
      fields: fieldsParam,
      format: z
        .enum(['ndjson', 'csv'])
        .optional()
        .meta({ description: 'Comes before the header Accept; ndjson where neither says.' }),
    }),
  },
  responses: {
    200: {
      description: 'An item a line; all fields but change_history, unless `fields` says which.',
      content: {
        [TYPES.ndjson]: { schema: z.string() },
        [TYPES.csv]: { schema: z.string().meta({ description: 'The first line has the names.' }) },
      },
    },
    ...problemResponses('invalid-request', 'history-pruned', 'component-unavailable'),
  },
});

/** `GET /cis/export` */
export function exportRoutes(deps: AppDeps) {
  const app = createRouter();
  let running = 0;
  app.openapi(route, async (c): Promise<Response> => {
    const { as_of, fields: asked, format: named, ...query } = c.req.valid('query');
    const filter = await itemFilterOf(deps.db, query, c.get('principal').restriction);
    const fields = asked?.filter((field) => !NOT_EXPORTED.includes(field)) ?? DEFAULT_FIELDS;
    const format = named ?? (accepted(c) === TYPES.csv ? 'csv' : 'ndjson');
    if (running >= MOST_AT_ONCE) {
      throw new Problem('too-many-requests', `At most ${MOST_AT_ONCE} exports run at once.`, {
        headers: { 'Retry-After': '10' },
      });
    }
    running++;
    const end = () => {
      running--;
    };
    const all = {
      filter,
      at: as_of ?? null,
      with_history: fields.includes('change_history'),
      signal: c.req.raw.signal,
    };
    try {
      const stream = await streamItems(
        deps,
        all,
        encodingOf(format, fields),
        c.get('request_id'),
        end,
      );
      return c.body(stream, 200, {
        'Content-Type': format === 'csv' ? `${TYPES.csv}; charset=utf-8` : TYPES.ndjson,
        'Content-Disposition': `attachment; filename="cis.${format}"`,
        'Cache-Control': 'no-store',
      });
    } catch (error) {
      throw momentProblem(error, () => 'as_of');
    }
  });
  return app;
}

function accepted(c: Parameters<typeof accepts>[0]): string {
  return accepts(c, {
    header: 'Accept',
    supports: Object.values(TYPES),
    default: TYPES.ndjson,
  });
}

function encodingOf(format: Format, fields: readonly ItemField[]): ItemEncoding {
  if (format === 'csv') {
    return { head: csvHead(fields), linesOf: (items) => csvLines(items, fields) };
  }
  return {
    head: '',
    linesOf: (items) =>
      selectFields(items, fields)
        .map((item) => `${JSON.stringify(item)}\n`)
        .join(''),
  };
}
