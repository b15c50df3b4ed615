import type { KnownLeases, LeaseEvent, LeaseLogRow, Line } from "@ishizue/ledger";
import { encodeRows } from "@ishizue/store";
import type { Collector } from "../collector/collector.ts";
import { writeLines } from "../collector/ledger-store.ts";
import { REFUSALS } from "./refusal.ts";

/** Rows made durable at a time. */
const BLOCK_ROWS = 50_000;

/** Takes events into the ledger and makes its rows durable. */
export class LeaseSink {
  private readonly collector: Collector;
  private readonly known: KnownLeases | undefined;
  private rows: LeaseLogRow[] = [];

  constructor(collector: Collector, known?: KnownLeases) {
    this.collector = collector;
    this.known = known;
  }

  /**
   * Why the ledger cannot use the event; nothing when it took it, or knew it. It is known from now on, not from when the
   * file was begun: nobody could have been told before.
   */
  async take(event: LeaseEvent): Promise<string | undefined> {
    const outcome = this.collector.ledger.apply({ ...event, knownMs: Date.now() });
    this.known?.take(outcome.rows);
    for (const row of outcome.rows) this.rows.push(row);
    if (this.rows.length >= BLOCK_ROWS) await this.flush();
    return outcome.reason === undefined ? undefined : REFUSALS[outcome.reason];
  }

  /** Resolves when all that was taken is durable. */
  async flush(): Promise<void> {
    const full = this.rows;
    this.rows = [];
    await this.collector.journal.append(full);
  }
}

/** Takes lines into the ledger's table and makes them durable. */
export class LineSink {
  private readonly collector: Collector;
  private lines: Line[] = [];

  constructor(collector: Collector) {
    this.collector = collector;
  }

  /** `line` under the name that the store has it by. Says why it cannot be taken. */
  async take(line: Line): Promise<string | undefined> {
    if (this.collector.ledger.lines.add(line) < 0) return "the table of lines is full";
    this.lines.push(line);
    if (this.lines.length >= BLOCK_ROWS) await this.flush();
    return undefined;
  }

  /** Resolves when all that was taken is durable. */
  async flush(): Promise<void> {
    const full = this.lines;
    this.lines = [];
    await writeLines(this.collector.spool, full, Date.now());
  }
}

/** A row of the table `line_usage`, as `encodeRows` takes it. */
export type UsageRow = {
  readonly line: string;
  /** Milliseconds since the epoch. */
  readonly started: number;
  readonly ended: number;
  readonly octets_in: number;
  readonly octets_out: number;
  readonly record: number;
  readonly source: string;
  readonly known_from: number;
};

/** Makes durable what gateways counted. */
export class UsageSink {
  private readonly collector: Collector;
  private rows: UsageRow[] = [];

  constructor(collector: Collector) {
    this.collector = collector;
  }

  async take(row: UsageRow): Promise<void> {
    this.rows.push(row);
    if (this.rows.length >= BLOCK_ROWS) await this.flush();
  }

  /** Resolves when all that was taken is durable. */
  async flush(): Promise<void> {
    const full = this.rows;
    this.rows = [];
    if (full.length === 0) return;
    const { spool } = this.collector;
    await spool.room();
    await spool.write("line_usage", encodeRows("line_usage", full));
  }
}
