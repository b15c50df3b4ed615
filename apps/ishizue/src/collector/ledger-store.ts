import { accessOf, type Ledger, type LeaseLogRow, type Line, lineClassOf } from "@ishizue/ledger";
import { encodeRows, openEndMs, type SpoolWriter, type Store } from "@ishizue/store";
import { parseAddress } from "@ishizue/wire";
import { LedgerPrivacy } from "../privacy/ledger-privacy.ts";

/** Rows asked for at a time: bounds the memory of a load. */
const PAGE = 100_000;
/** Rows taken without a pause: accounting and the receiving threads' blocks do not wait long. */
const ROWS_AT_ONCE = 500;
/**
 * How far back a poll looks behind the one before: a block that was stamped
 * before it could be seen. Taking a row twice changes nothing.
 */
const OVERLAP_MS = 60_000;

/** Prefix lengths of one address. */
const HOST = Uint8Array.of(128);

interface StoredLease {
  domain: string;
  address: string;
  prefix_length: number;
  valid_from: string;
  valid_to: string;
  known_from: string;
  line: string;
  source: string;
  first_port: number;
  last_port: number;
  port_stride: number;
  inside_domain: string;
  inside_address: string;
}

/**
 * Brings the ledger in memory up to what the store's log says: all of it at
 * start, and what was inserted since when it is called again, such as what
 * `ishizue import` added beside a running collector. It goes by when rows came
 * into the store, not by their knowledge time, which may be older than that of
 * rows seen before.
 */
export class LedgerLoader {
  private readonly store: Store;
  private readonly ledger: Ledger;
  private readonly privacy: LedgerPrivacy;
  /** Moment of the store's clock up to which everything was seen. */
  private seenMs = 0;

  constructor(store: Store, ledger: Ledger, privacy = new LedgerPrivacy()) {
    this.store = store;
    this.ledger = ledger;
    this.privacy = privacy;
  }

  /** Loads what is new; resolves with how many rows were taken, those of the overlap among them. */
  async load(): Promise<{ lines: number; leases: number }> {
    const [{ now }] = await this.store.query<{ now: number }>(
      "SELECT toFloat64(toUnixTimestamp64Milli(now64(3))) AS now",
    );
    const window = { from: Math.max(this.privacy.sinceMs, this.seenMs - OVERLAP_MS), to: now + 1 };
    const lines = await this.loadLines(window);
    const leases = await this.loadLeases(window);
    this.seenMs = now;
    return { lines, leases };
  }

  private loadLines(window: { from: number; to: number }): Promise<number> {
    return this.pages<{
      line: string;
      class: string;
      access: string;
      plan: string;
      region: string;
      tags: string[];
    }>(
      `SELECT l.line AS line, toString(l.class) AS class, toString(l.access) AS access, l.plan AS plan,
         l.region AS region, l.tags AS tags
       FROM lines AS l WHERE ${insertedWithin("l")} ORDER BY l.known_from, l.line`,
      window,
      (rows) => {
        for (const row of rows) {
          this.ledger.lines.add({
            line: row.line,
            class: lineClassOf(row.class) ?? "consumer",
            access: accessOf(row.access) ?? "unknown",
            plan: row.plan,
            region: row.region,
            tags: row.tags,
          });
        }
      },
    );
  }

  private loadLeases(window: { from: number; to: number }): Promise<number> {
    return this.pages<StoredLease>(
      `SELECT l.domain AS domain, toString(l.address) AS address, l.prefix_length AS prefix_length,
         toString(toUnixTimestamp64Milli(l.valid_from)) AS valid_from,
         toString(toUnixTimestamp64Milli(l.valid_to)) AS valid_to,
         toString(toUnixTimestamp64Milli(l.known_from)) AS known_from, l.line AS line, l.source AS source,
         l.first_port AS first_port, l.last_port AS last_port, l.port_stride AS port_stride,
         l.inside_domain AS inside_domain, toString(l.inside_address) AS inside_address
       FROM leases AS l WHERE ${insertedWithin("l")}
       ORDER BY l.known_from, l.domain, l.address, l.prefix_length, l.valid_from, l.valid_to DESC, l.line`,
      window,
      (rows) => this.ledger.restore(this.revealed(rows.map(logRow))),
    );
  }

  private revealed(rows: LeaseLogRow[]): LeaseLogRow[] {
    const words = new Uint32Array(4 * rows.length);
    rows.forEach((row, index) => words.set(row.words, 4 * index));
    this.privacy.reveal(
      words,
      Uint8Array.from(rows, ({ prefixLength }) => prefixLength),
    );
    for (const { inside } of rows) if (inside !== undefined) this.privacy.reveal(inside.words, HOST);
    return rows.map((row, index) => ({ ...row, words: words.subarray(4 * index, 4 * index + 4) }));
  }

  /**
   * Asks page by page; the window's end keeps later rows from moving the pages.
   * `take` gets a few hundred rows at a time, and other work goes on between.
   */
  private async pages<Row>(
    sql: string,
    window: { from: number; to: number },
    take: (rows: Row[]) => unknown,
  ): Promise<number> {
    for (let offset = 0; ; offset += PAGE) {
      let taken = 0;
      try {
        const page = await this.store.client.query({
          query: `${sql} LIMIT ${PAGE} OFFSET {offset:UInt64}`,
          format: "JSONEachRow",
          query_params: { ...window, offset },
        });
        for await (const rows of page.stream<Row>()) {
          for (let first = 0; first < rows.length; first += ROWS_AT_ONCE) {
            take(rows.slice(first, first + ROWS_AT_ONCE).map((row) => row.json()));
            await new Promise((resolve) => setImmediate(resolve));
          }
          taken += rows.length;
        }
      } catch (error) {
        throw this.store.explain(error);
      }
      if (taken < PAGE) return offset + taken;
    }
  }
}

function insertedWithin(table: string): string {
  return `${table}.inserted >= fromUnixTimestamp64Milli({from:Int64}) AND ${table}.inserted < fromUnixTimestamp64Milli({to:Int64})`;
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
    validToMs: validToMs >= openEndMs ? Number.POSITIVE_INFINITY : validToMs,
    knownFromMs: Number(row.known_from),
    line: row.line,
    source: row.source,
    ...sharingOf(row),
  };
}

function sharingOf(row: StoredLease): Pick<LeaseLogRow, "ports" | "inside"> {
  const { first_port: first, last_port: last, port_stride: stride } = row;
  const isEveryPort = first === 0 && last === 0xffff;
  const words = new Uint32Array(4);
  parseAddress(row.inside_address, words, 0);
  const isInside = words.some((word) => word !== 0);
  return {
    ...(isEveryPort ? {} : { ports: { first, last, stride } }),
    ...(isInside ? { inside: { domain: row.inside_domain, words } } : {}),
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
