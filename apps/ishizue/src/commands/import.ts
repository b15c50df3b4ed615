import {
  importLeasesCsv,
  importLinesCsv,
  importRadiusDetail,
  type ImportReport,
  type LeaseEvent,
  type LeaseLogRow,
  type Line,
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

/** What an import came to; `refused`: events that the ledger could not use, by its reason. */
export type FileReport = ImportReport & { readonly refused: ReadonlyMap<string, number> };

/** Reads one file into the ledger and the store; what is good in it is durable when this resolves. */
export async function importFile(
  collector: Collector,
  kind: ImportKind,
  file: string,
  timeZone: string,
): Promise<FileReport> {
  const knownMs = Date.now();
  if (kind === "lines") {
    let lines: Line[] = [];
    const report = await importLinesCsv(file, {
      onLine: async (line) => {
        collector.ledger.lines.add(line);
        lines.push(line);
        if (lines.length < 50_000) return;
        const full = lines;
        lines = [];
        await writeLines(collector.spool, full, knownMs);
      },
    });
    await writeLines(collector.spool, lines, knownMs);
    return { ...report, refused: new Map() };
  }
  let rows: LeaseLogRow[] = [];
  const refused = new Map<string, number>();
  const onEvent = async (event: LeaseEvent): Promise<void> => {
    const outcome = collector.ledger.apply(event);
    if (outcome.reason !== undefined) refused.set(outcome.reason, (refused.get(outcome.reason) ?? 0) + 1);
    for (const row of outcome.rows) rows.push(row);
    if (rows.length < 50_000) return;
    const full = rows;
    rows = [];
    await collector.journal.append(full);
  };
  const report =
    kind === "leases"
      ? await importLeasesCsv(file, { onEvent, timeZone, knownMs })
      : await importRadiusDetail(file, { onEvent, timeZone, knownMs });
  await collector.journal.append(rows);
  return { ...report, refused };
}

/** Rows of one file that are shown; all are counted. */
const SHOWN = 20;

export function printImport(kind: ImportKind, file: string, report: FileReport): void {
  console.log(
    `${file}: ${report.taken} ${kind === "lines" ? "lines" : "leases and events"} taken, ${report.bad} bad rows`,
  );
  for (const row of report.badRows.slice(0, SHOWN)) console.error(`  ${row.file}:${row.line}: ${row.reason}`);
  for (const [reason, count] of report.refused) console.error(`  ${count} refused by the ledger: ${reason}`);
  if (report.bad > SHOWN) console.error(`  … and ${report.bad - SHOWN} more`);
}
