import { columnHeader } from "../../native/block.ts";
import type { FlowRows } from "../rows.ts";
import type { BlockColumn } from "./column.ts";
import type { Regions } from "./memory.ts";
import { octetsOf } from "./numbers.ts";

/** Keys that two octets of code can tell apart: a block with more ends before. */
export const maxCodes = 65_536;

/**
 * A column of few different values: one or two octets of code a row, and the
 * values once (LowCardinality). Values come in runs, since records of a message
 * share them: only where a run ends is the value looked up.
 */
export abstract class DictionaryColumn implements BlockColumn {
  abstract readonly name: string;
  /** ClickHouse type of the keys. */
  protected abstract readonly keyType: string;
  #codes: Uint16Array = new Uint16Array(0);

  begin(regions: Regions): void {
    this.#codes = new Uint16Array(regions.buffer, regions.take(2), regions.capacity);
    this.clear();
  }

  append(rows: FlowRows, at: number, from: number, to: number): void {
    for (let row = from; row < to;) {
      const end = this.runEnd(rows, row, to);
      this.#codes.fill(this.codeOf(rows, row), at, at + end - row);
      at += end - row;
      row = end;
    }
  }

  finish(count: number, pieces: Uint8Array[]): void {
    const { keys, keyCount } = this.takeKeys();
    let codes: Uint8Array = octetsOf(this.#codes, count);
    if (keyCount <= 256) {
      // The low octets, moved together in place.
      for (let row = 1; row < count; row++) codes[row] = codes[2 * row];
      codes = codes.subarray(0, count);
    }
    dictionaryColumn(this.name, this.keyType, keys, keyCount, codes, count, pieces);
  }

  /** Forgets all keys. */
  protected abstract clear(): void;
  /** The row after the last of those from `row` on that have its value, at most `to`. */
  protected abstract runEnd(rows: FlowRows, row: number, to: number): number;
  /** Code of a row's value, made when new. */
  protected abstract codeOf(rows: FlowRows, row: number): number;
  /** Keys held. */
  abstract get size(): number;
  protected abstract takeKeys(): { keys: Uint8Array; keyCount: number };
}

/** A UInt32 column of few values. */
export class NumberDictionary extends DictionaryColumn {
  readonly name: string;
  protected readonly keyType = "UInt32";
  readonly #from: "observationDomain" | "samplingInterval";
  readonly #codeByValue = new Map<number, number>();

  constructor(name: string, from: "observationDomain" | "samplingInterval") {
    super();
    this.name = name;
    this.#from = from;
  }

  get size(): number {
    return this.#codeByValue.size;
  }

  protected clear(): void {
    this.#codeByValue.clear();
  }

  protected runEnd(rows: FlowRows, row: number, to: number): number {
    const values = rows[this.#from];
    const value = values[row];
    while (++row < to && values[row] === value);
    return row;
  }

  protected codeOf(rows: FlowRows, row: number): number {
    const value = rows[this.#from][row];
    let code = this.#codeByValue.get(value);
    if (code === undefined) {
      code = this.#codeByValue.size;
      this.#codeByValue.set(value, code);
    }
    return code;
  }

  protected takeKeys(): { keys: Uint8Array; keyCount: number } {
    const values = Uint32Array.from(this.#codeByValue.keys());
    return { keys: new Uint8Array(values.buffer), keyCount: values.length };
  }
}

/** The column `exporter`: addresses by runs. */
export class ExporterDictionary extends DictionaryColumn {
  readonly name = "exporter";
  protected readonly keyType = "IPv6";
  /** Keys by the first three words, then by the last. */
  readonly #codes = new Map<string, number>();
  #keys: Uint32Array = new Uint32Array(4 * 16);

  get size(): number {
    return this.#codes.size;
  }

  protected clear(): void {
    this.#codes.clear();
  }

  protected runEnd({ exporter }: FlowRows, row: number, to: number): number {
    const first = 4 * row;
    while (++row < to) {
      const word = 4 * row;
      if (
        exporter[word + 3] !== exporter[first + 3] ||
        exporter[word + 2] !== exporter[first + 2] ||
        exporter[word + 1] !== exporter[first + 1] ||
        exporter[word] !== exporter[first]
      )
        break;
    }
    return row;
  }

  protected codeOf({ exporter }: FlowRows, row: number): number {
    const words = exporter.subarray(4 * row, 4 * row + 4);
    const key = words.join();
    let code = this.#codes.get(key);
    if (code === undefined) {
      code = this.#codes.size;
      this.#codes.set(key, code);
      if (4 * code + 4 > this.#keys.length) {
        const wider = new Uint32Array(2 * this.#keys.length);
        wider.set(this.#keys);
        this.#keys = wider;
      }
      this.#keys.set(words, 4 * code);
    }
    return code;
  }

  protected takeKeys(): { keys: Uint8Array; keyCount: number } {
    const keyCount = this.#codes.size;
    return { keys: new Uint8Array(this.#keys.slice(0, 4 * keyCount).buffer), keyCount };
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

  protected runEnd({ received }: FlowRows, row: number, to: number): number {
    const ms = received[row];
    while (++row < to && received[row] === ms);
    return row;
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
 * keys, codes. `codes` has one octet a row up to 256 keys, two up to 65,536,
 * else four.
 * Source: ClickHouse, SerializationLowCardinality (KeysSerializationVersion,
 * IndexesSerializationType).
 */
export function dictionaryColumn(
  name: string,
  keyType: string,
  keys: Uint8Array,
  keyCount: number,
  codes: Uint8Array,
  count: number,
  pieces: Uint8Array[],
): void {
  const codeWidth = keyCount <= 256 ? 0 : keyCount <= maxCodes ? 1 : 2;
  const before = Uint32Array.of(1, 0, 0x600 | codeWidth, 0, keyCount, 0);
  const between = Uint32Array.of(count, 0);
  pieces.push(
    columnHeader(name, `LowCardinality(${keyType})`),
    new Uint8Array(before.buffer),
    keys,
    new Uint8Array(between.buffer),
    codes,
  );
}
