import { WebAssembly, type WasmMemory } from "@ishizue/wasm";
import type { LineFacts, LineMemories } from "../src/flows/block/line-set.ts";

/** Room behind the last name for code that takes sixteen octets at a time. */
const slackOctets = 16;

/** Lines of a provider by index, as the ledger shares them: names of thirteen octets, four kinds of access, one business in ten. */
export class TrafficLines implements LineFacts {
  readonly memories: LineMemories;
  readonly #names: Uint8Array;
  readonly #ends: Uint32Array;
  readonly #access: Uint8Array;
  readonly #class: Uint8Array;

  constructor(count: number) {
    const name = (line: number) => `line-${String(line).padStart(8, "0")}`;
    const names = new TextEncoder().encode(Array.from({ length: count }, (_, line) => name(line)).join(""));
    const length = names.length / count;
    const column = (octets: Uint8Array): WasmMemory => {
      const pages = Math.ceil((octets.length + slackOctets) / 65_536);
      const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
      new Uint8Array(memory.buffer).set(octets);
      return memory;
    };
    const ends = Uint32Array.from({ length: count }, (_, line) => (line + 1) * length);
    this.memories = {
      count,
      nameEnds: column(new Uint8Array(ends.buffer)),
      names: column(names),
      access: column(Uint8Array.from({ length: count }, (_, line) => 1 + (line % 4))),
      class: column(Uint8Array.from({ length: count }, (_, line) => (line % 10 === 0 ? 2 : 1))),
    };
    this.#names = new Uint8Array(this.memories.names.buffer);
    this.#ends = new Uint32Array(this.memories.nameEnds.buffer, 0, count);
    this.#access = new Uint8Array(this.memories.access.buffer);
    this.#class = new Uint8Array(this.memories.class.buffer);
  }

  nameLength(line: number): number {
    return this.#ends[line] - (line === 0 ? 0 : this.#ends[line - 1]);
  }

  writeName(line: number, into: DataView, offset: number): number {
    const end = this.#ends[line];
    for (let at = end - this.nameLength(line); at < end; at++) into.setUint8(offset++, this.#names[at]);
    return offset;
  }

  access(line: number): number {
    return this.#access[line];
  }

  class(line: number): number {
    return this.#class[line];
  }
}
