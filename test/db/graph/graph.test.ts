import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { createGraph, GraphUnavailableError } from '../../../db/graph/graph.ts';
import { emptyGraph } from '../../support/stores.ts';

let server: Server | null = null;

afterEach(() => {
  server?.close();
  server = null;
});

/** A server that accepts connections and never says a word, as a stopped Neo4j does. */
async function listenSilently(): Promise<{ port: number; end: () => void }> {
  const sockets = new Set<Socket>();
  const listening = Promise.withResolvers<void>();
  server = createServer((socket) => void sockets.add(socket)).listen(
    0,
    '127.0.0.1',
    listening.resolve,
  );
  await listening.promise;
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    end: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

test('a graph that accepts the connection and hangs is unavailable, not waited for', async () => {
  const { port, end } = await listenSilently();
  const uri = `bolt://127.0.0.1:${port}`;
  const graph = createGraph({ uri, username: 'neo4j', password: 'x', retry_ms: 0 });
  await expect(graph.ping()).rejects.toThrow(GraphUnavailableError);
  end();
  await graph.close();
});

test('a graph that nobody serves is unavailable', async () => {
  const { port } = await listenSilently();
  server?.close();
  const uri = `bolt://127.0.0.1:${port}`;
  const graph = createGraph({ uri, username: 'neo4j', password: 'x', retry_ms: 0 });
  await expect(graph.ping()).rejects.toThrow(GraphUnavailableError);
  await graph.close();
});

test('a graph that is too busy to answer in time is unavailable', async () => {
  const testGraph = await emptyGraph();
  const graph = createGraph({ ...testGraph, retry_ms: 0 });
  const endless = 'UNWIND range(1, 2000000000) AS number RETURN sum(number)';
  await expect(graph.read(endless, {}, 300)).rejects.toThrow(GraphUnavailableError);
  await graph.close();
}, 300_000);
