import { WebAssembly, type WasmMemory, wasmModule } from "@ishizue/wasm";
import type { LineMemories } from "../line-set.ts";
import type { FlowBlockMemory } from "../memory.ts";
import { mix } from "./checksum.ts";
import { lanesAt, passRows, roomAt, rowsAt } from "./layout.ts";
import { encode16, encode32, encode8, mark, rank, writeNames } from "./lines.ts";
import { copy, move, same16, same8 } from "./columns.ts";
import { anyAddress, counts, integers, ipv4, narrow16, narrow32 } from "./numbers.ts";

let compiled: object | undefined;

/** The module's functions: what each is given and returns stands beside its code. Places are octets, of its own memory (rows) or of a block's. */
export interface Functions {
  narrow32(count: number, from: number, to: number): number;
  narrow16(count: number, from: number, to: number): number;
  counts(count: number, from: number, to: number): number;
  integers(count: number, from: number, to: number): void;
  ipv4(count: number, from: number, to: number): number;
  anyAddress(count: number, from: number): number;
  copy(from: number, to: number, length: number): void;
  move(from: number, to: number, length: number): void;
  same8(from: number, end: number): number;
  same16(from: number, end: number): number;
  mix(at: number, end: number): void;
  mark(count: number, from: number, set: number): number;
  rank(set: number, end: number): number;
  writeNames(set: number, end: number, to: number, until: number, facts: number): number;
  encode8(rows: number, count: number, set: number, facts: number, access: number, lineClass: number): void;
  encode16(rows: number, count: number, set: number, facts: number, access: number, lineClass: number): void;
  encode32(rows: number, count: number, set: number, facts: number, access: number, lineClass: number): void;
}

/**
 * The memory that a writer's kernels share: the sets of lines, and room for the columns of the rows that are appended.
 * What lies there is worked on in place, what does not is copied before.
 */
export class KernelMemory {
  readonly memory: WasmMemory;
  /** Where there is room for columns, in octets. */
  readonly roomAt = roomAt;
  readonly octets: Uint8Array<ArrayBuffer>;
  readonly words: Uint32Array;
  readonly lanes: Int32Array;

  constructor(roomOctets = 0) {
    // Never grown: its buffer is the same throughout.
    const pages = Math.ceil((roomAt + roomOctets) / 65_536);
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const buffer = this.memory.buffer as ArrayBuffer;
    this.octets = new Uint8Array(buffer);
    this.words = new Uint32Array(buffer);
    this.lanes = new Int32Array(buffer, lanesAt, 4);
  }
}

type Column = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;

/** For a block whose lines lie nowhere that the kernel reaches. */
let nowhere: WasmMemory | undefined;

/**
 * The loops over a block's columns as WebAssembly, 16 octets at a time where that can be: what a row costs is a third of
 * what it costs in JavaScript. One for each memory of a block, and for the lines that its rows name.
 */
export class BlockKernel {
  readonly own: KernelMemory;
  readonly run: Functions;
  readonly lines: LineMemories | undefined;
  readonly #block: FlowBlockMemory;

