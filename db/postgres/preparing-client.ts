import { hash } from 'node:crypto';
import { sql } from 'kysely';
import pg from 'pg';

/**
 * Begins a statement that is planned once a connection, and not each time: for the few that are
 * asked thousands of times a second, where planning takes ten times as long as running. Their text
 * must not hold values, or each would be prepared for itself and stay.
 */
export const PREPARED = sql.raw('/* prepared */');

const MARK = '/* prepared */';
const names = new Map<string, string>();

function nameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = hash('sha1', text);
    names.set(text, name);
  }
  return name;
}

/** A connection that prepares the statements which begin with `PREPARED`. */
export class PreparingClient extends pg.Client {
  override query(...args: unknown[]): never {
    const [text, values, ...rest] = args;
    const isPrepared = typeof text === 'string' && text.startsWith(MARK);
    const query = isPrepared ? [{ name: nameOf(text), text, values }] : [text, values];
    return Reflect.apply(super.query, this, [...query, ...rest]) as never;
  }
}
