import { columnHeader } from "../../native/block.ts";
import type { FlowRows } from "../rows.ts";
import type { BlockColumn } from "./column.ts";
import type { BlockKernel } from "./kernel/kernel.ts";
import { mappedWord, type Regions } from "./memory.ts";
import { dictionaryColumn } from "./dictionary.ts";
import type { BlockPieces } from "./pieces.ts";

/** How the rows so far are written; each row that does not fit makes the form wider. */
const Form = { none: 0, ipv4: 1, ipv6: 2 } as const;

/**
 * An IPv6 column of four network-order words a row: written as IPv4 while every
 * address is IPv4-mapped (the engine maps it back), as one dictionary entry
 * while every address is `::`.
 */
export class AddressColumn implements BlockColumn {
  readonly columns = 1;
  readonly name: string;
  readonly #from: "srcAddress" | "dstAddress" | "nextHop";
  #words: Uint32Array = new Uint32Array(0);
  #form: number = Form.none;
  #kernel: BlockKernel | undefined;

  constructor(name: string, from: "srcAddress" | "dstAddress" | "nextHop") {
    this.name = name;
    this.#from = from;
  }

  begin(regions: Regions, kernel: BlockKernel): void {
    this.#kernel = kernel;
    this.#words = new Uint32Array(regions.buffer, regions.take(16), 4 * regions.capacity);
    this.#form = Form.none;
  }

  append(rows: FlowRows, at: number, from: number, to: number): void {
    const values = rows[this.#from];
    if (this.#form === Form.none) {
      if (!(this.#kernel?.anyAddress(values, from, to) ?? true)) return;
      this.#form = at === 0 ? Form.ipv4 : Form.ipv6;
      if (this.#form === Form.ipv6) this.#words.fill(0, 0, 4 * at);
    }
    if (this.#form === Form.ipv4) {
      if (this.#kernel?.ipv4(values, from, to, this.#words.byteOffset + 4 * at) ?? false) return;
      this.#form = Form.ipv6;
      widen(this.#words, at);
    }
    this.#kernel?.copy(values, 4 * from, 4 * to, this.#words.byteOffset + 16 * at);
  }

  finish(count: number, pieces: BlockPieces): void {
    if (this.#form === Form.ipv6) {
      pieces.add(columnHeader(this.name, "IPv6"));
      pieces.addRegion(this.#words.byteOffset, 16 * count);
    } else if (this.#form === Form.ipv4) {
      pieces.add(columnHeader(this.name, "IPv4"));
      pieces.addRegion(this.#words.byteOffset, 4 * count);
    } else {
      // The words are not in use: their first octets are the codes, all of the one key.
      new Uint8Array(this.#words.buffer, this.#words.byteOffset, count).fill(0);
      dictionaryColumn(this.name, "IPv6", 1, this.#words.byteOffset, count, pieces, () =>
        pieces.add(new Uint8Array(16)),
      );
    }
  }
}

/** A word's octets the other way round. */
function turned(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}

function widen(words: Uint32Array, count: number): void {
  for (let row = count - 1; row >= 0; row--) {
    const address = turned(words[row]);
    words[4 * row + 3] = address;
    words[4 * row + 2] = mappedWord;
    words[4 * row + 1] = 0;
    words[4 * row] = 0;
  }
}
