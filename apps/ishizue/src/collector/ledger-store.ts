import { accessOf, type Ledger, type LeaseLogRow, type Line, lineClassOf } from "@ishizue/ledger";
import { encodeRows, type SpoolWriter, type Store } from "@ishizue/store";
import { parseAddress } from "@ishizue/wire";
import { OPEN_END_MS } from "./lease-journal.ts";

/** Rows asked for at a time: bounds the memory of a load. */
const PAGE = 200_000;

interface StoredLease {
  domain: string;
  address: string;
  prefix_length: number;
  valid_from: string;
  valid_to: string;
  known_from: string;
  line: string;
  source: string;
}

/**
 * Brings the ledger in memory up to what the store's log says, from a moment
 * of knowledge on; used at start (from 0) and to learn what `ishizue import`
 * added beside a running collector.
 */
export class LedgerLoader {
  private readonly store: Store;
  private readonly ledger: Ledger;
  private linesKnownMs = -1;
  private leasesKnownMs = -1;

  constructor(store: Store, ledger: Ledger) {
    this.store = store;
    this.ledger = ledger;
  }

  /** Loads what is new; resolves with how many rows were taken. */
  async load(): Promise<{ lines: number; leases: number }> {
    const lines = await this.loadLines();
    const leases = await this.loadLeases();
    return { lines, leases };
  }

  private async loadLines(): Promise<number> {
    const from = this.linesKnownMs;
    const rows = await this.store.query<{
      line: string;
      class: string;
      access: string;
      plan: string;
      region: string;
      tags: string[];
      known: string;
    }>(
      `SELECT line, toString(l.class) AS class, toString(l.access) AS access, plan, region, tags,
         toString(toUnixTimestamp64Milli(known_from)) AS known
       FROM lines AS l FINAL WHERE toUnixTimestamp64Milli(l.known_from) >= {from:Int64} ORDER BY l.known_from, l.line`,
      { from },
    );
    let taken = 0;
    for (const row of rows) {
      const known = Number(row.known);
      this.linesKnownMs = Math.max(this.linesKnownMs, known);
      this.ledger.lines.add({
        line: row.line,
        class: lineClassOf(row.class) ?? "consumer",
        access: accessOf(row.access) ?? "unknown",
        plan: row.plan,
        region: row.region,
        tags: row.tags,
      });
      if (known > from) taken++;
    }
    return taken;
  }

  private async loadLeases(): Promise<number> {
    const from = this.leasesKnownMs;
    let taken = 0;
    // Pages end at a moment of knowledge, so that rows of one moment are never cut apart.
    for (let after = from; ;) {
      const rows = await this.store.query<StoredLease>(
        `SELECT l.domain AS domain, toString(l.address) AS address, l.prefix_length AS prefix_length,
           toString(toUnixTimestamp64Milli(l.valid_from)) AS valid_from,
           toString(toUnixTimestamp64Milli(l.valid_to)) AS valid_to,
           toString(toUnixTimestamp64Milli(l.known_from)) AS known_from, l.line AS line, l.source AS source
         FROM leases AS l WHERE toUnixTimestamp64Milli(l.known_from) >= {after:Int64}
         ORDER BY l.known_from LIMIT {page:UInt32} WITH TIES`,
        { after, page: PAGE },
      );
      if (rows.length === 0) return taken;
      this.ledger.restore(rows.map(logRow));
      const last = Number(rows[rows.length - 1].known_from);
      for (const row of rows) if (Number(row.known_from) > from) taken++;
      this.leasesKnownMs = Math.max(this.leasesKnownMs, last);
      if (rows.length < PAGE) return taken;
      after = last + 1;
    }
  }
}

function logRow(row: StoredLease): LeaseLogRow {
  const words = new Uint32Array(4);
  parseAddress(row.address, words, 0);
  const validToMs = Number(row.valid_to);
  return {
    domain: row.domain,
    words,
    prefixLength: row.prefix_length,
    validFromMs: Number(row.valid_from),
    validToMs: validToMs >= OPEN_END_MS ? Number.POSITIVE_INFINITY : validToMs,
    knownFromMs: Number(row.known_from),
    line: row.line,
    source: row.source,
  };
}

/** Makes lines durable, in blocks. */
export async function writeLines(
  spool: SpoolWriter,
  lines: readonly Line[],
  knownFromMs: number,
): Promise<void> {
  for (let start = 0; start < lines.length; start += 50_000) {
    await spool.write(
      "lines",
      encodeRows(
        "lines",
        lines.slice(start, start + 50_000).map(({ line, class: lineClass, access, plan, region, tags }) => ({
          line,
          class: lineClass,
          access,
          plan,
          region,
          tags,
          known_from: knownFromMs,
        })),
      ),
    );
  }
}
