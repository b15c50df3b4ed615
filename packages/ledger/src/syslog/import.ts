import { readLines } from "../file/lines.ts";
import { addBadRow, addHanded } from "../file/report.ts";
import type { Handed } from "../file/report.ts";
import { Checkpoints, newFileReport } from "../file/resume.ts";
import type { FileReport, ResumeOptions } from "../file/resume.ts";
import type { BindingEvent } from "../lease/event.ts";
import { SyslogBindingReader, type SyslogReading } from "./bindings.ts";

export interface CgnatSyslogOptions extends SyslogReading, ResumeOptions {
  /** When the ledger learns of the file. */
  readonly knownMs: number;
  /** Called a binding; a string is why it cannot be used: its line is then bad. */
  readonly onEvent: (event: BindingEvent) => Handed;
}

export interface CgnatSyslogReport extends FileReport {
  /** Lines about something else. */
  passedOver: number;
}

/**
 * Reads a file of syslog messages, as a log server writes it, into bindings.
 *
 * A last line that no line break ends is left for the next import. Outcomes: `taken` counts lines; those about something
 * else are passed over; bad ones are told by line and reason, those that `onEvent` refuses among them. Throws LedgerFault
 * as readLines, BAD_TIME_ZONE.
 */
export async function importCgnatSyslog(
  file: string,
  options: CgnatSyslogOptions,
): Promise<CgnatSyslogReport> {
  const { knownMs, from } = options;
  const reader = new SyslogBindingReader(options);
  const report: CgnatSyslogReport = { ...newFileReport(file, options), passedOver: 0 };
  const checkpoints = new Checkpoints(options);
  for await (const { lines, ended } of readLines(file, from)) {
    report.endsOpen = !ended;
    if (!ended) break;
    for (const { number, text, tooLong, end } of lines) {
      report.position = { octets: end, lines: number };
      if (text === "" && !tooLong) continue;
      report.empty = false;
      const read = tooLong ? "the line is longer than 65536 octets" : reader.read(text, Number.NaN, knownMs);
      if (read === undefined) report.passedOver++;
      else if (typeof read === "string") addBadRow(report, number, read);
      else addHanded(report, number, await hand(read.events, options));
    }
    await checkpoints.takeIfDue(report);
  }
  return report;
}

/** Why any of the line's bindings cannot be used; the others are taken. */
async function hand(
  events: readonly BindingEvent[],
  { onEvent }: CgnatSyslogOptions,
): Promise<string | undefined> {
  let refused: string | undefined;
  for (const event of events) {
    const handed = onEvent(event);
    const reason = handed instanceof Promise ? await handed : handed;
    if (typeof reason === "string") refused ??= reason;
  }
  return refused;
}
