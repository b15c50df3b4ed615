/** Bytes of a name by its index; an index keeps its bytes for the provider's life. */
export type Names = (index: number) => Uint8Array;

/**
 * The names that a provider gave, packed in one buffer with their length prefix
 * and filled on first use: encoding a row then touches no object.
 */
export class PackedNames {
  readonly #names: Names;
  /** Start of the entry of an index, plus one; 0 = not asked for yet. */
  #starts = new Uint32Array(1024);
  #ends = new Uint32Array(1024);
  #bytes = new Uint8Array(1 << 16);
  #length = 0;
  /** Bytes of the longest entry so far, its length prefix included. */
  longest = 1;

  constructor(names: Names) {
    this.#names = names;
  }

  /** Makes sure that every index ≥ 0 below `rowCount` has its entry. */
  prepare(indexes: Int32Array, rowCount: number): void {
    const limit = this.#starts.length;
    for (let row = 0; row < rowCount; row++) {
      const index = indexes[row];
      if (index >= 0 && (index >= limit || this.#starts[index] === 0)) this.#add(index);
    }
  }

  /** Writes the entries of `indexes` (prepared before), '' for an index < 0; returns the offset after them. */
  write(indexes: Int32Array, rowCount: number, into: Uint8Array, offset: number): number {
    const starts = this.#starts;
    const ends = this.#ends;
    const bytes = this.#bytes;
    let at = offset;
    for (let row = 0; row < rowCount; row++) {
      const index = indexes[row];
      if (index < 0) {
        into[at++] = 0;
        continue;
      }
      const end = ends[index];
      for (let from = starts[index] - 1; from < end; from++) into[at++] = bytes[from];
    }
    return at;
  }

  #add(index: number): void {
    if (index >= this.#starts.length) {
      const capacity = 2 ** Math.ceil(Math.log2(index + 1));
      this.#starts = grown(this.#starts, new Uint32Array(capacity));
      this.#ends = grown(this.#ends, new Uint32Array(capacity));
    }
    if (this.#starts[index] !== 0) return;
    const name = this.#names(index);
    const start = this.#length;
    if (start + name.length + 8 > this.#bytes.length) {
      this.#bytes = grown(this.#bytes, new Uint8Array(2 * this.#bytes.length + name.length));
    }
    let at = start;
    let rest = name.length;
    for (; rest >= 128; rest >>>= 7) this.#bytes[at++] = (rest & 127) | 128;
    this.#bytes[at++] = rest;
    this.#bytes.set(name, at);
    this.#length = at + name.length;
    this.#starts[index] = start + 1;
    this.#ends[index] = this.#length;
    this.longest = Math.max(this.longest, this.#length - start);
  }
}

function grown<T extends Uint8Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

const packed = new WeakMap<Names, PackedNames>();

/** The packed form of a provider; one for its life. */
export function packedNames(names: Names): PackedNames {
  let found = packed.get(names);
  if (found === undefined) {
    found = new PackedNames(names);
    packed.set(names, found);
  }
  return found;
}
