import {
  Ending,
  formatLeased,
  type LeaseLogRow,
  parseSource,
  type PortSet,
  StartOrigin,
} from "@ishizue/ledger";
import { formatAddress } from "@ishizue/wire";

/** A lease as an answer tells it. Times are milliseconds since the epoch; in JSON an end that is not known is null. */
export interface LeaseAnswer {
  /** '' where an inside address holds it. */
  readonly line: string;
  /** The address behind a NAT that holds it in place of a line; null: a line does. */
  readonly inside: { readonly domain: string; readonly address: string } | null;
  readonly domain: string;
  /** `192.0.2.7`, `2001:db8::/56`, `192.0.2.7:1024-2047`. */
  readonly prefix: string;
  /** null: all of them. */
  readonly ports: PortSet | null;
  /** 0: always. */
  readonly validFromMs: number;
  readonly validToMs: number;
  /** When the ledger learnt it as it is here. */
  readonly knownFromMs: number;
  /** As the log has it. */
  readonly source: string;
  /** Which feed told it: `radius`, `csv`, … */
  readonly feed: string;
  /** The access server; '' where the feed names none. */
  readonly nas: string;
  /** What told its start and its end. */
  readonly start: StartName;
  readonly end: EndName;
}

export type StartName = keyof typeof StartOrigin;
export type EndName = keyof typeof Ending;

const startNames = Object.keys(StartOrigin) as StartName[];
const endNames = Object.keys(Ending) as EndName[];

/** A row of the log, told. */
export function leaseAnswer(row: LeaseLogRow): LeaseAnswer {
  const { feed, nas, origin, ending } = parseSource(row.source, row.validToMs);
  return {
    line: row.line,
    inside:
      row.inside === undefined
        ? null
        : { domain: row.inside.domain, address: formatAddress(row.inside.words, 0) },
    domain: row.domain,
    prefix: formatLeased(row.words, row.prefixLength, row.ports ?? null),
    ports: row.ports ?? null,
    validFromMs: row.validFromMs,
    validToMs: row.validToMs,
    knownFromMs: row.knownFromMs,
    source: row.source,
    feed,
    nas,
    start: startNames[origin],
    end: endNames[ending],
  };
}
