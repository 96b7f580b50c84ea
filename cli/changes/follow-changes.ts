import { setTimeout as sleep } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import { type ChangeEvent, changeEventSchema } from '../../model/change-event.ts';
import { CliError } from '../cli-error.ts';
import type { ApiClient, Request } from '../client/api-client.ts';

/** The API says that it lives every 15 s: after so long without a word the connection is dead. */
const SILENCE_MS = 45_000;
const RETRY_MS = 2_000;
/** So long the API may be away, as when it is started anew, before it is given up. */
const PATIENCE_MS = 60_000;
const BETWEEN_BLOCKS = '\n\n';

type Query = Request<'GET /changes'>['query'];

/**
 * Listens to the feed of changes, and goes on where it was when the stream ends or breaks off: each
 * change comes once.
 *
 * @param onAway told when the API goes away, once each time
 * @throws {CliError} when the API is away for too long, or does not let the caller listen
 */
export async function* followChanges(
  api: ApiClient,
  query: Query,
  onAway: (error: CliError) => void,
): AsyncGenerator<ChangeEvent> {
  let lastId: string | null = null;
  let awaySince: number | null = null;
  for (;;) {
    try {
      const stream: ReadableStream<Uint8Array> = await api.stream('GET /changes', {
        ...(query ? { query } : {}),
        headers: {
          accept: 'text/event-stream',
          ...(lastId === null ? {} : { 'last-event-id': lastId }),
        },
      });
      awaySince = null;
      for await (const { id, event } of eventsOf(stream)) {
        lastId = id;
        if (event) yield event;
      }
    } catch (error) {
      if (!(error instanceof CliError) || error.outcome !== 'unreachable') throw error;
      if (awaySince === null) onAway(error);
      awaySince ??= performance.now();
      if (performance.now() - awaySince > PATIENCE_MS) throw error;
    }
    await sleep(RETRY_MS);
  }
}

/** A change and the place behind it; a heartbeat is a place alone. */
interface Received {
  id: string;
  event: ChangeEvent | null;
}

/** What a stream brings until it ends; one that breaks off ends, too: the next goes on there. */
async function* eventsOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Received> {
  let event: ChangeEvent | null = null;
  const parser = createParser({
    onEvent: ({ data }) => {
      event = changeEventSchema.parse(JSON.parse(data));
    },
  });
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  let isOver = false;
  try {
    for (;;) {
      const part = await Promise.race([read(reader), sleep(SILENCE_MS, undefined, { ref: false })]);
      isOver = part === null;
      if (part === null || part === undefined) return;
      const blocks = `${text}${part}`.split(BETWEEN_BLOCKS);
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        event = null;
        parser.feed(`${block}${BETWEEN_BLOCKS}`);
        // The parser tells the id of an event alone, and a heartbeat has one without.
        const id = /^id: (.+)$/m.exec(block)?.[1];
        if (id !== undefined) yield { id, event };
      }
    }
  } finally {
    // One that broke off would tell its error once more.
    if (!isOver) await reader.cancel();
  }
}

/** @returns null at the end */
async function read(reader: ReadableStreamDefaultReader<string>): Promise<string | null> {
  try {
    const { done, value } = await reader.read();
    return done ? null : value;
  } catch (error) {
    // The connection broke: undici says so with a TypeError, whose cause is the socket's.
    if (error instanceof TypeError) return null;
    throw error;
  }
}
