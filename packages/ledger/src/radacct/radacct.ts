import { parsePrefix } from "@ishizue/wire";
import { serverIn } from "../accounting/lease-event.ts";
import type { LineFrom } from "../accounting/lease-event.ts";
import { LedgerFault } from "../fault/fault.ts";
import { readLines } from "../file/lines.ts";
import type { TextLine } from "../file/lines.ts";
import { addHanded } from "../file/report.ts";
import type { Handed } from "../file/report.ts";
import { Checkpoints, newFileReport } from "../file/resume.ts";
import type { FileReport, ResumeOptions } from "../file/resume.ts";
import type { LeasePrefix, SessionEvent } from "../lease/event.ts";
import { TimeReader } from "../time/reader.ts";
import { cellsOfExport, separatorOf } from "./row.ts";

export interface RadacctOptions extends ResumeOptions {
  /** Zone of times without an offset: that of the database's sessions, as in the IANA database. */
  readonly timeZone: string;
  /** When the ledger learns of the export. */
  readonly knownMs: number;
  readonly lineFrom?: LineFrom;
  readonly domain?: string;
  readonly feed?: string;
  /**
   * Called a session's start and, where the row has one, its stop; a promise is awaited. A string is why the event
   * cannot be used: its row is then bad.
   */
  readonly onEvent: (event: SessionEvent) => Handed;
}

const lineColumns: Readonly<Record<LineFrom, string>> = {
  "User-Name": "username",
  "Calling-Station-Id": "callingstationid",
  "NAS-Port-Id": "nasportid",
  Class: "class",
  // Not in FreeRADIUS's own schema: columns that an operator has added.
  "Agent-Circuit-Id": "agentcircuitid",
  "Agent-Remote-Id": "agentremoteid",
};
const addressColumns = ["framedipaddress", "framedipv6address"] as const;
const prefixColumns = ["framedipv6prefix", "delegatedipv6prefix"] as const;

/** A row's cells by their column's name; "" for NULL and for a column that is not there. */
type Cell = (name: string) => string;

/**
 * Reads an export of FreeRADIUS's table `radacct`, a line of column names and a row a session.
 *
 * Separated by comma, tab, semicolon or bar, cells in quotes or not; NULL as `\N`, `NULL` or nothing. A row is a
 * session: its start, and its stop unless that is NULL; a later export with the stop ends what an earlier one left
 * open. Prefixes: framedipaddress, framedipv6address, framedipv6prefix (the whole prefix, whatever framedinterfaceid
 * says), delegatedipv6prefix. Outcomes: as importLeasesCsv. Throws LedgerFault as readLines, BAD_HEADER, BAD_TIME_ZONE.
 * Source: FreeRADIUS 3, raddb/mods-config/sql/main/mysql/schema.sql.
 */
export async function importRadacct(file: string, options: RadacctOptions): Promise<FileReport> {
  const times = new TimeReader(options.timeZone);
  const report = newFileReport(file, options);
  const checkpoints = new Checkpoints(options);
  const line = lineColumns[options.lineFrom ?? "User-Name"];
  let header = report.header === undefined ? undefined : headerOf(file, report.header[0] ?? "", line);
  for await (const { lines, ended } of readLines(file, options.from)) {
    report.endsOpen = !ended;
    for (const row of lines) {
      if (row.text === "" && !row.tooLong) continue;
      if (header === undefined) {
        header = headerOf(file, row.text, line);
        report.header = [row.text];
      } else {
        const events = readRow(row, header, (cell) => eventsOf(cell, line, times, options));
        addHanded(report, row.number, typeof events === "string" ? events : await hand(events, options));
      }
      // A last row without its line break may still be being written: the next time it is read again.
      if (ended) report.position = { octets: row.end, lines: row.number };
    }
    await checkpoints.takeIfDue(report);
  }
  return report;
}

