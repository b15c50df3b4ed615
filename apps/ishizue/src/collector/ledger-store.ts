import { accessOf, type Ledger, type LeaseLogColumns, type Line, lineClassOf } from "@ishizue/ledger";
import { encodeRows, queryBlocks, type SpoolWriter, type Store } from "@ishizue/store";
import { formatAddress } from "@ishizue/wire";
import { LedgerPrivacy } from "../privacy/ledger-privacy.ts";
import { leaseColumns, leaseRowsOf, leaseSelection, sharingSelection } from "./lease-blocks.ts";

/** Rows asked for at a time: some 60 MB in the engine, and twice that here. */
const LEASES_A_PAGE = 500_000;
const LINES_A_PAGE = 100_000;
/** Rows taken without a pause: accounting and the receiving threads' blocks do not wait long. */
const LEASES_AT_ONCE = 2048;
const LINES_AT_ONCE = 500;
/**
 * How far back a poll looks behind the one before: a block that was stamped
 * before it could be seen. Taking a row twice changes nothing.
 */
const OVERLAP_MS = 60_000;
/** The engine's estimate of how many there are may be too low; and more come soon, for which room is not to be made at once. */
const ESTIMATE_SLACK = 1.2;

/** Rows of a time of arrival: [since, until), milliseconds of the store's clock; leases of other writers. */
type Window = { since: number; until: number; writer: number };

/** Where a page of leases ends, in the order of the table's key. */
interface LeasePosition {
  readonly domain: string;
  readonly address: string;
  readonly length: number;
  readonly validFrom: number;
  readonly knownFrom: number;
}

interface StoredLine {
  line: string;
  class: string;
  access: string;
  plan: string;
  region: string;
  tags: string[];
}

export interface LedgerLoaderOptions {
  /** Leases that this process wrote and has in memory: passed over. None unless given. */
  readonly writer?: number;
  readonly leasesAPage?: number;
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
  private readonly writer: number;
  private readonly leasesAPage: number;
  /** Moment of the store's clock up to which everything was seen. */
  private seenMs = 0;

  constructor(
    store: Store,
    ledger: Ledger,
    privacy = new LedgerPrivacy(),
    { writer = 0, leasesAPage = LEASES_A_PAGE }: LedgerLoaderOptions = {},
  ) {
    this.store = store;
    this.ledger = ledger;
    this.privacy = privacy;
    this.writer = writer;
    this.leasesAPage = leasesAPage;
  }

  /** Loads what is new; resolves with how many rows were taken, those of the overlap among them. */
  async load(): Promise<{ lines: number; leases: number }> {
    const [{ now }] = await this.store.query<{ now: number }>(
      "SELECT toFloat64(toUnixTimestamp64Milli(now64(3))) AS now",
    );
    const since = Math.max(this.privacy.sinceMs, this.seenMs - OVERLAP_MS);
    const window: Window = { since, until: now + 1, writer: this.writer };
    if (this.seenMs === 0) await this.makeRoom(window);
    const lines = await this.loadLines(window);
    const leases = await this.loadLeases(window);
    this.seenMs = now;
    return { lines, leases };
  }

  /** Room for all that is to come, so that it is not made by and by. */
  private async makeRoom(window: Window): Promise<void> {
    const [{ leases, lines }] = await this.store.query<{ leases: number; lines: number }>(
      `SELECT toFloat64(uniq(l.domain, l.address, l.prefix_length, l.valid_from, l.first_port)) AS leases,
         toFloat64(uniq(l.line)) AS lines
       FROM leases AS l WHERE ${others}`,
      window,
    );
    this.ledger.reserve(Math.ceil(leases * ESTIMATE_SLACK));
    this.ledger.lines.expect(Math.ceil(lines * ESTIMATE_SLACK));
  }

  /** States of a line come in the order in which they became known: the last holds. */
  private async loadLines(window: Window): Promise<number> {
    let taken = 0;
    for (let after = ""; ;) {
      const rows = await this.store.query<StoredLine>(
        `SELECT l.line AS line, toString(l.class) AS class, toString(l.access) AS access, l.plan AS plan,
           l.region AS region, l.tags AS tags
         FROM lines AS l WHERE ${inserted("l")} AND l.line > {after:String}
         ORDER BY l.line, l.known_from, l.inserted LIMIT ${LINES_A_PAGE}`,
        { ...window, after },
      );
      const isLast = rows.length < LINES_A_PAGE;
      // The last line of a full page may have more states: all of them come with the next.
      const last = isLast ? undefined : rows.at(-1)?.line;
      const whole =
        last === undefined || last === rows[0].line
          ? rows.length
          : rows.findIndex(({ line }) => line === last);
      for (let first = 0; first < whole; first += LINES_AT_ONCE) {
        for (const row of rows.slice(first, Math.min(whole, first + LINES_AT_ONCE))) this.takeLine(row);
        await new Promise((resolve) => setImmediate(resolve));
      }
      taken += whole;
      if (isLast) return taken;
      after = rows[whole - 1].line;
    }
  }

