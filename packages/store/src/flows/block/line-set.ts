import type { WasmMemory } from "@ishizue/wasm";
import type { BlockKernel } from "./kernel/kernel.ts";
import { setAt } from "./kernel/layout.ts";

/** What is known of the lines that rows name, by index. */
export type LineFacts = {
  /** Octets of its name in UTF-8. */
  nameLength(line: number): number;
  /** Writes its name at `offset` of `into`, which has room for it; the offset after it. */
  writeName(line: number, into: DataView, offset: number): number;
  /** Code of `flows.access_in`. */
  access(line: number): number;
  /** Code of `flows.class_in`. */
  class(line: number): number;
  /** Where all of that lies, if it lies in shared memory of WebAssembly's; another object when that was replaced. */
  readonly memories?: LineMemories | undefined;
};

/**
 * Lines in columns, each at the beginning of a memory: where a name ends (32 bits; it begins where the one before ends),
 * the names, with 16 octets of room behind them, and an octet of access and of class. `count`: lines that there is room for.
 */
export type LineMemories = {
  readonly count: number;
  readonly nameEnds: WasmMemory;
  readonly names: WasmMemory;
  readonly access: WasmMemory;
  readonly class: WasmMemory;
};

/** Octets of a pair of words: 32 lines. */
const pairOctets = 8;

/**
 * The lines that a block names, as a bit each. Where a line stands among those
 * that are there is counted from the bits below it: a million lines are 256 kB,
 * which stay in the processor's second cache where a table of codes would not.
 */
export class LineSet {
  readonly #at: number;
  #kernel: BlockKernel | undefined;
  #highest = 0;

  /** `end`: 0 for the lines IN, 1 for those OUT. */
  constructor(end: 0 | 1) {
    this.#at = setAt(end);
  }

  /** Empties it; no line, 0, is always there. */
  begin(kernel: BlockKernel): void {
    kernel.own.octets.fill(0, this.#at, this.end);
    kernel.own.words[this.#at / 4] = 1;
    this.#kernel = kernel;
    this.#highest = 0;
  }

  /** Where it lies in the kernel's memory, in octets. */
  get at(): number {
    return this.#at;
  }

  get end(): number {
    return this.#at + pairOctets * ((this.#highest >>> 5) + 1);
  }

  /** Highest line in it; -1 for none. */
  get highest(): number {
    return this.#highest - 1;
  }

  /** Takes the lines of rows [from, to). */
  add(lines: Int32Array, from: number, to: number): void {
    this.#highest = Math.max(this.#highest, this.#kernel?.mark(lines, from, to, this.#at) ?? 0);
  }

  /** Counts them, after the last `add`; how many there are, no line among them. */
  count(): number {
    return this.#kernel?.run.rank(this.#at, this.end) ?? 0;
  }

  /** Calls back with each line in ascending order, no line left out. */
  forEach(take: (line: number) => void): void {
    const words = this.#kernel?.own.words ?? new Uint32Array(0);
    for (let at = this.#at / 4, first = 0; at < this.end / 4; at += 2, first += 32) {
      let left = words[at];
      while (left !== 0) {
        const place = first + 31 - Math.clz32(left & -left);
        left &= left - 1;
        if (place > 0) take(place - 1);
      }
    }
  }
}
