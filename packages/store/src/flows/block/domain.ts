import { writeVarint } from "../../native/varint.ts";
import type { FlowRows } from "../rows.ts";
import { DictionaryColumn } from "./dictionary.ts";

/** The column of the routing domain that the address at one end is in. */
export class DomainDictionary extends DictionaryColumn {
  readonly name: string;
  protected readonly keyType = "String";
  readonly #from: "srcRoutingDomain" | "dstRoutingDomain";
  readonly #domains: readonly string[];
  /** Code + 1 by domain; 0: the block has none of it yet. */
  readonly #codes: Uint32Array;
  readonly #keys: string[] = [];

  /** `domains`: names by the index that the rows have. */
  constructor(end: "src" | "dst", domains: readonly string[]) {
    super();
    this.name = `${end}_routing_domain`;
    this.#from = end === "src" ? "srcRoutingDomain" : "dstRoutingDomain";
    this.#domains = domains;
    this.#codes = new Uint32Array(domains.length);
  }

  get size(): number {
    return this.#keys.length;
  }

  protected clear(): void {
    this.#codes.fill(0);
    this.#keys.length = 0;
  }

  protected runEnd(rows: FlowRows, row: number, to: number): number {
    const values = rows[this.#from];
    const index = values[row];
    while (++row < to && values[row] === index);
    return row;
  }

  protected codeOf(rows: FlowRows, row: number): number {
    const index = rows[this.#from][row];
    if (this.#codes[index] === 0) this.#codes[index] = this.#keys.push(this.#domains[index]);
    return this.#codes[index] - 1;
  }

  protected takeKeys(): { keys: Uint8Array; keyCount: number } {
    const texts = this.#keys.map((name) => Buffer.from(name));
    const keys = new Uint8Array(texts.reduce((sum, { length }) => sum + length + 5, 0));
    let at = 0;
    for (const text of texts) {
      at = writeVarint(keys, at, text.length);
      keys.set(text, at);
      at += text.length;
    }
    return { keys: keys.subarray(0, at), keyCount: texts.length };
  }
}
