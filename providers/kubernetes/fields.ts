import { z } from 'zod';
import { deriveEnvironment } from '../../model/environment.ts';
import type { Scope } from '../../model/scope.ts';
import { flag, listOf, text } from '../record-fields.ts';
import { type ClusterKind, clusterObjectKey, type NamespacedKind, objectKey } from './keys.ts';

/*
 * Parts of record schemas. The API leaves out what is empty; in a parsed record that is null, or
 * an empty list or object, so that maps need no defaults.
 */

export { count, flag, listOf, text } from '../record-fields.ts';

export const texts = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {});

/**
 * What is read of every object's metadata. Its annotations are not: tools keep whole
 * configurations there, with what is secret in them.
 */
export const metadata = z.object({
  name: z.string().min(1),
  namespace: text,
  uid: text,
  creationTimestamp: text,
  deletionTimestamp: text,
  labels: texts,
  ownerReferences: listOf(
    z.object({ apiVersion: z.string(), kind: z.string(), name: z.string(), controller: flag }),
  ),
});
export type Metadata = z.infer<typeof metadata>;

export const conditions = listOf(z.object({ type: z.string(), status: z.string(), reason: text }));
export type Conditions = z.infer<typeof conditions>;

/** The status of a condition, `True`, `False` or `Unknown`; null where it is not there. */
export function conditionOf(list: Conditions, type: string): string | null {
  return list.find((condition) => condition.type === type)?.status ?? null;
}

/** The native id of a namespaced object, read from a record that may not parse. */
export function namespacedId(kind: NamespacedKind, record: unknown, scope: Scope): string | null {
  const named = z
    .object({ metadata: z.object({ name: z.string().min(1), namespace: z.string().min(1) }) })
    .safeParse(record);
  if (!named.success) return null;
  const { name, namespace } = named.data.metadata;
  return objectKey(scope, kind, namespace, name);
}

/** The same for an object that is in no namespace. */
export function clusterObjectId(kind: ClusterKind, record: unknown, scope: Scope): string | null {
  const named = z.object({ metadata: z.object({ name: z.string().min(1) }) }).safeParse(record);
  return named.success ? clusterObjectKey(scope, kind, named.data.metadata.name) : null;
}

/** The fields of an item that its object's metadata tells. */
export function described(meta: Metadata, scope: Scope) {
  const { labels, namespace } = meta;
  return {
    name: meta.name,
    display_name: namespace === null ? meta.name : `${namespace}/${meta.name}`,
    external_id: meta.uid,
    tags: labels,
    ...deriveEnvironment(labels, [namespace, scope.account_name]),
  };
}