  constructor(own: KernelMemory, block: FlowBlockMemory, lines: LineMemories | undefined) {
    compiled ??= new WebAssembly.Module(
      wasmModule(
        {
          memories: [
            { module: "own", shared: false },
            ...["block", "nameEnds", "names", "access", "class"].map((module) => ({ module, shared: true })),
          ],
        },
        [
          narrow32,
          narrow16,
          counts,
          integers,
          ipv4,
          anyAddress,
          copy,
          move,
          same8,
          same16,
          mix,
          mark,
          rank,
          writeNames,
          encode8,
          encode16,
          encode32,
        ],
      ),
    );
    const memoryOf = (name: Exclude<keyof LineMemories, "count">): { memory: WasmMemory } => ({
      memory: lines?.[name] ?? (nowhere ??= new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })),
    });
    const instance = new WebAssembly.Instance(compiled, {
      own: { memory: own.memory },
      block: { memory: block.memory },
      nameEnds: memoryOf("nameEnds"),
      names: memoryOf("names"),
      access: memoryOf("access"),
      class: memoryOf("class"),
    });
    this.run = instance.exports as unknown as Functions;
    this.own = own;
    this.#block = block;
    this.lines = lines;
  }

  /** Rows [from, to) of a column as halves, from the octet `at` of the block on; the bits that any of them has. */
  narrow32(values: Uint32Array, from: number, to: number, at: number): number {
    return this.#pass(values, 1, from, to, (count, rows, done) =>
      this.run.narrow32(count, rows, at + 2 * done),
    );
  }

  /** As `narrow32`, as octets; the bits are of two rows side by side. */
  narrow16(values: Uint16Array, from: number, to: number, at: number): number {
    return this.#pass(values, 1, from, to, (count, rows, done) => this.run.narrow16(count, rows, at + done));
  }

  /** Counts as words; false where one does not fit: then what was written is of no use. */
  counts(values: Float64Array, from: number, to: number, at: number): boolean {
    const misfits = this.#pass(values, 1, from, to, (count, rows, done) =>
      this.run.counts(count, rows, at + 4 * done),
    );
    return misfits === 0;
  }

  /** Numbers as 64-bit integers. */
  integers(values: Float64Array, from: number, to: number, at: number): void {
    this.#pass(values, 1, from, to, (count, rows, done) => {
      this.run.integers(count, rows, at + 8 * done);
      return 0;
    });
  }

  /** Addresses as IPv4; false where one is none. */
  ipv4(values: Uint32Array, from: number, to: number, at: number): boolean {
    const misfits = this.#pass(values, 4, from, to, (count, rows, done) =>
      this.run.ipv4(count, rows, at + 4 * done),
    );
    return misfits === 0;
  }

  /** Whether any of the addresses is not `::`. */
  anyAddress(values: Uint32Array, from: number, to: number): boolean {
    return this.#pass(values, 4, from, to, (count, rows) => this.run.anyAddress(count, rows)) !== 0;
  }

  /** Takes lines into a set; the highest place among them. */
  mark(lines: Int32Array, from: number, to: number, set: number): number {
    let highest = 0;
    this.#pass(lines, 1, from, to, (count, rows) => {
      highest = Math.max(highest, this.run.mark(count, rows, set));
      return 0;
    });
    return highest;
  }

  /** Copies numbers [from, to) of a column as they are to the octet `at` of the block. */
  copy(values: Column, from: number, to: number, at: number): void {
    const { BYTES_PER_ELEMENT: octets, buffer, byteOffset } = values;
    const [first, length] = [byteOffset + octets * from, octets * (to - from)];
    if (buffer === this.own.memory.buffer) this.run.copy(first, at, length);
    else new Uint8Array(this.#block.buffer).set(new Uint8Array(buffer, first, length), at);
  }

  /** The row after the last of those from `row` on that have its value, `width` numbers a row and 8 or 16 octets, at most `to`. */
  runEnd(values: Uint32Array | Float64Array, width: number, row: number, to: number): number {
    const { BYTES_PER_ELEMENT, buffer, byteOffset } = values;
    const octets = width * BYTES_PER_ELEMENT;
    if (buffer === this.own.memory.buffer) {
      const same = octets === 16 ? "same16" : "same8";
      return (this.run[same](byteOffset + octets * row, byteOffset + octets * to) - byteOffset) / octets;
    }
    const first = width * row;
    for (let end = row + 1; end < to; end++) {
      for (let number = 0; number < width; number++) {
        if (values[width * end + number] !== values[first + number]) return end;
      }
    }
    return to;
  }

  /** Takes [at, end) of the block, whole sixteens, into the lanes of a checksum. */
  mix(lanes: Int32Array, at: number, end: number): void {
    this.own.lanes.set(lanes);
    this.run.mix(at, end);
    lanes.set(this.own.lanes);
  }

  /** `work` on rows [from, to), with how many, where they lie and how many went before; the bits that any turn returned. */
  #pass(
    values: Column,
    width: number,
    from: number,
    to: number,
    work: (count: number, rows: number, done: number) => number,
  ): number {
    const { BYTES_PER_ELEMENT, buffer, byteOffset } = values;
    const octets = width * BYTES_PER_ELEMENT;
    if (buffer === this.own.memory.buffer) return work(to - from, byteOffset + octets * from, 0);
    let bits = 0;
    for (let first = from; first < to; first += passRows) {
      const count = Math.min(passRows, to - first);
      this.own.octets.set(new Uint8Array(buffer, byteOffset + octets * first, octets * count), rowsAt);
      bits |= work(count, rowsAt, first - from);
    }
    return bits;
  }
}
