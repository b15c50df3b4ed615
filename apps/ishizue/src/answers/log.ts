import type { LeaseLogRow } from "@ishizue/ledger";
import { openEndMs, type Store } from "@ishizue/store";
import { clearHostBits, formatAddress, isMapped, parseAddress } from "@ishizue/wire";
import { CommandFault } from "../fault/fault.ts";
import type { LedgerPrivacy } from "../privacy/ledger-privacy.ts";

/** Rows of the log that one question may read. */
export const mostRows = 200_000;

/** Time and memory that the engine may take for one question. */
export const bounds = { max_execution_time: 60, max_memory_usage: "2000000000" } as const;

interface StoredRow {
  domain: string;
  address: string;
  prefix_length: number;
  valid_from: number;
  valid_to: number;
  known_from: number;
  line: string;
  source: string;
}

const milliseconds = (column: string): string =>
  `toFloat64(toUnixTimestamp64Milli(l.${column})) AS ${column}`;

const columns = `l.domain AS domain, toString(l.address) AS address, l.prefix_length AS prefix_length,
  ${milliseconds("valid_from")}, ${milliseconds("valid_to")}, ${milliseconds("known_from")}, l.line AS line, l.source AS source`;

/** In the order in which a ledger is made of them, which settles what two rows of one moment come to. */
const order =
  "ORDER BY l.known_from, l.domain, l.address, l.prefix_length, l.valid_from, l.valid_to DESC, l.line";

/** What a question may see of the log: what was known at `knownMs`, and not what is under an earlier privacy key. */
const visible =
  "l.known_from <= fromUnixTimestamp64Milli({known:Int64}) AND l.inserted >= fromUnixTimestamp64Milli({since:Int64})";

/** The lease log in the store, asked for the few rows that a question is about. */
export class LeaseLog {
  readonly #store: Store;
  readonly #privacy: LedgerPrivacy;
  readonly #seen: { known: number; since: number };

  /** `knownMs`: rows known later are not there; Infinity: all are. */
  constructor(store: Store, privacy: LedgerPrivacy, knownMs: number) {
    this.#store = store;
    this.#privacy = privacy;
    this.#seen = { known: Math.min(knownMs, openEndMs), since: privacy.sinceMs };
  }

  /**
   * Rows of leases around an address that start until `atMs`, in order: what decides who held it then.
   *
   * Reads by the table's key, a granule a prefix length. Errors: CommandFault TOO_MANY_LEASES.
   */
  around(domain: string, words: Uint32Array, atMs: number): Promise<LeaseLogRow[]> {
    return this.#rows(
      `l.domain = {domain:String} AND (l.address, l.prefix_length) IN (${prefixesAround(words, this.#privacy)})
         AND l.valid_from <= fromUnixTimestamp64Milli({at:Int64})`,
      { domain, at: atMs },
    );
  }

  /** Other routing domains that have a lease around the address, some of them. */
  async domainsAround(domain: string, words: Uint32Array): Promise<string[]> {
    const rows = await this.#store.query<{ domain: string }>(
      `SELECT DISTINCT l.domain AS domain FROM leases AS l
       WHERE l.domain != {domain:String} AND (l.address, l.prefix_length) IN (${prefixesAround(words, this.#privacy)}) AND ${visible}
       ORDER BY domain LIMIT 20`,
      { ...this.#seen, domain },
      bounds,
    );
    return rows.map((row) => row.domain);
  }

  /**
   * All rows of the leases of which any names one of `names` and that may reach into [fromMs, toMs), in order.
   *
   * Errors: CommandFault TOO_MANY_LEASES.
   */
  ofLine(names: readonly string[], fromMs: number, toMs: number): Promise<LeaseLogRow[]> {
    const key = (table: string): string =>
      `${table}.domain, ${table}.address, ${table}.prefix_length, ${table}.valid_from`;
    return this.#rows(
      `(${key("l")}) IN (
         SELECT ${key("n")} FROM leases AS n
         WHERE n.line IN {names:Array(String)} AND n.valid_from < fromUnixTimestamp64Milli({to:Int64})
           AND n.valid_to > fromUnixTimestamp64Milli({from:Int64}))`,
      { names, from: Math.min(fromMs, openEndMs), to: Math.min(toMs, openEndMs) },
    );
  }

  async #rows(where: string, params: Record<string, unknown>): Promise<LeaseLogRow[]> {
    const rows = await this.#store.query<StoredRow>(
      `SELECT ${columns} FROM leases AS l WHERE ${where} AND ${visible} ${order} LIMIT ${mostRows + 1}`,
      { ...this.#seen, ...params },
      bounds,
    );
    if (rows.length > mostRows) {
      throw new CommandFault(
        "TOO_MANY_LEASES",
        `more than ${mostRows} rows of the log are about it`,
        "narrow the question: a port, an earlier --known, a shorter time",
      );
    }
    return this.#revealed(rows);
  }

  #revealed(rows: readonly StoredRow[]): LeaseLogRow[] {
    const words = new Uint32Array(4 * rows.length);
    rows.forEach(({ address }, row) => parseAddress(address, words, 4 * row));
    this.#privacy.reveal(
      words,
      Uint8Array.from(rows, (row) => row.prefix_length),
    );
    return rows.map((row, index) => ({
      domain: row.domain,
      words: words.subarray(4 * index, 4 * index + 4),
      prefixLength: row.prefix_length,
      validFromMs: row.valid_from,
      validToMs: row.valid_to >= openEndMs ? Number.POSITIVE_INFINITY : row.valid_to,
      knownFromMs: row.known_from,
      line: row.line,
      source: row.source,
    }));
  }
}

/** Every prefix that an address is in, as the store has them: the list of an IN, pairs of address and length. */
export function prefixesAround(words: Uint32Array, privacy: LedgerPrivacy): string {
  const shortest = isMapped(words, 0) ? 97 : 1;
  const prefixes: string[] = [];
  for (let length = 128; length >= shortest; length--) {
    const prefix = words.slice(0, 4);
    clearHostBits(prefix, 0, length);
    prefixes.push(`(toIPv6('${formatAddress(privacy.concealed(prefix, length), 0)}'), ${length})`);
  }
  return prefixes.join(", ");
}
