import type { z } from 'zod';
import type { CiType } from './ci-type.ts';
import type { ObservedItemInput } from './configuration-item.ts';
import type { ProviderName, RelationType, Spread } from './enums.ts';
import type { Scope } from './scope.ts';

/** JSON values, as the stores and the API carry them. */
export type Json = z.core.util.JSONType;
export type JsonObject = Record<string, Json>;

/**
 * A kind of relationship that a resource type's items make. Declared once; `references` only
 * names it. How failure spreads is part of what the relationship means, so it stands here.
 */
export interface RelationDeclaration {
  type: RelationType;
  /** What it points at, for the docs: a resource type or a class, e.g. `aws_subnet`. */
  target: string;
  spread: Spread;
  /** Importance or strength where the reference does not say; 1 if left out. */
  weight?: number;
  /**
   * Weight and attributes are readings (a number of connections) and move at every scan: they are
   * kept up to date without ending the relationship's interval of validity.
   */
  measured?: boolean;
}

/**
 * A pointer from one item to the key that another item announces. It need not resolve now:
 * it is kept, and resolves when an item with that key appears.
 */
export interface Reference<RelationName extends string = string> {
  /** The name of a declared relation. */
  relation: RelationName;
  /** The key of the target, in the form in which the target announces it. */
  key: string;
  /** The key of the source, where the source is not the item that makes the reference. */
  source_key?: string;
  /** Tells apart relationships of one type between the same two items, e.g. a port. */
  discriminator?: string;
  weight?: number;
  attributes?: JsonObject;
  /** How failure spreads, where a person said so of this one; else the declared relation's. */
  spread?: Spread;
  /** Sources or targets that stand in for each other share a group. */
  redundancy_group?: string;
  /** How many of the group must be up. */
  min_up?: number;
}

/** One page of a listing. */
export interface Page {
  /** Records as the source gave them; each is parsed on its own. */
  records: readonly unknown[];
  /** Where to go on; null at the end. */
  next_page_token: string | null;
  /** Set when the source itself said that this page is not everything it has. */
  incomplete_reason?: string;
}

/**
 * A resource type: everything the program knows of one kind of thing at one provider.
 * One file under `providers/<provider>/resources/`, found there by its export `resourceType`;
 * policies, docs and scan plans are derived from it.
 *
 * @typeParam Client what lists the pages, made once a slice by the provider
 * @typeParam Record the part of the source's record that is read
 */
export interface ResourceType<Client, Record, RelationName extends string = string> {
  /** The provider's own kind in snake_case, with the provider's prefix: `aws_ebs_volume`. */
  name: string;
  provider: ProviderName;
  /** The classes its items have. */
  ci_types: readonly CiType[];
  /** One sentence for the docs: what it is and where it is read from. */
  summary: string;
  /** What the credentials must allow, in the provider's own terms. */
  permissions: readonly string[];
  /** Where it is listed: in every region, or once an account. */
  level: 'region' | 'account';
  /** Lists one page. `pageToken` is null at the start, else a token of an earlier page. */
  listPage(client: Client, pageToken: string | null, signal: AbortSignal): Promise<Page>;
  /** The part of a record that is read. Anything else in it is never looked at, nor stored. */
  record: z.ZodType<Record>;
  /**
   * The globally unique, canonical id of a record, read without the schema: a record that does
   * not parse still exempts its own id from retirement. Null where no id can be read.
   */
  nativeId(record: unknown, scope: Scope): string | null;
  /** The record as a configuration item. */
  toItem(record: Record, scope: Scope): ObservedItemInput;
  /** Every key that the item answers to. */
  keys(record: Record, scope: Scope): readonly string[];
  /**
   * Strong keys – a serial number, the id of an instance, the UID of a cluster – of the thing that the
   * item is, where other sources have items of it, too: the item is the same thing as whatever
   * answers to such a key, or has it here. No names, host names or private addresses.
   */
  identities?(record: Record, scope: Scope): readonly string[];
  /** The relations that `references` may name. */
  relations: { readonly [Name in RelationName]: RelationDeclaration };
  references(record: Record, scope: Scope): readonly Reference<RelationName>[];
  /**
   * Fields that move all the time (`attributes.restart_count`, `replica_lag_seconds`): stored at
   * their newest value, never a reason for a new version.
   */
  volatile: readonly string[];
}

/** A resource type whose record and client types are hidden, as engines handle it. */
export type AnyResourceType = ResourceType<unknown, unknown>;

/** Declares a resource type, inferring its record and relation names. */
export function defineResourceType<Client, Record, RelationName extends string>(
  declaration: ResourceType<Client, Record, RelationName>,
): ResourceType<Client, Record, RelationName> {
  return declaration;
}
