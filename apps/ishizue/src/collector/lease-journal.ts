import { randomInt } from "node:crypto";
import { everyPort, type LeaseLogRow } from "@ishizue/ledger";
import { encodeRows, openEndMs, type SpoolJournal } from "@ishizue/store";
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

  private own(rows: Record<string, unknown>[]): Record<string, unknown>[] {
    for (const row of rows) row.writer = this.writer;
    return rows;
  }

  private async write(rows: readonly LeaseLogRow[]): Promise<void> {
    for (let start = 0; start < rows.length; start += MAX_ROWS) {
      await this.journal.append(
        encodeRows("leases", this.own(leaseRows(rows.slice(start, start + MAX_ROWS), this.privacy))),
      );
    }
  }
}

/** Rows of the table `leases`, as `encodeRows` takes them: with columns of ports where any of them has such. */
export function leaseRows(rows: readonly LeaseLogRow[], privacy: LedgerPrivacy): Record<string, unknown>[] {
  if (!rows.some(({ ports, inside }) => (ports ?? inside) !== undefined)) {
    return rows.map((row) => leaseRow(row, privacy));
  }
  return rows.map((row) => {
    const { first, last, stride } = row.ports ?? everyPort;
    return {
      ...leaseRow(row, privacy),
      first_port: first,
      last_port: last,
      port_stride: stride,
      inside_domain: row.inside?.domain ?? "",
      inside_address: row.inside === undefined ? noAddress : privacy.concealed(row.inside.words, 128),
    };
  });
}

const noAddress = new Uint32Array(4);

/** A row of the table `leases` but for its ports and its inside address. */
export function leaseRow(row: LeaseLogRow, privacy: LedgerPrivacy): Record<string, unknown> {
  return {
    domain: row.domain,
    address: privacy.concealed(row.words, row.prefixLength),
    prefix_length: row.prefixLength,
    valid_from: Math.max(0, row.validFromMs),
    valid_to: Math.min(openEndMs, row.validToMs),
    known_from: row.knownFromMs,
    line: row.line,
    source: row.source,
  };
}
