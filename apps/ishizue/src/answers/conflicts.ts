import { formatLeased } from "@ishizue/ledger";
import { openEndMs, type Store } from "@ishizue/store";
import { parseAddress } from "@ishizue/wire";
import type { LedgerPrivacy } from "../privacy/ledger-privacy.ts";
import { bounds, prefixesAround } from "./log.ts";

/** Which of the ledger's decisions are asked for; what is not named is not asked about. */
export interface ConflictsQuestion {
  /** By when the ledger decided: [fromMs, toMs). */
  readonly fromMs: number;
  readonly toMs: number;
  readonly kinds: readonly string[];
  /** Every name that a line has in the store; it is either of the two. */
  readonly names: readonly string[] | undefined;
  /** Four words of an address that the lease's prefix is around. */
  readonly words: Uint32Array | undefined;
  readonly domain: string | undefined;
  /** Decisions listed; all are counted. */
  readonly limit: number;
}

/** One decision between messages that disagree or are missing. */
export interface Conflict {
  readonly knownMs: number;
  /** As docs/ledger.md names it. */
  readonly kind: string;
  readonly domain: string;
  readonly prefix: string;
  /** Holder of the lease that it changed or left as it was, and the lease's start. */
  readonly line: string;
  readonly startMs: number;
  /** Who wanted or got it; '' where nobody else is in it. */
  readonly otherLine: string;
}

export interface ConflictsAnswer {
  readonly fromMs: number;
  readonly toMs: number;
  /** Of all that were asked for, also those that are not listed. */
  readonly counts: Readonly<Record<string, number>>;
  /** The newest first. */
  readonly conflicts: readonly Conflict[];
}

/** Asks the store. Errors: the store's. */
export async function conflicts(
  store: Store,
  privacy: LedgerPrivacy,
  question: ConflictsQuestion,
): Promise<ConflictsAnswer> {
  const { fromMs, toMs, kinds, names, words, domain, limit } = question;
  const where = [
    "r.known_from >= fromUnixTimestamp64Milli({from:Int64}) AND r.known_from < fromUnixTimestamp64Milli({to:Int64})",
    "r.inserted >= fromUnixTimestamp64Milli({since:Int64})",
    ...(kinds.length === 0 ? [] : ["r.kind IN {kinds:Array(String)}"]),
    ...(names === undefined
      ? []
      : ["(r.line IN {names:Array(String)} OR r.other_line IN {names:Array(String)})"]),
    ...(words === undefined ? [] : [`(r.address, r.prefix_length) IN (${prefixesAround(words, privacy)})`]),
    ...(domain === undefined ? [] : ["r.domain = {domain:String}"]),
  ].join(" AND ");
  const params = {
    from: Math.min(fromMs, openEndMs),
    to: Math.min(toMs, openEndMs),
    since: privacy.sinceMs,
    kinds,
    names: names ?? [],
    domain: domain ?? "",
  };
  const counts = await store.query<{ kind: string; decisions: number }>(
    `SELECT r.kind AS kind, toFloat64(count()) AS decisions FROM lease_resolutions AS r WHERE ${where} GROUP BY kind ORDER BY decisions DESC, kind`,
    params,
    bounds,
  );
  const rows = await store.query<StoredResolution>(
    `SELECT toFloat64(toUnixTimestamp64Milli(r.known_from)) AS known_from, r.kind AS kind, r.domain AS domain,
       toString(r.address) AS address, r.prefix_length AS prefix_length, r.first_port AS first_port,
       r.last_port AS last_port, r.port_stride AS port_stride,
       toFloat64(toUnixTimestamp64Milli(r.valid_from)) AS valid_from, r.line AS line, r.other_line AS other_line
     FROM lease_resolutions AS r WHERE ${where} ORDER BY r.known_from DESC, r.kind, r.address, r.valid_from LIMIT {limit:UInt32}`,
    { ...params, limit },
    bounds,
  );
  return {
    fromMs,
    toMs,
    counts: Object.fromEntries(counts.map(({ kind, decisions }) => [kind, decisions])),
    conflicts: rows.map((row) => conflictOf(row, privacy)),
  };
}

interface StoredResolution {
  known_from: number;
  kind: string;
  domain: string;
  address: string;
  prefix_length: number;
  first_port: number;
  last_port: number;
  port_stride: number;
  valid_from: number;
  line: string;
  other_line: string;
}

function conflictOf(row: StoredResolution, privacy: LedgerPrivacy): Conflict {
  const words = new Uint32Array(4);
  parseAddress(row.address, words, 0);
  privacy.reveal(words, Uint8Array.of(row.prefix_length));
  return {
    knownMs: row.known_from,
    kind: row.kind,
    domain: row.domain,
    prefix: formatLeased(words, row.prefix_length, {
      first: row.first_port,
      last: row.last_port,
      stride: row.port_stride,
    }),
    line: privacy.revealedHolder(row.line),
    startMs: row.valid_from,
    otherLine: privacy.revealedHolder(row.other_line),
  };
}
