/** A value as the children of an XML element; of generated text only, so that nothing is escaped. */
export type Xml = string | number | boolean | Date | null | undefined | XmlObject | readonly Xml[];
export interface XmlObject {
  readonly [name: string]: Xml;
}

/**
 * Writes XML as AWS does: an object's fields are elements, what is null is left out. EC2 calls every
 * member of a list `item`; elsewhere each list has a name of its own for them, and a member is an
 * object of that one field.
 */
export function toXml(value: Xml, member: 'item' | null): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) {
    let text = '';
    for (const one of value) {
      const content = toXml(one, member);
      text += member === null ? content : `<${member}>${content}</${member}>`;
    }
    return text;
  }
  if (typeof value !== 'object') return String(value);
  let text = '';
  for (const [name, child] of Object.entries(value)) {
    if (child === null || child === undefined) continue;
    text += `<${name}>${toXml(child, member)}</${name}>`;
  }
  return text;
}
