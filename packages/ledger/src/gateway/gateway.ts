import type { KnownLeases } from "../dhcp/known.ts";
import type { BindingMerger } from "../dhcp/merge.ts";
import { checkpoint, handOn, handOnAll, newLeaseFileReport, newMerger } from "../dhcp/report.ts";
import type { LeaseFileReport } from "../dhcp/report.ts";
import { readLines } from "../file/lines.ts";
import type { TextLine } from "../file/lines.ts";
import { addBadRow } from "../file/report.ts";
import type { Handed } from "../file/report.ts";
import { Checkpoints } from "../file/resume.ts";
import type { ResumeOptions } from "../file/resume.ts";
import type { GivenLease } from "../lease/event.ts";
import { cellsOfExport, separatorOf } from "../radacct/row.ts";
import { TimeReader } from "../time/reader.ts";
import { formatOf, gatewayFormats } from "./format.ts";
import type { GatewayFormat, GatewayPositions } from "./format.ts";
import { readRecord } from "./record.ts";
import type { GatewayRecord } from "./record.ts";

/** Octets that a gateway counted for a line: every one, not a sample. */
export interface LineUsage {
  readonly line: string;
  /** The octets lie in [startMs, endMs); where both are the same, at that moment. */
  readonly startMs: number;
  readonly endMs: number;
  /** From the line to the provider. */
  readonly octetsIn: number;
  readonly octetsOut: number;
  /** The same of a record that comes again, and of no other. Holds the phone number: to be hashed before it is kept. */
  readonly identity: string;
  /** Which format told it. */
  readonly format: string;
}

export interface GatewayOptions extends ResumeOptions {
  /** Zone of times without an offset, as in the IANA database. */
  readonly timeZone: string;
  /** When the ledger learns of the file. */
  readonly knownMs: number;
  /** Formats that the file may have; by default those of the specifications. */
  readonly formats?: readonly GatewayFormat[];
  /** Leases of this feed and domain that the ledger has; the caller adds the rows that its `onLease` makes. */
  readonly known: KnownLeases;
  /** Leases kept in memory to wait for the session's next record. */
  readonly pendingLimit?: number;
  /** Name of a number's line; undefined where it has none: the row is then bad. */
  readonly lineOf: (number: string) => string | undefined;
  /** Called a lease that is new or has changed; as LeaseFileOptions. */
  readonly onLease: (lease: GivenLease) => Handed;
  /** Called a record with octets. A string is why it cannot be used: it is then a bad row. */
  readonly onUsage: (usage: LineUsage) => Handed;
}

/** What came of a file of gateway records. */
export interface GatewayReport extends LeaseFileReport {
  /** Records with octets handed on and not refused. */
  usages: number;
  octetsIn: number;
  octetsOut: number;
}

/** Records tell whole seconds: two of one session may lie that far apart. */
const slackMs = 1000;

/** What a file's header settled. */
interface Shape {
  readonly separator: string;
  readonly format: GatewayFormat;
  readonly positions: GatewayPositions;
}

/**
 * Reads charging records of mobile gateways from CSV, a row a record or a container of one.
 *
 * A record says that a line held its addresses over [start, end): records of a session that follow one another are one lease.
 * It says, too, how many octets the line sent and received. Outcomes: as importLeasesCsv; a record without octets is only a
 * lease, one without an address only usage, one with neither is passed over. Reasons of bad rows never hold a number.
 * Throws LedgerFault as readLines, BAD_HEADER, BAD_TIME_ZONE.
 * Source: 3GPP TS 32.251, TS 32.255, TS 32.298; RFC 8506.
 */
export async function importGatewayRecords(file: string, options: GatewayOptions): Promise<GatewayReport> {
  const report = { ...newLeaseFileReport(file, options), usages: 0, octetsIn: 0, octetsOut: 0 };
  const merger = newMerger(options, { slackMs, shorten: false });
  const checkpoints = new Checkpoints(options);
  const times = new TimeReader(options.timeZone);
  let shape = report.header === undefined ? undefined : shapeOf(file, report.header[0], options);
  for await (const { lines, ended } of readLines(file, options.from)) {
    report.endsOpen = !ended;
    for (const line of lines) {
      // A last row without its line break may still be being written: it is read the next time.
      if (!ended) break;
      const isRow = line.text.trim() !== "" || line.tooLong;
      const hadShape = shape !== undefined;
      if (isRow) shape ??= shapeOf(file, line.text, options);
      if (isRow && shape !== undefined) {
        const isHeader = !hadShape && shape.format.header === undefined;
        if (!hadShape) report.header = isHeader ? [line.text] : [];
        if (!isHeader) await takeLine(report, merger, shape, line, times, options);
      }
      report.position = { octets: line.end, lines: line.number };
      if (merger.isFull) await handOnAll(report, merger, options.onLease);
    }
    await checkpoint(checkpoints, report, merger, options.onLease);
  }
  await handOnAll(report, merger, options.onLease);
  return report;
}

/** By the file's first line, `first`, or by a format that says which columns there are. */
function shapeOf(file: string, first = "", { formats = gatewayFormats }: GatewayOptions): Shape {
  const given = formats.find(({ header }) => header !== undefined);
  const separator = formats[0]?.separator ?? (given === undefined ? separatorOf(first) : ",");
  const cells = given?.header ?? cellsOfExport(first, separator);
  const found = formatOf(file, typeof cells === "string" ? [] : cells, formats);
  return { separator, ...found };
}

async function takeLine(
  report: GatewayReport,
  merger: BindingMerger,
  { separator, format, positions }: Shape,
  { text, tooLong, number: row }: TextLine,
  times: TimeReader,
  options: GatewayOptions,
): Promise<void> {
  report.empty = false;
  const cells = tooLong ? "is longer than 65536 octets" : cellsOfExport(text, separator);
  if (typeof cells === "string") return addBadRow(report, row, `the row ${cells}`);
  if (cells.length !== positions.count) {
    return addBadRow(report, row, `the row has ${cells.length} columns, the header ${positions.count}`);
  }
  const record = readRecord(cells, positions, format, times, options.knownMs);
  if (typeof record === "string") return addBadRow(report, row, record);
  const line = options.lineOf(record.number);
  if (line === undefined) return addBadRow(report, row, "the list of numbers has no line for the number");
  const hasOctets = record.octetsIn + record.octetsOut > 0;
  if (hasOctets) {
    const handed = options.onUsage(usageOf(record, line, format.name));
    const refused = handed instanceof Promise ? await handed : handed;
    if (typeof refused === "string") return addBadRow(report, row, refused);
    report.usages++;
    report.octetsIn += record.octetsIn;
    report.octetsOut += record.octetsOut;
  }
  const holds = record.endMs > record.startMs && record.prefixes.length > 0;
  if (!hasOctets && !holds) report.passedOver++;
  for (const prefix of holds ? record.prefixes : []) {
    const { startMs: fromMs, endMs: toMs } = record;
    await handOn(report, merger.hold({ prefix, line, fromMs, toMs }, row), options.onLease);
  }
  report.taken++;
}

function usageOf(record: GatewayRecord, line: string, format: string): LineUsage {
  const { usedFromMs, usedToMs, octetsIn, octetsOut, identity } = record;
  return { line, startMs: usedFromMs, endMs: usedToMs, octetsIn, octetsOut, identity, format };
}
