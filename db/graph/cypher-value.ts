import neo4j from 'neo4j-driver';
import type { Json } from '../../model/resource-type.ts';

/**
 * A value of Neo4j as JSON: a node and a relationship as what they have, a path as both in order,
 * times and durations as text, what JSON has no word for as null.
 */
export function toJson(value: unknown): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(toJson);
  if (neo4j.isNode(value)) return { labels: value.labels, properties: toJson(value.properties) };
  if (neo4j.isRelationship(value)) {
    return { type: value.type, properties: toJson(value.properties) };
  }
  if (neo4j.isPath(value)) {
    return {
      nodes: [value.start, ...value.segments.map((segment) => segment.end)].map(toJson),
      relationships: value.segments.map((segment) => toJson(segment.relationship)),
    };
  }
  if (neo4j.isPoint(value)) {
    const { srid, x, y, z } = value;
    return { srid: toJson(srid), x, y, ...(z === undefined ? {} : { z }) };
  }
  // The driver writes a day as P1DT, which is no duration of ISO 8601.
  if (neo4j.isDuration(value)) return value.toString().replace(/T$/, '');
  if (isText(value)) return value.toString();
  return Object.fromEntries(
    Object.entries(value as object).map(([name, field]) => [name, toJson(field)]),
  );
}

function isText(value: unknown): value is { toString(): string } {
  return [
    neo4j.isDate,
    neo4j.isDateTime,
    neo4j.isLocalDateTime,
    neo4j.isTime,
    neo4j.isLocalTime,
  ].some((is) => is(value as object));
}

/** A parameter from JSON: whole numbers are whole there, too, as `LIMIT $limit` wants them. */
export function toParameter(value: Json): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? neo4j.int(value) : value;
  if (Array.isArray(value)) return value.map(toParameter);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, toParameter(field as Json)]),
  );
}
