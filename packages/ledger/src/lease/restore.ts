import { isMapped } from "@ishizue/wire";
import { hashOctets, NameTable } from "../line/names.ts";
import type { LeaseBook, ReadSource } from "./book.ts";
import type { InsideAddress, PortSet } from "./event.ts";
import { leaseKeyOf } from "./key.ts";
import type { LeaseLogColumns, TextColumn } from "./log.ts";
import { timesEnd } from "./record.ts";

/** Sources kept taken apart; past them each is read anew. */
const keptSources = 65_536;
/** Rows whose ways to line and lease are fetched together, so that the waits for memory overlap. */
const rowsAtOnce = 64;

/** Enters log rows that come in columns: no object or string a row. */
export class ColumnRestorer {
  readonly #book: LeaseBook;
  readonly #domains = new NameTable();
  readonly #domainIndexes: number[] = [];
  readonly #sources = new NameTable();
  /** Sources taken apart, of open leases and of others. */
  readonly #openSources: ReadSource[] = [];
  readonly #endedSources: ReadSource[] = [];
  /** Of the rows that are fetched together. */
  readonly #words = Array.from({ length: rowsAtOnce }, () => new Uint32Array(4));
  readonly #nameHashes = new Uint32Array(rowsAtOnce);
  /** What fetching read, so that it is not left out. */
  fetched = 0;

  constructor(book: LeaseBook) {
    this.#book = book;
  }

  restore(
    columns: LeaseLogColumns,
    knowledgeMs: number,
  ): { taken: number; passedOver: number; refused: number } {
    const outcome = { taken: 0, passedOver: 0, refused: 0 };
    for (let first = 0; first < columns.count; first += rowsAtOnce) {
      const end = Math.min(columns.count, first + rowsAtOnce);
      this.#fetch(columns, first, end);
      for (let row = first; row < end; row++) this.#restoreRow(columns, row, knowledgeMs, outcome);
    }
    return outcome;
  }

  /** Reads where the rows' lines and leases are looked for, and sets the words of their prefixes. */
  #fetch({ words, prefixLength, line }: LeaseLogColumns, first: number, end: number): void {
    const { leases, lines } = this.#book;
    let fetched = 0;
    for (let row = first; row < end; row++) {
      const key = this.#words[row - first];
      for (let word = 0; word < 4; word++) key[word] = words[4 * row + word];
      const nameHash = hashOctets(line.bytes, line.starts[row], line.ends[row]);
      this.#nameHashes[row - first] = nameHash;
      fetched ^= lines.fetch(nameHash);
      fetched ^= leases.fetch(key, prefixLength[row]);
    }
    this.fetched ^= fetched;
  }

  #restoreRow(
    columns: LeaseLogColumns,
    row: number,
    knowledgeMs: number,
    outcome: { taken: number; passedOver: number; refused: number },
  ): void {
    const { validFromMs, validToMs, knownFromMs } = columns;
    const words = this.#words[row % rowsAtOnce];
    const length = columns.prefixLength[row];
    if (knownFromMs[row] > knowledgeMs) outcome.passedOver++;
    else if (!isLeasable(words, length) || !isSpan(validFromMs[row], validToMs[row], knownFromMs[row])) {
      outcome.refused++;
    } else if (this.#enter(columns, row, words, length)) outcome.taken++;
    else outcome.refused++;
  }

  #enter(columns: LeaseLogColumns, row: number, words: Uint32Array, prefixLength: number): boolean {
    const { domain, line, source, validFromMs, validToMs, knownFromMs } = columns;
    const domainIndex = this.#domain(domain, row);
    if (domainIndex < 0) return false;
    const inside = this.#inside(columns, row);
    const ports =
      columns.ports === undefined && inside === undefined
        ? null
        : this.#book.placePorts(portsOf(columns, row), inside !== undefined);
    if (typeof ports === "string") return false;
    const holder = inside === undefined ? this.#referLine(line, row) : this.#book.placeInside(inside);
    if (holder < 0) return false;
    const key = leaseKeyOf(domainIndex, words, prefixLength, ports);
    const read = this.#source(source, row, validToMs[row]);
    const reason = this.#book.restoreLease(
      key,
      holder,
      validFromMs[row],
      validToMs[row],
      knownFromMs[row],
      read,
    );
    return reason === undefined;
  }

  #referLine({ bytes, starts, ends }: TextColumn, row: number): number {
    return this.#book.lines.referOctets(bytes, starts[row], ends[row], this.#nameHashes[row % rowsAtOnce]);
  }

  /** undefined where a line holds the row's lease. */
  #inside({ inside }: LeaseLogColumns, row: number): InsideAddress | undefined {
    if (inside === undefined) return undefined;
    const words = inside.words.subarray(4 * row, 4 * row + 4);
    if ((words[0] | words[1] | words[2] | words[3]) === 0) return undefined;
    const { bytes, starts, ends } = inside.domain;
    return { domain: textOf(bytes, starts[row], ends[row]), words };
  }

  #domain({ bytes, starts, ends }: TextColumn, row: number): number {
    if (starts[row] === ends[row]) return 0;
    const index = this.#domains.placeOctets(bytes, starts[row], ends[row], keptSources);
    if (index < 0) return this.#book.placeDomain(textOf(bytes, starts[row], ends[row]));
    return (this.#domainIndexes[index] ??= this.#book.placeDomain(this.#domains.name(index)));
  }

  #source({ bytes, starts, ends }: TextColumn, row: number, endMs: number): ReadSource {
    const index = this.#sources.placeOctets(bytes, starts[row], ends[row], keptSources);
    if (index < 0) return this.#book.parseSource(textOf(bytes, starts[row], ends[row]), endMs);
    const read = endMs === Number.POSITIVE_INFINITY ? this.#openSources : this.#endedSources;
    return (read[index] ??= this.#book.parseSource(this.#sources.name(index), endMs));
  }
}

function portsOf({ ports }: LeaseLogColumns, row: number): PortSet | undefined {
  if (ports === undefined) return undefined;
  return { first: ports.first[row], last: ports.last[row], stride: ports.stride[row] };
}

function textOf(bytes: Uint8Array, from: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8", from, end);
}

/** Whether a line can hold the prefix: not everything there is (length 0, or 0.0.0.0/0). */
export function isLeasable(words: Uint32Array, prefixLength: number): boolean {
  if (words.length < 4 || !Number.isInteger(prefixLength) || prefixLength > 128) return false;
  return prefixLength > (isMapped(words, 0) ? 96 : 0);
}

/** Whether the times are whole milliseconds that a lease can hold. */
export function isSpan(fromMs: number, toMs: number, knownMs: number): boolean {
  if (!(fromMs < timesEnd && knownMs < timesEnd && knownMs >= 0)) return false;
  if (!(toMs >= fromMs && fromMs >= 0)) return false;
  // A remainder would take many times as long.
  return Math.floor(fromMs) === fromMs && Math.floor(toMs) === toMs;
}
