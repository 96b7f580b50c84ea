import { createParser } from 'eventsource-parser';

export interface ReceivedEvent {
  id: string | undefined;
  event: string | undefined;
  data: string;
}

/** A listener as a browser's EventSource is one: it knows the id where it would go on. */
export interface EventListener {
  /** Waits for the next event. */
  next(): Promise<ReceivedEvent>;
  /** The text as it came, with comments and ids without events. */
  readonly text: string;
  /** The id that was sent last, of an event or alone. */
  readonly lastId: string | undefined;
  /** Waits for the end of the stream. */
  readonly ended: Promise<void>;
  /** Goes away, as one who closes the page. */
  leave(): Promise<void>;
}

/** Listens to an answer that is an event stream. */
export function listenTo(response: Response): EventListener {
  const reader = response.body?.getReader();
  if (!reader) throw new Error('The answer has no body.');
  const events: ReceivedEvent[] = [];
  const waiting: Array<(event: ReceivedEvent) => void> = [];
  const parser = createParser({
    onEvent: ({ id, event, data }) => {
      const take = waiting.shift();
      if (take) take({ id, event, data });
      else events.push({ id, event, data });
    },
  });
  let text = '';
  const decoder = new TextDecoder();
  const ended = (async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const part = decoder.decode(value, { stream: true });
      text += part;
      parser.feed(part);
    }
  })();
  return {
    next: () => {
      const event = events.shift();
      if (event) return Promise.resolve(event);
      const { promise, resolve } = Promise.withResolvers<ReceivedEvent>();
      waiting.push(resolve);
      return promise;
    },
    get text() {
      return text;
    },
    get lastId() {
      return [...text.matchAll(/^id: (.*)$/gm)].at(-1)?.[1];
    },
    ended,
    leave: () => reader.cancel(),
  };
}
