/** UUIDs are read as four words of 32 bits. */
const WORDS = 4;
export const ID_BYTES = 16;

/** Numbers UUIDs in the order in which they come: 24 bytes each, where a Map takes over a hundred. */
export class IdIndex {
  #words: Uint32Array;
  /** Open addressing: a slot holds a number plus one, or 0 while it is free. */
  #slots: Int32Array;
  #size = 0;

  constructor(expected = 1024) {
    const capacity = Math.max(16, expected);
    this.#words = new Uint32Array(capacity * WORDS);
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(capacity * 2)));
  }

  get size(): number {
    return this.#size;
  }

  /** The number of the id at this place of a buffer, a new one for a new id. */
  add(bytes: Buffer, at: number): number {
    if ((this.#size + 1) * WORDS > this.#words.length) this.#grow();
    const slot = this.#slotOf(bytes, at);
    const known = this.#slots[slot] ?? 0;
    if (known > 0) return known - 1;
    const number = this.#size;
    for (let word = 0; word < WORDS; word += 1) {
      this.#words[number * WORDS + word] = bytes.readUInt32BE(at + word * 4);
    }
    this.#slots[slot] = number + 1;
    this.#size += 1;
    return number;
  }

  /** The number of the id at this place of a buffer, or -1. */
  find(bytes: Buffer, at: number): number {
    return (this.#slots[this.#slotOf(bytes, at)] ?? 0) - 1;
  }

  /** The id with this number, as text. */
  text(number: number): string {
    const words = this.#words.subarray(number * WORDS, (number + 1) * WORDS);
    const hex = [...words].map((word) => word.toString(16).padStart(8, '0')).join('');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }

  /** Orders two ids by their numbers, as their text would be. */
  compare(a: number, b: number): number {
    for (let word = 0; word < WORDS; word += 1) {
      const difference =
        (this.#words[a * WORDS + word] ?? 0) - (this.#words[b * WORDS + word] ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  /** The slot where the id is, or where it belongs. */
  #slotOf(bytes: Buffer, at: number): number {
    const a = bytes.readUInt32BE(at);
    const b = bytes.readUInt32BE(at + 4);
    const c = bytes.readUInt32BE(at + 8);
    const d = bytes.readUInt32BE(at + 12);
    const mask = this.#slots.length - 1;
    // The bits of the ids are hashes already, but for the few that say which kind of UUID it is.
    for (let slot = (a ^ d) & mask; ; slot = (slot + 1) & mask) {
      const number = (this.#slots[slot] ?? 0) - 1;
      if (number < 0) return slot;
      const word = number * WORDS;
      if (
        this.#words[word] === a &&
        this.#words[word + 1] === b &&
        this.#words[word + 2] === c &&
        this.#words[word + 3] === d
      ) {
        return slot;
      }
    }
  }

  #grow(): void {
    const words = new Uint32Array(this.#words.length * 2);
    words.set(this.#words);
    this.#words = words;
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let number = 0; number < this.#size; number += 1) {
      const word = number * WORDS;
      let slot = ((words[word] ?? 0) ^ (words[word + 3] ?? 0)) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = number + 1;
    }
    this.#slots = slots;
  }
}
