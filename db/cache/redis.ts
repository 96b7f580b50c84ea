import { Redis } from 'ioredis';

/** Opens a connection whose commands fail at once while Redis is away: the caller goes without. */
export function openRedis(url: string, onError: (error: Error) => void): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
    commandTimeout: 1_000,
    // Closing waits so long for a connection that is gone already.
    disconnectTimeout: 500,
    retryStrategy: (attempt) => Math.min(attempt * 200, 5_000),
  });
  redis.on('error', onError);
  return redis;
}
