import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { createApp } from '../../api/app.ts';
import type { AppDeps } from '../../api/app-deps.ts';

/** An app that listens, for commands that run as processes of their own. */
export interface ServedApi {
  url: string;
  close(): Promise<void>;
}

export async function serveApi(deps: AppDeps): Promise<ServedApi> {
  const server = serve({ fetch: createApp(deps).fetch, hostname: '127.0.0.1', port: 0 });
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
