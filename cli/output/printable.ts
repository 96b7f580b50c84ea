/**
 * Makes text safe for a terminal. Names and tags come from whoever can tag a resource: what a
 * terminal would obey – escape sequences, line breaks, marks that turn the direction of text – is
 * shown instead of sent.
 */
export function printable(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}
