import type { LeaseLogRow } from "@ishizue/ledger";
import { openEndMs, type Store } from "@ishizue/store";
import { clearHostBits, formatAddress, isMapped, parseAddress } from "@ishizue/wire";
import { CommandFault } from "../fault/fault.ts";
import type { LedgerPrivacy } from "../privacy/ledger-privacy.ts";

/** Rows of the log that one question may read. */
const mostRows = 200_000;
/** Addresses behind a NAT that one question may go on to ask about. */
const mostInside = 1000;

/** Time and memory that the engine may take for one question. */
export const bounds = { max_execution_time: 60, max_memory_usage: "2000000000" } as const;

/** An address in a routing domain at a moment. */
export interface Moment {
  readonly domain: string;
  /** Four network-order words. */
  readonly words: Uint32Array;
  readonly atMs: number;
}

/** Prefix lengths of one address. */
const host = Uint8Array.of(128);

interface StoredRow {
  domain: string;
  address: string;
  prefix_length: number;
  valid_from: number;
  valid_to: number;
  known_from: number;
  line: string;
  source: string;
  first_port: number;
  last_port: number;
  port_stride: number;
  inside_domain: string;
  inside_address: string;
}

const milliseconds = (column: string): string =>
  `toFloat64(toUnixTimestamp64Milli(l.${column})) AS ${column}`;

/** A lease of all ports, and one that has {port:UInt16} among its ports. */
const everyPortHeld = "l.first_port = 0 AND l.last_port = 65535";
const portHeld = `{port:UInt16} >= l.first_port AND
  if(l.port_stride = 0, {port:UInt16}, l.first_port + modulo({port:UInt16} - l.first_port, greatest(l.port_stride, 1))) <= l.last_port`;

const columns = `l.domain AS domain, toString(l.address) AS address, l.prefix_length AS prefix_length,
  ${milliseconds("valid_from")}, ${milliseconds("valid_to")}, ${milliseconds("known_from")}, l.line AS line, l.source AS source,
  l.first_port AS first_port, l.last_port AS last_port, l.port_stride AS port_stride,
  l.inside_domain AS inside_domain, toString(l.inside_address) AS inside_address`;

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
   * Rows of leases around an address that start until `atMs`, in order: what decides who held it, or `port` of it, then.
   * Without a port leases of ports are left out.
   *
   * Reads by the table's key, a granule a prefix length. Errors: CommandFault TOO_MANY_LEASES.
   */
  around({ domain, words, atMs }: Moment, port: number | undefined): Promise<LeaseLogRow[]> {
    return this.#rows(
      `${this.#isAround(words)} AND (${everyPortHeld} OR (${port === undefined ? "0" : portHeld}))`,
      { domain, at: atMs, port: port ?? 0 },
    );
  }

  /** How many leases of some of the ports of an address held then. */
  async portLeases({ domain, words, atMs }: Moment): Promise<number> {
    const [{ held }] = await this.#store.query<{ held: number }>(
      `SELECT toFloat64(count()) AS held FROM (
         SELECT argMax(l.valid_to, l.known_from) AS until FROM leases AS l
         WHERE ${this.#isAround(words)} AND NOT (${everyPortHeld}) AND ${visible}
         GROUP BY l.domain, l.address, l.prefix_length, l.first_port, l.last_port, l.port_stride, l.valid_from
         HAVING until > fromUnixTimestamp64Milli({at:Int64}))`,
      { ...this.#seen, domain, at: atMs },
      bounds,
    );
    return held;
  }

  #isAround(words: Uint32Array): string {
    return `l.domain = {domain:String} AND (l.address, l.prefix_length) IN (${prefixesAround(words, this.#privacy)})
      AND l.valid_from <= fromUnixTimestamp64Milli({at:Int64})`;
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
    return this.#leasesWith("n.line IN {names:Array(String)}", fromMs, toMs, { names });
  }

  /** As `ofLine`, of the leases that any of the inside addresses holds, pairs of routing domain and address. */
  ofInside(
    addresses: readonly { readonly domain: string; readonly words: Uint32Array }[],
    fromMs: number,
    toMs: number,
  ): Promise<LeaseLogRow[]> {
    const pairs = addresses.map(({ words }, index) => {
      const address = formatAddress(this.#privacy.concealed(words, 128), 0);
      return [`toIPv6('${address}')`, `{domains:Array(String)}[${index + 1}]`];
    });
    // The first for the index, the second for the routing domain.
    const which = `n.inside_address IN (${pairs.map(([address]) => address).join(", ")})
      AND (n.inside_address, toString(n.inside_domain)) IN (${pairs.map((pair) => `(${pair.join(", ")})`).join(", ")})`;
    const domains = addresses.map(({ domain }) => domain);
    return this.#leasesWith(which, fromMs, toMs, { domains });
  }

  #leasesWith(
    which: string,
    fromMs: number,
    toMs: number,
    params: Record<string, unknown>,
  ): Promise<LeaseLogRow[]> {
    const key = (table: string): string =>
      ["domain", "address", "prefix_length", "first_port", "last_port", "port_stride", "valid_from"]
        .map((column) => `${table}.${column}`)
        .join(", ");
    // GLOBAL: on a cluster the leases found are sent to the shards, which do not ask each other.
    return this.#rows(
      `(${key("l")}) GLOBAL IN (
         SELECT ${key("n")} FROM leases AS n
         WHERE ${which} AND n.valid_from < fromUnixTimestamp64Milli({to:Int64})
           AND n.valid_to > fromUnixTimestamp64Milli({from:Int64}))`,
      { ...params, from: Math.min(fromMs, openEndMs), to: Math.min(toMs, openEndMs) },
    );
  }

  async #rows(where: string, params: Record<string, unknown>): Promise<LeaseLogRow[]> {
    const rows = await this.#store.query<StoredRow>(
      `SELECT ${columns} FROM leases AS l WHERE ${where} AND ${visible} ${order} LIMIT ${mostRows + 1}`,
      { ...this.#seen, ...params },
      bounds,
    );
    if (rows.length > mostRows) throw tooMany(`more than ${mostRows} rows of the log are about it`);
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
      ...this.#sharing(row),
    }));
  }

  #sharing(row: StoredRow): Pick<LeaseLogRow, "ports" | "inside"> {
    const { first_port: first, last_port: last, port_stride: stride } = row;
    const words = new Uint32Array(4);
    parseAddress(row.inside_address, words, 0);
    const isInside = words.some((word) => word !== 0);
    if (isInside) this.#privacy.reveal(words, host);
    return {
      ...(first === 0 && last === 0xffff ? {} : { ports: { first, last, stride } }),
      ...(isInside ? { inside: { domain: row.inside_domain, words } } : {}),
    };
  }
}

/** Errors: CommandFault TOO_MANY_LEASES where there are more inside addresses than one question may go on to. */
export function checkInside(addresses: number): void {
  if (addresses > mostInside) throw tooMany(`more than ${mostInside} addresses behind a NAT are about it`);
}

function tooMany(what: string): CommandFault {
  return new CommandFault(
    "TOO_MANY_LEASES",
    what,
    "narrow the question: a port, an earlier --known, a shorter time",
  );
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
