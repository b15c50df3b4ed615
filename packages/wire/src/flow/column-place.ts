/** Octets by which one column is put further than the end of the one before asks for, so that rows of one number do not all fall into one set of the cache. */
const stagger = 192;
/** Octets of a row of a batch, and what the places between its columns take. */
const rowOctets = 256;
const betweenOctets = 64 * 512;

/**
 * Room for the columns of a batch, one after the other in one buffer.
 *
 * A processor's first cache has eight places for octets whose addresses are alike in their lower twelve bits. Columns that
 * all began on pages would have one row of thirty columns in the same few of those; each begins a few cache lines further.
 */
export class ColumnPlace {
  readonly buffer: ArrayBuffer;
  #at: number;

  /** From the octet `at` on. */
  constructor(buffer: ArrayBuffer, at = 0) {
    this.buffer = buffer;
    this.#at = at;
  }

  /** Octets that a batch of `capacity` rows needs at the most. */
  static octetsOf(capacity: number): number {
    return rowOctets * capacity + betweenOctets;
  }

  /** With a buffer of its own. */
  static ofBatch(capacity: number): ColumnPlace {
    return new ColumnPlace(new ArrayBuffer(ColumnPlace.octetsOf(capacity)));
  }

  octets(count: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.buffer, this.#take(count), count);
  }

  halves(count: number): Uint16Array<ArrayBuffer> {
    return new Uint16Array(this.buffer, this.#take(2 * count), count);
  }

  words(count: number): Uint32Array<ArrayBuffer> {
    return new Uint32Array(this.buffer, this.#take(4 * count), count);
  }

  floats(count: number): Float64Array<ArrayBuffer> {
    return new Float64Array(this.buffer, this.#take(8 * count), count);
  }

  #take(octets: number): number {
    const at = this.#at;
    this.#at = Math.ceil((at + octets) / 64) * 64 + stagger;
    return at;
  }
}
