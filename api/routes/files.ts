import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Hono } from 'hono';
import type { AppEnv } from '../http/router.ts';

const TYPES: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

const WEB = new URL('../../web/', import.meta.url);
const { resolve } = createRequire(import.meta.url);
const swagger = (name: string) => pathToFileURL(resolve(`swagger-ui-dist/${name}`));

/** Every file that is served, by its path: nothing else in those folders can be reached. */
const FILES = {
  '/': new URL('index.html', WEB),
  '/web/page.js': new URL('page.js', WEB),
  '/web/page.css': new URL('page.css', WEB),
  '/web/icon.svg': new URL('icon.svg', WEB),
  '/docs': new URL('docs.html', WEB),
  '/web/docs.js': new URL('docs.js', WEB),
  '/docs/swagger-ui.css': swagger('swagger-ui.css'),
  '/docs/swagger-ui-bundle.js': swagger('swagger-ui-bundle.js'),
};

/** Anybody may read them: they are the program's own, and hold nothing of the inventory. */
export const FILE_PATHS = Object.keys(FILES);

/** The page at `/` and the API's documentation at `/docs`; no file comes from anywhere else. */
export function fileRoutes(): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  for (const [path, url] of Object.entries(FILES)) {
    const content = readFileSync(url);
    const type = TYPES[url.pathname.slice(url.pathname.lastIndexOf('.') + 1)] ?? 'text/plain';
    app.get(path, (c) =>
      c.body(content, 200, { 'Content-Type': type, 'Cache-Control': 'no-cache' }),
    );
  }
  return app;
}
