import { openRedis } from './redis.ts';

/**
 * The look-aside cache of configuration items. It holds only what may be lost: every method
 * answers "not there" or does nothing when Redis is away, except `invalidate`, which must not
 * pretend.
 */
export interface Cache {
  get(ciId: string): Promise<string | null>;
  /** Keeps a document for an hour, unless the item was invalidated a moment ago. */
  put(ciId: string, document: string): Promise<void>;
  /** Drops documents. @throws when Redis does not answer, so that the caller tries again later */
  invalidate(ciIds: readonly string[]): Promise<void>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

const TTL_SECONDS = 3600;

/**
 * For this long after an invalidation nothing is put: a reader that fetched the old row before
 * the change could otherwise store it after the invalidation, and it would stay for an hour.
 */
const TOMBSTONE_SECONDS = 10;
const TOMBSTONE = '';

export function createCache(url: string, onError: (error: Error) => void): Cache {
  const redis = openRedis(url, onError);
  const keyOf = (ciId: string) => `ci:${ciId}`;
  return {
    async get(ciId) {
      if (redis.status !== 'ready') return null;
      const document = await redis.get(keyOf(ciId)).catch(onError);
      return document || null;
    },
    async put(ciId, document) {
      if (redis.status !== 'ready') return;
      await redis.set(keyOf(ciId), document, 'EX', TTL_SECONDS, 'NX').catch(onError);
    },
    async invalidate(ciIds) {
      const pipeline = redis.pipeline();
      for (const ciId of ciIds) pipeline.set(keyOf(ciId), TOMBSTONE, 'EX', TOMBSTONE_SECONDS);
      const results = await pipeline.exec();
      const failed = results?.find(([error]) => error);
      if (failed?.[0]) throw failed[0];
    },
    async ping() {
      await redis.ping();
    },
    async close() {
      redis.disconnect();
    },
  };
}
