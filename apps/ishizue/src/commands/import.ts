import {
  importLeasesCsv,
  importLinesCsv,
  importRadiusDetail,
  type ImportReport,
  type LeaseEvent,
  type LeaseLogRow,
  type Line,
  type RefusalReason,
} from "@ishizue/ledger";
import { Command } from "commander";
import { Collector } from "../collector/collector.ts";
import { writeLines } from "../collector/ledger-store.ts";
import { CommandFault } from "../fault/fault.ts";
import { globals } from "./globals.ts";

const KINDS = ["leases", "lines", "radius-detail"] as const;
export type ImportKind = (typeof KINDS)[number];

export function importCommand(): Command {
  return new Command("import")
    .description("read lines and leases into the ledger")
    .argument("<kind>", `what the files hold: ${KINDS.join(", ")}`)
    .argument("<files...>", "files to read")
    .addHelpText(
      "after",
      `
leases         CSV: address-or-prefix,start,end,line   (empty start: always; empty end: open)
lines          CSV: line,class,access,plan,region[,tags]
               class: consumer, business; access: PPPoE, IPoE, mobile, cloud
radius-detail  FreeRADIUS accounting detail files

A bad row is reported with its file and line; the rest is taken. A running collector
learns of it within ten seconds; records that it had before stay as they were credited.`,
    )
    .action(async (kind: string, files: string[], _options: unknown, command: Command) => {
      if (!isKind(kind)) {
        throw new CommandFault("UNKNOWN_KIND", `cannot import "${kind}"`, `one of ${KINDS.join(", ")}`);
      }
      const { dataDir, config } = globals(command);
      const collector = await Collector.open(dataDir, config);
      let bad = 0;
      try {
        for (const file of files) {
          const report = await importFile(collector, kind, file, config.report.timeZone);
          bad += report.bad;
          printImport(kind, file, report);
        }
        await collector.drain();
      } finally {
        await collector.stop();
      }
      if (bad > 0) {
        throw new CommandFault(
          "BAD_ROWS",
          `${bad} rows were not understood, the others are kept`,
          "mend them and import the file again",
        );
      }
    });
}

function isKind(text: string): text is ImportKind {
  return (KINDS as readonly string[]).includes(text);
}

/** Reads one file into the ledger and the store; what is good in it is durable when this resolves. */
export async function importFile(
  collector: Collector,
  kind: ImportKind,
  file: string,
  timeZone: string,
): Promise<ImportReport> {
  const knownMs = Date.now();
  if (kind === "lines") {
    let lines: Line[] = [];
    const report = await importLinesCsv(file, {
      onLine: async (given) => {
        const line = collector.privacy.line(given);
        if (collector.ledger.lines.add(line) < 0) return "the table of lines is full";
        lines.push(line);
        if (lines.length < 50_000) return undefined;
        const full = lines;
        lines = [];
        await writeLines(collector.spool, full, knownMs);
        return undefined;
      },
    });
    await writeLines(collector.spool, lines, knownMs);
    return report;
  }
  let rows: LeaseLogRow[] = [];
  const onEvent = async (event: LeaseEvent): Promise<string | undefined> => {
    const outcome = collector.ledger.apply(collector.privacy.event(event));
    for (const row of outcome.rows) rows.push(row);
    if (rows.length >= 50_000) {
      const full = rows;
      rows = [];
      await collector.journal.append(full);
    }
    return outcome.reason === undefined ? undefined : REFUSALS[outcome.reason];
  };
  const report =
    kind === "leases"
      ? await importLeasesCsv(file, { onEvent, timeZone, knownMs })
      : await importRadiusDetail(file, { onEvent, timeZone, knownMs });
  await collector.journal.append(rows);
  return report;
}

/** Why the ledger cannot use an event. */
const REFUSALS: Readonly<Record<RefusalReason, string>> = {
  withoutLine: "it names no line, and no session known would tell it",
  withoutPrefix: "it names no address, and no session known would tell it",
  withoutStart: "it ends a session whose beginning nobody told",
  badTime: "its time is no time, or it ends before it starts",
  badPrefix: "its address or prefix cannot be leased",
  leasesFull: "the ledger holds as many leases as it may",
  linesFull: "the ledger holds as many lines as it may",
  domainsFull: "the ledger holds as many routing domains as it may",
};

/** Rows of one file that are shown; all are counted. */
const SHOWN = 20;

export function printImport(kind: ImportKind, file: string, report: ImportReport): void {
  console.log(
    `${file}: ${report.taken} ${kind === "lines" ? "lines" : "leases and events"} taken, ${report.bad} bad rows`,
  );
  if (report.empty) console.error(`  ${file} holds no row`);
  for (const row of report.badRows.slice(0, SHOWN)) console.error(`  ${row.file}:${row.line}: ${row.reason}`);
}
