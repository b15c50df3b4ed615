import { columnHeader } from "../../native/block.ts";
import type { FlowRows } from "../rows.ts";
import type { BlockColumn } from "./column.ts";
import type { Regions } from "./memory.ts";

type Names8 = NamesOf<Uint8Array>;
type Names16 = NamesOf<Uint16Array>;
type Names32 = NamesOf<Uint32Array>;
type NamesOf<Values> = {
  [Name in keyof FlowRows]: FlowRows[Name] extends Values ? Name : never;
}[keyof FlowRows];

/** A column of one octet a row, of whatever type. */
export class OctetColumn implements BlockColumn {
  readonly columns = 1;
  readonly name: string;
  readonly #type: string;
  readonly #from: Names8;
  #values: Uint8Array = new Uint8Array(0);

  constructor(name: string, type: string, from: Names8) {
    this.name = name;
    this.#type = type;
    this.#from = from;
  }

  begin(regions: Regions): void {
    this.#values = new Uint8Array(regions.buffer, regions.take(1), regions.capacity);
  }

  append(rows: FlowRows, at: number, from: number, to: number): void {
    this.#values.set(rows[this.#from].subarray(from, to), at);
  }

  finish(count: number, pieces: Uint8Array[]): void {
    pieces.push(columnHeader(this.name, this.#type), this.#values.subarray(0, count));
  }
}

/** A UInt16 column of which every value counts: ports. */
export class PortColumn implements BlockColumn {
  readonly columns = 1;
  readonly name: string;
  readonly #from: Names16;
  #values: Uint16Array = new Uint16Array(0);

  constructor(name: string, from: Names16) {
    this.name = name;
    this.#from = from;
  }

  begin(regions: Regions): void {
    this.#values = new Uint16Array(regions.buffer, regions.take(2), regions.capacity);
  }

  append(rows: FlowRows, at: number, from: number, to: number): void {
    this.#values.set(rows[this.#from].subarray(from, to), at);
  }

  finish(count: number, pieces: Uint8Array[]): void {
    pieces.push(columnHeader(this.name, "UInt16"), octetsOf(this.#values, count));
  }
}

/** A UInt16 column whose values seldom need more than 8 bits: written as UInt8 until one does. */
export class Narrow16Column implements BlockColumn {
  readonly columns = 1;
  readonly name: string;
  readonly #from: Names16;
  #narrow: Uint8Array = new Uint8Array(0);
  #wide: Uint16Array = new Uint16Array(0);
  #isWide = false;

  constructor(name: string, from: Names16) {
    this.name = name;
    this.#from = from;
  }

  begin(regions: Regions): void {
    this.#wide = new Uint16Array(regions.buffer, regions.take(2), regions.capacity);
    this.#narrow = new Uint8Array(this.#wide.buffer, this.#wide.byteOffset, regions.capacity);
    this.#isWide = false;
  }

  append(rows: FlowRows, at: number, from: number, to: number): void {
    const values = rows[this.#from];
    if (!this.#isWide) {
      if (narrow16(values, from, to, this.#narrow, at) <= 0xff) return;
      for (let row = at - 1; row >= 0; row--) this.#wide[row] = this.#narrow[row];
      this.#isWide = true;
    }
    this.#wide.set(values.subarray(from, to), at);
  }

  finish(count: number, pieces: Uint8Array[]): void {
    if (this.#isWide) pieces.push(columnHeader(this.name, "UInt16"), octetsOf(this.#wide, count));
    else pieces.push(columnHeader(this.name, "UInt8"), this.#narrow.subarray(0, count));
  }
}

/** Copies the low octets; the bits that any of the values has. */
function narrow16(values: Uint16Array, from: number, to: number, into: Uint8Array, at: number): number {
  let bits = 0;
  for (let row = from; row < to; row++) {
    const value = values[row];
    bits |= value;
    into[at++] = value;
  }
  return bits;
}

/** A UInt32 column whose values seldom need more than 16 bits: written as UInt16 until one does. */
export class Narrow32Column implements BlockColumn {
  readonly columns = 1;
  readonly name: string;
  readonly #from: Names32;
  #narrow: Uint16Array = new Uint16Array(0);
  #wide: Uint32Array = new Uint32Array(0);
  #isWide = false;

  constructor(name: string, from: Names32) {
    this.name = name;
    this.#from = from;
  }

  begin(regions: Regions): void {
    this.#wide = new Uint32Array(regions.buffer, regions.take(4), regions.capacity);
    this.#narrow = new Uint16Array(this.#wide.buffer, this.#wide.byteOffset, regions.capacity);
    this.#isWide = false;
  }

  append(rows: FlowRows, at: number, from: number, to: number): void {
    const values = rows[this.#from];
    if (!this.#isWide) {
      if (narrow32(values, from, to, this.#narrow, at) >>> 16 === 0) return;
      for (let row = at - 1; row >= 0; row--) this.#wide[row] = this.#narrow[row];
      this.#isWide = true;
    }
    this.#wide.set(values.subarray(from, to), at);
  }

  finish(count: number, pieces: Uint8Array[]): void {
    if (this.#isWide) pieces.push(columnHeader(this.name, "UInt32"), octetsOf(this.#wide, count));
    else pieces.push(columnHeader(this.name, "UInt16"), octetsOf(this.#narrow, count));
  }
}

function narrow32(values: Uint32Array, from: number, to: number, into: Uint16Array, at: number): number {
  let bits = 0;
  for (let row = from; row < to; row++) {
    const value = values[row];
    bits |= value;
    into[at++] = value;
  }
  return bits;
}

/** A UInt64 column of counts (Float64, exact to 2^53): written as UInt32 until one needs more. What is no count is 0. */
export class CountColumn implements BlockColumn {
  readonly columns = 1;
  readonly name: string;
  readonly #from: "octets" | "packets";
  #words: Uint32Array = new Uint32Array(0);
  #isWide = false;

  constructor(name: string, from: "octets" | "packets") {
    this.name = name;
    this.#from = from;
  }

  begin(regions: Regions): void {
    this.#words = new Uint32Array(regions.buffer, regions.take(8), 2 * regions.capacity);
    this.#isWide = false;
  }

  append(rows: FlowRows, at: number, from: number, to: number): void {
    const values = rows[this.#from];
    if (!this.#isWide) {
      if (narrowCounts(values, from, to, this.#words, at)) return;
      for (let row = at - 1; row >= 0; row--) {
        this.#words[2 * row] = this.#words[row];
        this.#words[2 * row + 1] = 0;
      }
      this.#isWide = true;
    }
    wideCounts(values, from, to, this.#words, at);
  }

  finish(count: number, pieces: Uint8Array[]): void {
    if (this.#isWide) pieces.push(columnHeader(this.name, "UInt64"), octetsOf(this.#words, 2 * count));
    else pieces.push(columnHeader(this.name, "UInt32"), octetsOf(this.#words, count));
  }
}

/** Whether all counts fit 32 bits; what was written where they do not is of no use. */
function narrowCounts(
  values: Float64Array,
  from: number,
  to: number,
  into: Uint32Array,
  at: number,
): boolean {
  let fits = true;
  for (let row = from; row < to; row++) {
    const value = values[row];
    if (!(value < 4_294_967_296 && value >= 0)) fits = false;
    into[at++] = value;
  }
  return fits;
}

function wideCounts(values: Float64Array, from: number, to: number, into: Uint32Array, at: number): void {
  let word = 2 * at;
  for (let row = from; row < to; row++, word += 2) {
    const value = values[row] >= 0 ? values[row] : 0;
    const high = Math.floor(value / 4_294_967_296);
    into[word] = value - high * 4_294_967_296;
    into[word + 1] = high;
  }
}

/** A DateTime64(3) column from milliseconds since the epoch. */
export class MillisecondColumn implements BlockColumn {
  readonly columns = 1;
  readonly name: string;
  readonly #type: string;
  readonly #from: "flowStart" | "flowEnd";
  #words: Uint32Array = new Uint32Array(0);

  constructor(name: string, type: string, from: "flowStart" | "flowEnd") {
    this.name = name;
    this.#type = type;
    this.#from = from;
  }

  begin(regions: Regions): void {
    this.#words = new Uint32Array(regions.buffer, regions.take(8), 2 * regions.capacity);
  }

  append(rows: FlowRows, at: number, from: number, to: number): void {
    milliseconds(rows[this.#from], from, to, this.#words, at);
  }

  finish(count: number, pieces: Uint8Array[]): void {
    pieces.push(columnHeader(this.name, this.#type), octetsOf(this.#words, 2 * count));
  }
}

function milliseconds(values: Float64Array, from: number, to: number, into: Uint32Array, at: number): void {
  let word = 2 * at;
  // 2^32 ms are 49 days: of most rows the upper word is that of the row before.
  let high = 0;
  let base = 0;
  for (let row = from; row < to; row++, word += 2) {
    const value = values[row];
    let low = value - base;
    if (!(low >= 0 && low < 4_294_967_296)) {
      high = value >= 0 ? Math.floor(value / 4_294_967_296) : 0;
      base = high * 4_294_967_296;
      low = value >= 0 ? value - base : 0;
    }
    into[word] = low;
    into[word + 1] = high;
  }
}

/** The first `count` elements as octets. */
export function octetsOf(values: Uint8Array | Uint16Array | Uint32Array, count: number): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, count * values.BYTES_PER_ELEMENT);
}
