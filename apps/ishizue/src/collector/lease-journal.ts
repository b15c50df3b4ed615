import { randomInt } from "node:crypto";
import { everyPort, type LeaseLogRow } from "@ishizue/ledger";
import { encodeColumns, openEndMs, type SpoolJournal } from "@ishizue/store";
import { LedgerPrivacy } from "../privacy/ledger-privacy.ts";

/** Rows of one block at the most. */
const MAX_ROWS = 50_000;

/**
 * Makes lease rows durable in groups: everything that was added while the disk
 * was busy goes into the next block, so that one fsync serves many accounting
 * packets.
 */
export class LeaseJournal {
  private readonly journal: SpoolJournal;
  private waiting: LeaseLogRow[] = [];
  private next: Promise<void> | null = null;
  private current: Promise<void> = Promise.resolve();

  private readonly privacy: LedgerPrivacy;
  /** Marks rows as this process's: its `LedgerLoader` passes them over, having them in memory. */
  readonly writer = randomInt(1, 2 ** 48 - 1);

  constructor(journal: SpoolJournal, privacy = new LedgerPrivacy()) {
    this.journal = journal;
    this.privacy = privacy;
  }

  /** Resolves when `rows` are on disk; rejects with the spool's fault when they cannot be. */
  append(rows: readonly LeaseLogRow[]): Promise<void> {
    // A retransmission changes nothing, and is durable when what it repeats is.
    if (rows.length === 0 && this.waiting.length === 0) return this.next ?? this.current;
    for (const row of rows) this.waiting.push(row);
    this.next ??= this.writeNext();
    return this.next;
  }

  /** Resolves when nothing waits any more. */
  async settled(): Promise<void> {
    while (this.next !== null) await this.next.catch(() => {});
    await this.current.catch(() => {});
    await this.journal.flush();
  }

  /** Ends it; what is durable is with the spool. */
  async close(): Promise<void> {
    await this.settled();
    await this.journal.close();
  }

  private async writeNext(): Promise<void> {
    await this.current.catch(() => {});
    // Everything that arrives in this turn of the event loop shares the block.
    await new Promise((resolve) => setImmediate(resolve));
    const rows = this.waiting;
    this.waiting = [];
    this.next = null;
    this.current = this.write(rows);
    try {
      await this.current;
    } catch (error) {
      // The ledger in memory has them already: they wait for the next attempt, which any event starts.
      this.waiting = [...rows, ...this.waiting];
      throw error;
    }
  }

  private async write(rows: readonly LeaseLogRow[]): Promise<void> {
    for (let start = 0; start < rows.length; start += MAX_ROWS) {
      const part = rows.slice(start, start + MAX_ROWS);
      await this.journal.append(encodeLeases(part, this.privacy, this.writer));
    }
  }
}

/**
 * A block of the table `leases`: with columns of ports where any row has such. `writer`: the process that has the rows in memory; 0
 * is none in particular.
 */
export function encodeLeases(
  rows: readonly LeaseLogRow[],
  privacy: LedgerPrivacy,
  writer = 0,
): Uint8Array<ArrayBuffer> {
  const count = rows.length;
  const address = new Uint32Array(4 * count);
  const prefixLength = new Uint8Array(count);
  const validFrom = new Float64Array(count);
  const validTo = new Float64Array(count);
  const knownFrom = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    const lease = rows[row];
    writeWords(address, row, privacy.concealed(lease.words, lease.prefixLength));
    prefixLength[row] = lease.prefixLength;
    validFrom[row] = Math.max(0, lease.validFromMs);
    validTo[row] = Math.min(openEndMs, lease.validToMs);
    knownFrom[row] = lease.knownFromMs;
  }
  const columns = {
    domain: rows.map(({ domain }) => domain),
    address,
    prefix_length: prefixLength,
    valid_from: validFrom,
    valid_to: validTo,
    known_from: knownFrom,
    line: rows.map(({ line }) => line),
    source: rows.map(({ source }) => source),
    writer: new Float64Array(count).fill(writer),
  };
  const isShared = rows.some(({ ports, inside }) => (ports ?? inside) !== undefined);
  return encodeColumns("leases", isShared ? { ...columns, ...sharing(rows, privacy) } : columns, count);
}

function sharing(
  rows: readonly LeaseLogRow[],
  privacy: LedgerPrivacy,
): Record<string, ArrayLike<number | string>> {
  const insideAddress = new Uint32Array(4 * rows.length);
  for (const [row, { inside }] of rows.entries()) {
    if (inside !== undefined) writeWords(insideAddress, row, privacy.concealed(inside.words, 128));
  }
  return {
    first_port: Uint16Array.from(rows, ({ ports = everyPort }) => ports.first),
    last_port: Uint16Array.from(rows, ({ ports = everyPort }) => ports.last),
    port_stride: Uint16Array.from(rows, ({ ports = everyPort }) => ports.stride),
    inside_domain: rows.map(({ inside }) => inside?.domain ?? ""),
    inside_address: insideAddress,
  };
}

function writeWords(into: Uint32Array, row: number, words: Uint32Array): void {
  for (let word = 0; word < 4; word++) into[4 * row + word] = words[word];
}
