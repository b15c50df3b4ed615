import { leastMs, maxAheadMs } from "../accounting/lease-event.ts";
import type { LeasePrefix } from "../lease/event.ts";
import type { TimeReader } from "../time/reader.ts";
import type { GatewayFormat, GatewayPositions } from "./format.ts";
import { readDuration, readNumber, readOctets, readPrefixes, readTime } from "./value.ts";

/** A record longer than this is not believed. */
export const longestRecordMs = 31 * 86_400_000;

/** What a row of an export says. */
export interface GatewayRecord {
  /** Digits only. */
  readonly number: string;
  /** The record: [startMs, endMs). */
  readonly startMs: number;
  readonly endMs: number;
  /** Between first and last packet where the record has them, else the record. */
  readonly usedFromMs: number;
  readonly usedToMs: number;
  /** From the phone: the provider's IN. */
  readonly octetsIn: number;
  readonly octetsOut: number;
  readonly prefixes: readonly LeasePrefix[];
  /** The same of a record that comes again, and of no other: all that was read of it but its addresses. */
  readonly identity: string;
}

/** Reads a row, or says why it cannot be used: never with the number in it. */
export function readRecord(
  cells: readonly string[],
  positions: GatewayPositions,
  { octetsPerUnit, ipv6PrefixLength }: GatewayFormat,
  times: TimeReader,
  knownMs: number,
): GatewayRecord | string {
  const cell = (position: number): string => (position < 0 ? "" : (cells[position] ?? "").trim());
  const number = readNumber(cell(positions.number));
  if (number === undefined) return "the number is none";
  const span = spanOf(cell, positions, times);
  if (typeof span === "string") return span;
  const { startMs, endMs } = span;
  if (endMs < startMs) return "the record ends before it starts";
  if (endMs - startMs > longestRecordMs) return "the record is longer than 31 days";
  if (startMs < leastMs || startMs > knownMs + maxAheadMs) {
    return "the record's time cannot be believed: before 2000, or yet to come";
  }
  const octetsIn = readOctets(cell(positions.uplink), octetsPerUnit);
  const octetsOut = readOctets(cell(positions.downlink), octetsPerUnit);
  if (Number.isNaN(octetsIn)) return `the octets up "${shown(cell(positions.uplink))}" are no number`;
  if (Number.isNaN(octetsOut)) return `the octets down "${shown(cell(positions.downlink))}" are no number`;
  const prefixes: LeasePrefix[] = [];
  for (const position of positions.addresses) {
    const read = readPrefixes(cell(position), ipv6PrefixLength);
    if (typeof read === "string") return `"${shown(read)}" is no address`;
    prefixes.push(...read);
  }
  const used = usedSpan(cell, positions, times, startMs, endMs);
  if (used === undefined) return "the time of the first or last usage is none";
  const told = positions.record.map(cell);
  const identity = [number, startMs, endMs, used.fromMs, used.toMs, octetsIn, octetsOut, ...told].join("\n");
  const [usedFromMs, usedToMs] = [used.fromMs, used.toMs];
  return { number, startMs, endMs, usedFromMs, usedToMs, octetsIn, octetsOut, prefixes, identity };
}

/** From two of start, end and duration; what the third says is left aside. */
function spanOf(
  cell: (position: number) => string,
  positions: GatewayPositions,
  times: TimeReader,
): { startMs: number; endMs: number } | string {
  const [startText, endText] = [cell(positions.start), cell(positions.end)];
  const durationText = cell(positions.duration);
  const startMs = startText === "" ? undefined : readTime(startText, times);
  const endMs = endText === "" ? undefined : readTime(endText, times);
  const durationMs = durationText === "" ? undefined : readDuration(durationText);
  if (Number.isNaN(startMs)) return `the start "${shown(startText)}" is no time`;
  if (Number.isNaN(endMs)) return `the end "${shown(endText)}" is no time`;
  if (Number.isNaN(durationMs)) return `the duration "${shown(durationText)}" is none`;
  if (startMs !== undefined && durationMs !== undefined) return { startMs, endMs: startMs + durationMs };
  if (startMs !== undefined && endMs !== undefined) return { startMs, endMs };
  if (endMs !== undefined && durationMs !== undefined) return { startMs: endMs - durationMs, endMs };
  return "the record does not say from when until when it is: two of start, end and duration are needed";
}

/** Where the octets lie; outside of the record usage is not believed. Undefined for a time that is none. */
function usedSpan(
  cell: (position: number) => string,
  positions: GatewayPositions,
  times: TimeReader,
  startMs: number,
  endMs: number,
): { fromMs: number; toMs: number } | undefined {
  const [first, last] = [cell(positions.firstUsage), cell(positions.lastUsage)];
  if (first === "" || last === "") return { fromMs: startMs, toMs: endMs };
  const [firstMs, lastMs] = [readTime(first, times), readTime(last, times)];
  if (Number.isNaN(firstMs) || Number.isNaN(lastMs)) return undefined;
  const within = firstMs >= startMs && lastMs <= endMs && firstMs <= lastMs;
  return within ? { fromMs: firstMs, toMs: lastMs } : { fromMs: startMs, toMs: endMs };
}

/** A cell as far as a message needs it. */
function shown(cell: string): string {
  return cell.length > 60 ? `${cell.slice(0, 60)}…` : cell;
}
