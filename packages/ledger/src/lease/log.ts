import type { InsideAddress, PortSet } from "./event.ts";

/**
 * One row of the lease log, as the store keeps it: append-only. Of the rows with the same domain, prefix,
 * length, port set and validFromMs, the one with the latest knownFromMs holds; validToMs = validFromMs takes the lease
 * back.
 */
export interface LeaseLogRow {
  readonly domain: string;
  /** Four network-order words; IPv4 as ::ffff:a.b.c.d. */
  readonly words: Uint32Array;
  /** Of the IPv6 form. */
  readonly prefixLength: number;
  /** 0 = always. */
  readonly validFromMs: number;
  /** Infinity = open. */
  readonly validToMs: number;
  readonly knownFromMs: number;
  /** '' where `inside` holds it. */
  readonly line: string;
  /** Absent: every port. */
  readonly ports?: PortSet;
  readonly inside?: InsideAddress;
  /** `<feed>:<nas>/<what told the start>/<what told the end>`: `radius:192.0.2.1/start/stop`. */
  readonly source: string;
}

/** Texts as they lie in a block of rows: row i from `starts[i]` until `ends[i]`, in UTF-8. */
export interface TextColumn {
  readonly bytes: Uint8Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** Rows of the lease log in columns, as `LeaseLogRow` has them. */
export interface LeaseLogColumns {
  readonly count: number;
  readonly domain: TextColumn;
  /** Four network-order words a row. */
  readonly words: Uint32Array;
  readonly prefixLength: Uint8Array;
  readonly validFromMs: Float64Array;
  /** Infinity = open. */
  readonly validToMs: Float64Array;
  readonly knownFromMs: Float64Array;
  readonly line: TextColumn;
  readonly source: TextColumn;
  /** Absent: no row has a port set. */
  readonly ports?: {
    readonly first: Uint16Array;
    readonly last: Uint16Array;
    readonly stride: Uint16Array;
  };
  /** Absent: no row has an inside address; :: is none. */
  readonly inside?: { readonly domain: TextColumn; readonly words: Uint32Array };
}

/** What told a lease's start. Estimates (interim, stop) give way to a Start of their session. */
export const StartOrigin = { start: 0, interim: 1, stop: 2, given: 3 } as const;
/** What told a lease's end. */
export const Ending = { open: 0, stop: 1, next: 2, nas: 3, timeOut: 4, given: 5 } as const;

const originNames = ["start", "interim", "stop", "given"] as const;
const endingNames = ["open", "stop", "next", "nas", "timeOut", "given"] as const;

/** A log row's source, taken apart. */
export interface LeaseSource {
  readonly feed: string;
  readonly nas: string;
  readonly origin: number;
  readonly ending: number;
}

export function formatSource(feed: string, nas: string, origin: number, ending: number): string {
  return `${feed}:${nas}/${originNames[origin]}/${endingNames[ending]}`;
}

/** Reads what `formatSource` wrote; another writer's text is its own feed, given whole. */
export function parseSource(text: string, endMs: number): LeaseSource {
  const match = /^([^:]*):(.*)\/([A-Za-z]+)\/([A-Za-z]+)$/s.exec(text);
  const origin = match === null ? -1 : (originNames as readonly string[]).indexOf(match[3]);
  const ending = match === null ? -1 : (endingNames as readonly string[]).indexOf(match[4]);
  if (match === null || origin < 0 || ending < 0) {
    const given = endMs === Number.POSITIVE_INFINITY ? Ending.open : Ending.given;
    return { feed: text, nas: "", origin: StartOrigin.given, ending: given };
  }
  return { feed: match[1], nas: match[2], origin, ending };
}
