import { columnHeader } from "../../native/block.ts";
import type { FlowRows } from "../rows.ts";
import type { BlockColumn } from "./column.ts";
import type { BlockKernel } from "./kernel/kernel.ts";
import { mappedWord, type Regions } from "./memory.ts";
import type { BlockPieces } from "./pieces.ts";

/** Keys that two octets of code can tell apart: a block with more ends before. */
export const maxCodes = 65_536;

/**
 * A column of few different values: one or two octets of code a row, and the
 * values once (LowCardinality). Values come in runs, since records of a message
 * share them: only where a run ends is the value looked up.
 */
export abstract class DictionaryColumn implements BlockColumn {
  readonly columns = 1;
  abstract readonly name: string;
  /** ClickHouse type of the keys. */
  protected abstract readonly keyType: string;
  #narrow: Uint8Array = new Uint8Array(0);
  #wide: Uint16Array = new Uint16Array(0);
  #isWide = false;
  #kernel: BlockKernel | undefined;

  begin(regions: Regions, kernel: BlockKernel): void {
    this.#kernel = kernel;
    this.#wide = new Uint16Array(regions.buffer, regions.take(2), regions.capacity);
    this.#narrow = new Uint8Array(this.#wide.buffer, this.#wide.byteOffset, regions.capacity);
    this.#isWide = false;
    this.clear();
  }

  append(rows: FlowRows, at: number, from: number, to: number): void {
    for (let row = from; row < to;) {
      const end = this.runEnd(rows, row, to, this.#kernel);
      const code = this.codeOf(rows, row);
      if (code > 0xff && !this.#isWide) this.#widen(at);
      const codes = this.#isWide ? this.#wide : this.#narrow;
      // A call of fill costs more than the rows of one message.
      if (end - row > 64) codes.fill(code, at, at + end - row);
      else for (let into = at; into < at + end - row; into++) codes[into] = code;
      at += end - row;
      row = end;
    }
  }

  finish(count: number, pieces: BlockPieces): void {
    const { keys, keyCount } = this.takeKeys();
    // Codes are wide where one needs it, which is where there are as many keys.
    dictionaryColumn(this.name, this.keyType, keyCount, this.#wide.byteOffset, count, pieces, () =>
      pieces.add(keys),
    );
  }

  #widen(count: number): void {
    for (let row = count - 1; row >= 0; row--) this.#wide[row] = this.#narrow[row];
    this.#isWide = true;
  }

  /** Forgets all keys. */
  protected abstract clear(): void;
  /** The row after the last of those from `row` on that have its value, at most `to`. */
  protected abstract runEnd(rows: FlowRows, row: number, to: number, kernel?: BlockKernel): number;
  /** Code of a row's value, made when new. */
  protected abstract codeOf(rows: FlowRows, row: number): number;
  /** Keys held. */
  abstract get size(): number;
  protected abstract takeKeys(): { keys: Uint8Array; keyCount: number };
}

/** The column `exporter`: addresses by runs. */
export class ExporterDictionary extends DictionaryColumn {
  readonly name = "exporter";
  protected readonly keyType = "IPv6";
  /** Codes of IPv4 addresses by their word, of others by their text. */
  readonly #codeOfIpv4 = new Map<number, number>();
  readonly #codeOfIpv6 = new Map<string, number>();
  #keys = new Uint32Array(4 * 16);
  #count = 0;

  get size(): number {
    return this.#count;
  }

  protected clear(): void {
    this.#codeOfIpv4.clear();
    this.#codeOfIpv6.clear();
    this.#count = 0;
  }

  protected runEnd({ exporter }: FlowRows, row: number, to: number, kernel?: BlockKernel): number {
    return kernel?.runEnd(exporter, 4, row, to) ?? row + 1;
  }

  protected codeOf({ exporter }: FlowRows, row: number): number {
    const word = 4 * row;
    if (exporter[word + 2] === mappedWord && exporter[word + 1] === 0 && exporter[word] === 0) {
      const address = exporter[word + 3];
      let code = this.#codeOfIpv4.get(address);
      if (code === undefined) {
        code = this.#add(exporter, word);
        this.#codeOfIpv4.set(address, code);
      }
      return code;
    }
    const text = exporter.subarray(word, word + 4).join();
    let code = this.#codeOfIpv6.get(text);
    if (code === undefined) {
      code = this.#add(exporter, word);
      this.#codeOfIpv6.set(text, code);
    }
    return code;
  }

  #add(words: Uint32Array, at: number): number {
    if (4 * this.#count + 4 > this.#keys.length) {
      const wider = new Uint32Array(2 * this.#keys.length);
      wider.set(this.#keys);
      this.#keys = wider;
    }
    this.#keys.set(words.subarray(at, at + 4), 4 * this.#count);
    return this.#count++;
  }

  protected takeKeys(): { keys: Uint8Array; keyCount: number } {
    return { keys: new Uint8Array(this.#keys.slice(0, 4 * this.#count).buffer), keyCount: this.#count };
  }
}

/** The column `received`: a time a batch. Its keys are texts, since a LowCardinality has no DateTime64; the engine reads them. */
export class ReceivedDictionary extends DictionaryColumn {
  readonly name = "received";
  protected readonly keyType = "String";
  readonly #codeByMs = new Map<number, number>();

  get size(): number {
    return this.#codeByMs.size;
  }

  protected clear(): void {
    this.#codeByMs.clear();
  }

  protected runEnd({ received }: FlowRows, row: number, to: number, kernel?: BlockKernel): number {
    return kernel?.runEnd(received, 1, row, to) ?? row + 1;
  }

  protected codeOf({ received }: FlowRows, row: number): number {
    const ms = received[row];
    let code = this.#codeByMs.get(ms);
    if (code === undefined) {
      code = this.#codeByMs.size;
      this.#codeByMs.set(ms, code);
    }
    return code;
  }

  protected takeKeys(): { keys: Uint8Array; keyCount: number } {
    // Always 23 characters: 2026-05-01 12:34:56.789.
    const texts = [...this.#codeByMs.keys()].map(
      (ms) => `\x17${new Date(Math.min(Math.max(ms, 0), 4e12)).toISOString().replace("T", " ").slice(0, 23)}`,
    );
    return { keys: Buffer.from(texts.join(""), "latin1"), keyCount: texts.length };
  }
}

/**
 * A LowCardinality column: version of the form of its keys, width of the codes
 * with the flags "has keys of its own" and "the dictionary is to be updated",
 * keys, codes. The codes lie in the block's memory from `codesAt` on, one octet
 * a row up to 256 keys, two up to 65,536, else four; `addKeys` adds the keys.
 * Source: ClickHouse, SerializationLowCardinality (KeysSerializationVersion,
 * IndexesSerializationType).
 */
export function dictionaryColumn(
  name: string,
  keyType: string,
  keyCount: number,
  codesAt: number,
  count: number,
  pieces: BlockPieces,
  addKeys: () => void,
): void {
  const codeWidth = keyCount <= 256 ? 0 : keyCount <= maxCodes ? 1 : 2;
  pieces.add(columnHeader(name, `LowCardinality(${keyType})`));
  pieces.add(new Uint8Array(Uint32Array.of(1, 0, 0x600 | codeWidth, 0, keyCount, 0).buffer));
  addKeys();
  pieces.add(new Uint8Array(Uint32Array.of(count, 0).buffer));
  pieces.addRegion(codesAt, count << codeWidth);
}