  private takeLine(row: StoredLine): void {
    this.ledger.lines.add({
      line: row.line,
      class: lineClassOf(row.class) ?? "consumer",
      access: accessOf(row.access) ?? "unknown",
      plan: row.plan,
      region: row.region,
      tags: row.tags,
    });
  }

  /**
   * Page by page in the order of the table's key, in which it lies on the disk: the latest state of a lease comes last
   * there too. A page begins with the rows that the one before ended with.
   */
  private async loadLeases(window: Window): Promise<number> {
    const [{ shared }] = await this.store.query<{ shared: number }>(
      `SELECT toUInt8(count() > 0) AS shared FROM leases AS l
       WHERE ${others} AND (l.first_port != 0 OR l.last_port != 65535 OR l.inside_address != toIPv6('::'))`,
      window,
    );
    const selection = shared === 1 ? `${leaseSelection}, ${sharingSelection}` : leaseSelection;
    let size = this.leasesAPage;
    let taken = 0;
    let after: LeasePosition | undefined;
    for (let next = this.leasePage(selection, window, after, size); ;) {
      const page = await next;
      const rows = page.reduce((sum, { count }) => sum + count, 0);
      const isLast = rows < size;
      const last = page.at(-1);
      if (!isLast && last !== undefined) {
        const end = lastPosition(last);
        // A page of nothing but rows of one key would come again for ever.
        if (after !== undefined && isSamePosition(after, end)) size *= 2;
        after = end;
        // The engine is at the next page while this one is taken.
        next = this.leasePage(selection, window, after, size);
        // What it may fail with is told when its turn comes.
        next.catch(() => {});
      }
      for (const columns of page) await this.takeLeases(columns);
      taken += rows;
      if (isLast) return taken;
    }
  }

  private async leasePage(
    selection: string,
    window: Window,
    after: LeasePosition | undefined,
    rows: number,
  ): Promise<LeaseLogColumns[]> {
    const sql = `SELECT ${selection} FROM leases AS l
      WHERE ${others} AND ${after === undefined ? "1" : fromPosition}
      ORDER BY l.domain, l.address, l.prefix_length, l.valid_from, l.known_from, l.valid_to DESC, l.line
      LIMIT ${rows}`;
    const page: LeaseLogColumns[] = [];
    for await (const block of queryBlocks(this.store, sql, { ...window, ...after })) {
      if (block.rows > 0) page.push(leaseColumns(block));
    }
    return page;
  }

  /** A few thousand rows at a time; other work goes on between. */
  private async takeLeases(columns: LeaseLogColumns): Promise<void> {
    for (let first = 0; first < columns.count; first += LEASES_AT_ONCE) {
      const rows = leaseRowsOf(columns, first, Math.min(columns.count, first + LEASES_AT_ONCE));
      this.privacy.reveal(rows.words, rows.prefixLength);
      if (rows.inside !== undefined) this.revealInside(rows.inside.words);
      this.ledger.restoreColumns(rows);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** :: is no inside address, and stays. */
  private revealInside(words: Uint32Array): void {
    for (let at = 0; at < words.length; at += 4) {
      const address = words.subarray(at, at + 4);
      if (address.some((word) => word !== 0)) this.privacy.reveal(address, HOST);
    }
  }
}

const HOST = Uint8Array.of(128);

function inserted(table: string): string {
  return `${table}.inserted >= fromUnixTimestamp64Milli({since:Int64}) AND ${table}.inserted < fromUnixTimestamp64Milli({until:Int64})`;
}

/** 0 is nobody in particular: rows that do not say who wrote them are never passed over. */
const others = `${inserted("l")} AND (l.writer = 0 OR l.writer != {writer:UInt64})`;

/** Rows from a position on; the first two lines are what the engine finds in its index. */
const fromPosition = `(l.domain > {domain:String}
  OR (l.domain = {domain:String} AND l.address >= toIPv6({address:String})))
  AND (l.domain, l.address, l.prefix_length, l.valid_from, l.known_from)
    >= ({domain:String}, toIPv6({address:String}), {length:UInt8},
      fromUnixTimestamp64Milli({validFrom:Int64}), fromUnixTimestamp64Milli({knownFrom:Int64}))`;

function lastPosition(columns: LeaseLogColumns): LeasePosition {
  const row = columns.count - 1;
  const { bytes, starts, ends } = columns.domain;
  return {
    domain: Buffer.from(bytes.buffer, bytes.byteOffset + starts[row], ends[row] - starts[row]).toString(),
    // In the form that the store has: before it is revealed.
    address: formatAddress(columns.words, 4 * row),
    length: columns.prefixLength[row],
    validFrom: columns.validFromMs[row],
    knownFrom: columns.knownFromMs[row],
  };
}

function isSamePosition(a: LeasePosition, b: LeasePosition): boolean {
  return (
    a.domain === b.domain &&
    a.address === b.address &&
    a.length === b.length &&
    a.validFrom === b.validFrom &&
    a.knownFrom === b.knownFrom
  );
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
