import ipaddr from 'ipaddr.js';
import { type RawBuilder, type SqlBool, sql } from 'kysely';

/**
 * What a text in a query looks for.
 * - `addresses`: IPv4 addresses from one to another
 * - `contains`: the text itself, in a name, a host name, an address or an external id
 * - `similar`: words that are written alike, for what nothing contains
 */
export type ItemSearch =
  | { kind: 'addresses'; first: string; last: string }
  | { kind: 'contains'; text: string }
  | { kind: 'similar'; text: string };

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
/** One to three numbers and a dot behind each: `10.0.0.` */
const ADDRESS_PREFIX = new RegExp(`^(?:${OCTET}\\.){1,3}$`);
const ADDRESS = new RegExp(`^(?:${OCTET}\\.){3}${OCTET}$`);
const NETWORK = new RegExp(`^(?:${OCTET}\\.){3}${OCTET}/(?:3[0-2]|[12]?\\d)$`);

/** Reads what somebody typed: an address, its beginning, a network – or else a text. */
export function parseSearch(typed: string): ItemSearch {
  const text = typed.trim();
  if (ADDRESS.test(text)) return { kind: 'addresses', first: text, last: text };
  if (ADDRESS_PREFIX.test(text)) {
    const numbers = text.split('.').slice(0, -1);
    const filledWith = (filler: string) =>
      [...numbers, ...Array<string>(4 - numbers.length).fill(filler)].join('.');
    return { kind: 'addresses', first: filledWith('0'), last: filledWith('255') };
  }
  if (NETWORK.test(text)) {
    return {
      kind: 'addresses',
      first: ipaddr.IPv4.networkAddressFromCIDR(text).toString(),
      last: ipaddr.IPv4.broadcastAddressFromCIDR(text).toString(),
    };
  }
  return { kind: 'contains', text };
}

/** The condition on the table `items` that a search stands for. */
export function searchCondition(search: ItemSearch): RawBuilder<SqlBool> {
  switch (search.kind) {
    case 'addresses':
      return sql<SqlBool>`item_address(body)
        between ${search.first}::inet and ${search.last}::inet`;
    case 'contains':
      return containsCondition(search.text);
    case 'similar':
      // How alike is in `../database.ts`.
      return sql<SqlBool>`item_search_text(body) %> lower(${search.text})`;
  }
}

/**
 * Of an external id the index knows the last part, so that one that is given with what stands
 * before it is found by the first and compared in full.
 */
function containsCondition(text: string): RawBuilder<SqlBool> {
  const known = sql<SqlBool>`item_search_text(body) like ${patternOf(text)}`;
  const lastPart = /[^/:]+[/:]*$/.exec(text)?.[0];
  if (lastPart === undefined || lastPart === text) return known;
  return sql<SqlBool>`(${known} or (
    item_search_text(body) like ${patternOf(lastPart)}
    and lower(body->>'external_id') like ${patternOf(text)}))`;
}

/** Lower-cased by PostgreSQL, as what it is compared with. */
function patternOf(text: string): RawBuilder<string> {
  return sql<string>`lower(${`%${text.replaceAll(/[\\%_]/g, '\\$&')}%`})`;
}
