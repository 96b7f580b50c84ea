import { COMPRESSIBLE_CONTENT_TYPE_REGEX } from 'hono/compress';

/** Whether answers of a type are compressed: text, JSON, exports – never a stream of events. */
export function isCompressed(type: string): boolean {
  return /^application\/x-ndjson\b/.test(type) || COMPRESSIBLE_CONTENT_TYPE_REGEX.test(type);
}
