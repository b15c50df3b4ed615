import { isMapped } from "@ishizue/wire";
import { lineOfIdentity } from "../dhcp/identity.ts";
import type { DhcpLineFrom } from "../dhcp/identity.ts";
import type { BindingMerger } from "../dhcp/merge.ts";
import { checkpoint, handOn, handOnAll, newLeaseFileReport, newMerger } from "../dhcp/report.ts";
import type { LeaseFileOptions, LeaseFileReport } from "../dhcp/report.ts";
import { readLines } from "../file/lines.ts";
import type { TextLine } from "../file/lines.ts";
import { addBadRow } from "../file/report.ts";
import { Checkpoints } from "../file/resume.ts";
import { cellsOfExport, separatorOf } from "../radacct/row.ts";
import { TimeReader } from "../time/reader.ts";
import { offsetTime } from "../time/wall.ts";
import { zoneOffset } from "../time/zone.ts";
import { readLegalEntry } from "./legal-entry.ts";

const defaultLineFrom = { v4: ["hwaddr"], v6: ["duid"] } as const satisfies Record<string, DhcpLineFrom[]>;

/** Where the columns of an export of the database's table `logs` are. */
interface LogColumns {
  readonly separator: string;
  readonly count: number;
  readonly timestamp: number;
  readonly log: number;
}

/**
 * Reads the forensic log of Kea's hook library `legal_log`, DHCPv4 and DHCPv6: its text files, and exports of the table
 * `logs` that it writes to a database, with a line of column names.
 *
 * An entry that assigns or renews a lease holds from its time for its duration, one that releases or deletes ends the lease. Line:
 * `lineFrom`, by default hwaddr in DHCPv4 and duid in DHCPv6. Times are in the zone that is written where it means one thing, else in
 * `timeZone`. Outcomes: see LeaseFileReport; entries of a custom format are bad rows. Throws LedgerFault as
 * readLines, BAD_TIME_ZONE.
 * Source: Kea Administrator Reference Manual, "libdhcp_legal_log.so: Forensic Logging".
 */
export async function importKeaLegalLog(file: string, options: LeaseFileOptions): Promise<LeaseFileReport> {
  const report = newLeaseFileReport(file, options);
  const merger = newMerger(options);
  const checkpoints = new Checkpoints(options);
  const times = new TimeReader(options.timeZone ?? "UTC");
  let columns = columnsOf(report.header?.[0] ?? "");
  for await (const { lines, ended } of readLines(file, options.from)) {
    report.endsOpen = !ended;
    for (const line of lines) {
      // A last line without its line break may still be being written: it is read the next time.
      if (!ended) break;
      const isFirst = report.header === undefined;
      if (isFirst) {
        columns = columnsOf(line.text);
        report.header = columns === undefined ? [] : [line.text];
      }
      const isHeader = isFirst && columns !== undefined;
      if (!isHeader && (line.text !== "" || line.tooLong)) {
        report.empty = false;
        const refused = await takeLine(report, merger, line, columns, times, options);
        if (refused === undefined) report.taken++;
        else addBadRow(report, line.number, refused);
      }
      report.position = { octets: line.end, lines: line.number };
      if (merger.isFull) await handOnAll(report, merger, options.onLease);
    }
    await checkpoint(checkpoints, report, merger, options.onLease);
  }
  await handOnAll(report, merger, options.onLease);
  return report;
}

/** Columns by a line of their names; undefined where the line is none, but an entry. */
function columnsOf(text: string): LogColumns | undefined {
  const separator = separatorOf(text);
  const cells = cellsOfExport(text, separator);
  if (typeof cells === "string") return undefined;
  const names = cells.map((cell) => cell.trim().toLowerCase());
  const [timestamp, log] = [names.indexOf("timestamp"), names.indexOf("log")];
  return timestamp < 0 || log < 0 ? undefined : { separator, count: names.length, timestamp, log };
}

/** Brings an entry to the merger, and what that completes to the caller; says why it cannot be used. */
async function takeLine(
  report: LeaseFileReport,
  merger: BindingMerger,
  line: TextLine,
  columns: LogColumns | undefined,
  times: TimeReader,
  options: LeaseFileOptions,
): Promise<string | undefined> {
  if (line.tooLong) return "the line is longer than 65536 octets";
  const parts = columns === undefined ? splitEntry(line.text) : cellsOfRow(line.text, columns);
  if (typeof parts === "string") return parts;
  const atMs = readStamp(parts.stamp, times);
  if (!(atMs >= 0)) return `the time "${parts.stamp.slice(0, 60)}" is none`;
  const entry = readLegalEntry(parts.entry);
  if (typeof entry === "string") return entry;
  if (entry.kind === "unnamed") {
    report.passedOver++;
    return undefined;
  }
  const { prefix } = entry;
  const lineFrom = options.lineFrom ?? defaultLineFrom[isMapped(prefix.words, 0) ? "v4" : "v6"];
  const name = lineOfIdentity(entry.identity, lineFrom);
  const told = name === "" ? "" : (options.nameLine?.(name) ?? name);
  if (entry.kind === "ended") {
    const merged = merger.finish({ prefix, line: told, fromMs: atMs, toMs: atMs }, line.number);
    await handOn(report, merged, options.onLease);
    return undefined;
  }
  if (name === "") return `the lease has no ${lineFrom.join(" or ")} that would name its line`;
  if (entry.durationMs === undefined) return "the entry does not say for how long the lease is";
  const toMs = atMs + entry.durationMs;
  await handOn(report, merger.hold({ prefix, line: told, fromMs: atMs, toMs }, line.number), options.onLease);
  return undefined;
}

interface StampedEntry {
  readonly stamp: string;
  readonly entry: string;
}

/** `2026-05-11 12:00:00 JST Address: …`: the time until where an entry begins. */
function splitEntry(text: string): StampedEntry | string {
  const at = /(?<= )(?:Address|Prefix|Administrator|HA partner)\b/.exec(text)?.index;
  if (at === undefined) return "the line is no entry of a forensic log, or of a format of one's own";
  return { stamp: text.slice(0, at).trim(), entry: text.slice(at) };
}

function cellsOfRow(text: string, { separator, count, timestamp, log }: LogColumns): StampedEntry | string {
  const cells = cellsOfExport(text, separator);
  if (typeof cells === "string") return `the row ${cells}`;
  if (cells.length !== count) return `the row has ${cells.length} columns, the header ${count}`;
  return { stamp: cells[timestamp].trim(), entry: cells[log].trim() };
}

/** `2026-05-11 12:00:00` and a zone: an abbreviation, +0900, +09:00, +09, or none; NaN when it is no time. */
function readStamp(text: string, times: TimeReader): number {
  const match =
    /^(\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?) ?([A-Z]{1,5}|[+-]\d{2}(?::?\d{2})?)?$/.exec(
      text,
    );
  if (match === null) return Number.NaN;
  const zone = match[2] ?? "";
  const numeric = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone);
  const wall = match[1].replace("T", " ");
  if (numeric !== null) {
    return times.read(`${wall}Z`) - offsetTime(numeric[1], Number(numeric[2]), Number(numeric[3] ?? 0));
  }
  const offsetMs = zoneOffset(zone);
  return offsetMs === undefined ? times.read(wall) : times.read(`${wall}Z`) - offsetMs;
}
