/** What is known of the lines that rows name, by index. */
export type LineFacts = {
  /** UTF-8 octets of its name; a line keeps its name. */
  nameBytes(line: number): Uint8Array;
  /** Code of `flows.access_in`. */
  access(line: number): number;
  /** Code of `flows.class_in`. */
  class(line: number): number;
};

/** A record is 32 octets: two words of code, one of facts, five of the name. */
const recordShift = 3;
const recordWords = 1 << recordShift;
/** A word of code: the lower bits the code, the upper ones the block that it is of. */
export const codeBits = 20;
export const codeMask = (1 << codeBits) - 1;
const lastEpoch = 2 ** (32 - codeBits) - 1;

/** Octets of a name that a record holds. */
const recordedName = 20;
const known = 0x8000_0000;

/** Word where the record of a line begins; that of no line, 0, for what is negative. Without a branch. */
export function recordOf(line: number): number {
  return ((line + 1) & ~(line >> 31)) << recordShift;
}

export function accessOf(facts: number): number {
  return facts & 0xff;
}

export function classOf(facts: number): number {
  return (facts >>> 8) & 0xff;
}

/**
 * Lines as blocks need them, each in one half of a cache line: looking a line
 * up costs one miss, and no more for its code, access, class and name.
 */
export class LineRecords {
  readonly #facts: LineFacts;
  /** By line + 1; the first is that of no line. */
  words: Uint32Array = new Uint32Array(1024 * recordWords);
  /** The block that is filled, 1 to 4095. */
  epoch = 0;

  constructor(facts: LineFacts) {
    this.#facts = facts;
  }

  /** Begins a block: no line has a code but no line, 0. */
  begin(): void {
    if (this.epoch === lastEpoch) {
      for (let word = 0; word < this.words.length; word += recordWords)
        this.words[word] = this.words[word + 1] = 0;
      this.epoch = 0;
    }
    this.epoch++;
    this.words[0] = this.words[1] = (this.epoch << codeBits) >>> 0;
  }

  /**
   * Brings the records of rows into the cache: loads that wait for nothing go
   * on side by side, which those behind a branch do not. Makes room for lines that are new.
   */
  touch(lines: Int32Array, from: number, to: number): void {
    let highest = 0;
    let seen = 0;
    const { words } = this;
    const limit = words.length;
    for (let row = from; row < to; row++) {
      const record = recordOf(lines[row]);
      if (record >= limit) highest = record > highest ? record : highest;
      else seen |= words[record];
    }
    this.seen = seen;
    if (highest > 0) this.#grow(highest);
  }

  /** What `touch` read, so that reading it has a use. */
  seen = 0;

  #grow(record: number): void {
    const wider = new Uint32Array(2 ** Math.ceil(Math.log2(record + recordWords)));
    wider.set(this.words);
    this.words = wider;
  }

  /** Reads a line's access and class anew, and its name where that is not known. */
  refresh(line: number): void {
    const record = recordOf(line);
    const { words } = this;
    let length = (words[record + 2] >>> 16) & 0x7fff;
    if (words[record + 2] < known) {
      const name = this.#facts.nameBytes(line);
      length = Math.min(name.length, 0x7fff);
      if (length <= recordedName) {
        new Uint8Array(words.buffer, words.byteOffset + 4 * (record + 3), recordedName).set(name);
      }
    }
    const facts = this.#facts.access(line) | (this.#facts.class(line) << 8) | (length << 16) | known;
    words[record + 2] = facts >>> 0;
  }

  /** Octets of a refreshed line's name. */
  nameLength(line: number): number {
    return (this.words[recordOf(line) + 2] >>> 16) & 0x7fff;
  }

  /** A name that its record does not hold. */
  nameBytes(line: number): Uint8Array {
    return this.#facts.nameBytes(line).subarray(0, 0x7fff);
  }
}

/** Writes a recorded name, and what follows it in the record, `mostOctets` in all. */
export function writeRecordedName(words: Uint32Array, line: number, into: DataView, offset: number): void {
  const name = recordOf(line) + 3;
  into.setUint32(offset, words[name], true);
  into.setUint32(offset + 4, words[name + 1], true);
  into.setUint32(offset + 8, words[name + 2], true);
  into.setUint32(offset + 12, words[name + 3], true);
  into.setUint32(offset + 16, words[name + 4], true);
}
writeRecordedName.mostOctets = recordedName;
