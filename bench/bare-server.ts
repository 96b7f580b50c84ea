import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { Redis } from 'ioredis';

/*
 * The least that answers from a cache: Hono, and one GET of Redis. Prints `{"port"}` when it
 * listens. What the API does beyond that is what its own code costs.
 */
const redis = new Redis(process.env.REDIS_URL ?? '');
const app = new Hono();
app.get('/ci/:ci_id', async (context) => {
  const document = await redis.get(`ci:${context.req.param('ci_id')}`);
  if (document === null) return context.notFound();
  return context.body(document, 200, { 'content-type': 'application/json' });
});
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) =>
  console.log(JSON.stringify({ port })),
);