/** A row's cells handed to `read`, or why the row has none. */
function readRow<T>(
  { text, tooLong }: TextLine,
  { columns, separator }: Header,
  read: (cell: Cell) => T,
): T | string {
  const cells = tooLong ? "is longer than 65536 octets" : cellsOfExport(text, separator);
  if (typeof cells === "string") return `the row ${cells}`;
  if (cells.length !== columns.size) {
    return `the row has ${cells.length} columns, the header ${columns.size}`;
  }
  return read((name) => cells[columns.get(name) ?? -1] ?? "");
}

/** A line of column names: what separates them, and their positions. */
interface Header {
  readonly separator: string;
  readonly columns: ReadonlyMap<string, number>;
}

/** Two columns of one name would be told apart by nothing. */
function headerOf(file: string, text: string, line: string): Header {
  const separator = separatorOf(text);
  const cells = cellsOfExport(text, separator);
  const names = typeof cells === "string" ? [] : cells.map((cell) => cell.trim().toLowerCase());
  const columns = new Map(names.map((name, index) => [name, index]));
  const needed = ["acctstarttime", "acctstoptime", line];
  const missing = needed.find((name) => !columns.has(name));
  const hasAddress = [...addressColumns, ...prefixColumns].some((name) => columns.has(name));
  if (missing === undefined && hasAddress && columns.size === names.length) return { separator, columns };
  throw new LedgerFault(
    "BAD_HEADER",
    `${file}: the first line has no column ${missing ?? "framedipaddress"}, or one twice`,
    "export the table radacct with a line of its column names",
  );
}

async function hand(
  events: readonly SessionEvent[],
  { onEvent }: RadacctOptions,
): Promise<string | undefined> {
  for (const event of events) {
    const handed = onEvent(event);
    const refused = handed instanceof Promise ? await handed : handed;
    if (typeof refused === "string") return refused;
  }
  return undefined;
}

/** The session's start and stop, or why the row tells none. */
function eventsOf(
  cell: Cell,
  lineColumn: string,
  times: TimeReader,
  { knownMs, feed = "radacct", domain }: RadacctOptions,
): SessionEvent[] | string {
  const startMs = readTime(cell("acctstarttime"), times);
  const stopMs = readTime(cell("acctstoptime"), times);
  if (startMs === undefined) return "the session has no acctstarttime";
  if (Number.isNaN(startMs)) return `the acctstarttime "${cell("acctstarttime").slice(0, 60)}" is no time`;
  if (Number.isNaN(stopMs)) return `the acctstoptime "${cell("acctstoptime").slice(0, 60)}" is no time`;
  if (stopMs !== undefined && stopMs < startMs) return "the acctstoptime is before the acctstarttime";
  const line = cell(lineColumn);
  if (line === "") return `the ${lineColumn} is empty`;
  const prefixes = prefixesOf(cell);
  if (typeof prefixes === "string") return prefixes;
  const session = cell("acctsessionid") || cell("acctuniqueid");
  const told = {
    knownMs,
    feed,
    nas: serverIn(domain, cell("nasipaddress") || cell("nasipv6address")),
    line,
    session,
    prefixes,
  };
  const common = domain === undefined ? told : { ...told, domain };
  const start: SessionEvent = { ...common, kind: "start", atMs: startMs };
  if (stopMs === undefined) return [start];
  return [start, { ...common, kind: "stop", atMs: stopMs, sessionTimeMs: stopMs - startMs }];
}

/** Undefined for NULL and for MySQL's day zero. */
function readTime(text: string, times: TimeReader): number | undefined {
  return text === "" || text.startsWith("0000-00-00") ? undefined : times.read(text);
}

function prefixesOf(cell: Cell): LeasePrefix[] | string {
  const found: LeasePrefix[] = [];
  for (const name of [...addressColumns, ...prefixColumns]) {
    const text = cell(name).trim();
    if (text === "" || text === "0.0.0.0" || text === "::") continue;
    const prefix = parsePrefix(text);
    const isRight = prefix !== null && (name.endsWith("prefix") || prefix.prefixLength === 128);
    if (!isRight) return `the ${name} "${text.slice(0, 60)}" is none`;
    found.push(prefix);
  }
  return found.length > 0 ? found : "the session has no address and no prefix";
}
