import { WebAssembly, type WasmMemory, wasmModule } from "@ishizue/wasm";
import type { LineMemories } from "../line-set.ts";
import type { FlowBlockMemory } from "../memory.ts";
import { mix } from "./checksum.ts";
import { lanesAt, ownOctets, passRows, rowsAt } from "./layout.ts";
import { encode16, encode32, encode8, mark, rank, writeNames } from "./lines.ts";
import { anyAddress, counts, integers, ipv4, narrow16, narrow32 } from "./numbers.ts";

let compiled: object | undefined;

/** The module's functions: what each is given and returns stands beside its code. Places are octets of a block's memory. */
export interface Functions {
  narrow32(count: number, to: number): number;
  narrow16(count: number, to: number): number;
  counts(count: number, to: number): number;
  integers(count: number, to: number): void;
  ipv4(count: number, to: number): number;
  anyAddress(count: number): number;
  mix(at: number, end: number): void;
  mark(count: number, set: number): number;
  rank(set: number, end: number): number;
  writeNames(set: number, end: number, to: number, until: number, facts: number): number;
  encode8(rows: number, count: number, set: number, facts: number, access: number, lineClass: number): void;
  encode16(rows: number, count: number, set: number, facts: number, access: number, lineClass: number): void;
  encode32(rows: number, count: number, set: number, facts: number, access: number, lineClass: number): void;
}

/** The memory that a writer's kernels share: rows of one column under work, and the sets of lines. */
export class KernelMemory {
  readonly memory = new WebAssembly.Memory({ initial: ownOctets / 65_536 + 1 });
  /** Rows, of whichever width. */
  readonly octets = new Uint8Array(this.memory.buffer);
  readonly halves = new Uint16Array(this.memory.buffer, rowsAt, 8 * passRows);
  readonly words = new Uint32Array(this.memory.buffer);
  readonly signed = new Int32Array(this.memory.buffer, rowsAt, 4 * passRows);
  readonly floats = new Float64Array(this.memory.buffer, rowsAt, 2 * passRows);
  readonly lanes = new Int32Array(this.memory.buffer, lanesAt, 4);
}

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
    this.lines = lines;
  }

  /** `narrow32` of rows [from, to) of a column, written from the octet `at` on; the bits that any of them has. */
  narrow32(values: Uint32Array, from: number, to: number, at: number): number {
    let bits = 0;
    for (let first = from; first < to; first += passRows) {
      const end = Math.min(to, first + passRows);
      this.own.words.set(values.subarray(first, end));
      bits |= this.run.narrow32(end - first, at + 2 * (first - from));
    }
    return bits;
  }

  /** As `narrow32`. */
  narrow16(values: Uint16Array, from: number, to: number, at: number): number {
    let bits = 0;
    for (let first = from; first < to; first += passRows) {
      const end = Math.min(to, first + passRows);
      this.own.halves.set(values.subarray(first, end));
      bits |= this.run.narrow16(end - first, at + first - from);
    }
    return bits;
  }

  /** Counts as words; false where one does not fit: then what was written is of no use. */
  counts(values: Float64Array, from: number, to: number, at: number): boolean {
    let misfits = 0;
    for (let first = from; first < to; first += passRows) {
      const end = Math.min(to, first + passRows);
      this.own.floats.set(values.subarray(first, end));
      misfits |= this.run.counts(end - first, at + 4 * (first - from));
    }
    return misfits === 0;
  }

  /** Numbers as 64-bit integers. */
  integers(values: Float64Array, from: number, to: number, at: number): void {
    for (let first = from; first < to; first += passRows) {
      const end = Math.min(to, first + passRows);
      this.own.floats.set(values.subarray(first, end));
      this.run.integers(end - first, at + 8 * (first - from));
    }
  }

  /** Addresses as IPv4; false where one is none. */
  ipv4(values: Uint32Array, from: number, to: number, at: number): boolean {
    let misfits = 0;
    for (let first = from; first < to; first += passRows) {
      const end = Math.min(to, first + passRows);
      this.own.words.set(values.subarray(4 * first, 4 * end));
      misfits |= this.run.ipv4(end - first, at + 4 * (first - from));
    }
    return misfits === 0;
  }

  /** Whether any of the addresses is not `::`. */
  anyAddress(values: Uint32Array, from: number, to: number): boolean {
    for (let first = from; first < to; first += passRows) {
      const end = Math.min(to, first + passRows);
      this.own.words.set(values.subarray(4 * first, 4 * end));
      if (this.run.anyAddress(end - first) !== 0) return true;
    }
    return false;
  }

  /** Takes lines into a set; the highest place among them. */
  mark(lines: Int32Array, from: number, to: number, set: number): number {
    let highest = 0;
    for (let first = from; first < to; first += passRows) {
      const end = Math.min(to, first + passRows);
      this.own.signed.set(lines.subarray(first, end));
      highest = Math.max(highest, this.run.mark(end - first, set));
    }
    return highest;
  }

  /** Takes [at, end) of the block, whole sixteens, into the lanes of a checksum. */
  mix(lanes: Int32Array, at: number, end: number): void {
    this.own.lanes.set(lanes);
    this.run.mix(at, end);
    lanes.set(this.own.lanes);
  }
}
