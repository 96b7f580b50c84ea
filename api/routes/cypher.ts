import { createRoute, z } from '@hono/zod-openapi';
import { GraphUnavailableError } from '../../db/graph/graph.ts';
import { CypherRefusedError, readCypher } from '../../db/graph/read-cypher.ts';
import { outboxLag } from '../../db/postgres/outbox.ts';
import { jsonObjectSchema, jsonValueSchema } from '../../model/json.ts';
import { needs } from '../access/needs.ts';
import type { AppDeps } from '../app-deps.ts';
import { answerOf, jsonResponse } from '../http/answer.ts';
import { noQuery } from '../http/parameters.ts';
import { Problem, problemResponses } from '../http/problem.ts';
import { createRouter } from '../http/router.ts';

const MAX_STATEMENT_CHARACTERS = 20_000;
const MAX_ANSWER_CHARACTERS = 8_000_000;
const MAX_TIMEOUT_MS = 20_000;

const requestSchema = z.strictObject({
  statement: z.string().min(1).max(MAX_STATEMENT_CHARACTERS).meta({
    example:
      'MATCH (ci:ConfigurationItem)-[:RUNS_ON]->(m) WHERE m.name = $name RETURN ci.name LIMIT 10',
  }),
  parameters: jsonObjectSchema.default({}),
  limit: z.int().min(1).max(10_000).default(1_000).meta({ description: 'Rows at most.' }),
  timeout_ms: z.int().min(100).max(MAX_TIMEOUT_MS).default(5_000),
});

const cypherSchema = z
  .object({
    columns: z.array(z.string()),
    rows: z.array(z.array(jsonValueSchema)).meta({
      description:
        'A node as its labels and properties, a relationship as its type and properties, times as text.',
    }),
    truncated: z.boolean().meta({ description: 'There are more rows, or too much text in them.' }),
    commits_behind: z.int().nonnegative().meta({
      description: 'How many commits of the inventory the graph did not have yet.',
    }),
  })
  .meta({ id: 'CypherAnswer' });

const route = createRoute({
  method: 'post',
  path: '/cypher',
  ...needs('operator'),
  tags: ['Relationships'],
  summary: 'Ask the graph in Cypher',
  description:
    'One statement that only reads. LOAD CSV, commands, and procedures but those that tell of the ' +
    "graph's shape or search it are refused; time, rows and text are bounded.",
  request: {
    query: noQuery,
    body: { required: true, content: { 'application/json': { schema: requestSchema } } },
  },
  responses: {
    200: jsonResponse(cypherSchema, 'The rows.'),
    ...problemResponses(
      'invalid-request',
      'forbidden-origin',
      'body-too-large',
      'unsupported-media-type',
      'component-unavailable',
    ),
  },
});

/** Cypher for people who know it; the graph holds the present only. */
export function cypherRoutes(deps: AppDeps) {
  const app = createRouter();
  app.openapi(route, async (c) => {
    const { statement, parameters, limit, timeout_ms } = c.req.valid('json');
    const bounds = { timeout_ms, max_rows: limit, max_characters: MAX_ANSWER_CHARACTERS };
    try {
      const commits_behind = await outboxLag(deps.db, 'graph');
      const found = await readCypher(deps.graph, statement, parameters, bounds);
      const { columns, rows, is_truncated } = found;
      const answer = { columns, rows, truncated: is_truncated, commits_behind };
      return c.json(answerOf(deps, cypherSchema, answer), 200);
    } catch (error) {
      throw problemOf(error);
    }
  });
  return app;
}

function problemOf(error: unknown): unknown {
  if (error instanceof CypherRefusedError) {
    return new Problem('invalid-request', error.message, {
      errors: [{ field: 'statement', message: error.message }],
      cause: error,
    });
  }
  if (error instanceof GraphUnavailableError) {
    return new Problem('component-unavailable', error.message, {
      headers: { 'retry-after': '5' },
      cause: error,
    });
  }
  return error;
}
