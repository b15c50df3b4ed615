import {
  importLeasesCsv,
  importLinesCsv,
  importRadacct,
  importRadiusDetail,
  type ImportReport,
  type LeaseEvent,
  type LeaseFileReport,
  type LeaseLogRow,
  type Line,
  readDhcpLineFrom,
} from "@ishizue/ledger";
import { Command } from "commander";
import { Collector } from "../collector/collector.ts";
import { writeLines } from "../collector/ledger-store.ts";
import { CommandFault } from "../fault/fault.ts";
import {
  LEASE_FILE_KINDS,
  LeaseFileImport,
  type LeaseFileKind,
  type LeaseFileSettings,
} from "../import/lease-files.ts";
import { ProgressFile } from "../import/progress-file.ts";
import { REFUSALS } from "../import/refusal.ts";
import { globals } from "./globals.ts";

const LIST_KINDS = ["leases", "lines", "radius-detail", "radacct"] as const;
export type ImportKind = (typeof LIST_KINDS)[number];
const KINDS: readonly string[] = [...LIST_KINDS, ...LEASE_FILE_KINDS];

interface ImportOptions {
  readonly lineFrom?: string;
  readonly domain?: string;
  readonly timeZone?: string;
  readonly again?: boolean;
}

export function importCommand(): Command {
  return new Command("import")
    .description("read lines and leases into the ledger")
    .argument("<kind>", `what the files hold: ${KINDS.join(", ")}`)
    .argument("<files...>", "files to read, also packed by gzip")
    .option("--line-from <names>", "lease files: what names the line, the first that a lease has")
    .option("--domain <name>", "lease files: the routing domain of their addresses")
    .option("--time-zone <zone>", "zone of times written without one (default: report.timeZone)")
    .option("--again", "lease files: read from the beginning what was read before")
    .addHelpText(
      "after",
      `
leases         CSV: address-or-prefix,start,end,line   (empty start: always; empty end: open)
lines          CSV: line,class,access,plan,region[,tags]
               class: consumer, business; access: PPPoE, IPoE, mobile, cloud
radius-detail  FreeRADIUS accounting detail files
radacct        exports of FreeRADIUS's table radacct (MySQL, PostgreSQL, SQLite) with a line of column
               names; --time-zone is that of the database. What names the line: accounting.lineFrom
dhcpd          ISC's dhcpd.leases and dhcpd6.leases
kea            Kea's kea-leases4.csv and kea-leases6.csv, and what cleanup left beside them
               both: --line-from hwaddr, client-id, duid, circuit-id, remote-id, subscriber-id,
               hostname, subnet-id, pool-id (default: hwaddr; in DHCPv6 duid)

A bad row is reported with its file and line; the rest is taken. A running collector
learns of it within ten seconds; records that it had before stay as they were credited.
Importing a file again changes nothing; a lease file that has grown is read on from where
it was left.`,
    )
    .action(async (kind: string, files: string[], options: ImportOptions, command: Command) => {
      if (!KINDS.includes(kind)) {
        throw new CommandFault("UNKNOWN_KIND", `cannot import "${kind}"`, `one of ${KINDS.join(", ")}`);
      }
      const { dataDir, config } = globals(command);
      const settings = leaseFileSettings(options, config.report.timeZone);
      const collector = await Collector.open(dataDir, config);
      let bad = 0;
      try {
        if (isLeaseFileKind(kind)) {
          const importer = new LeaseFileImport(collector, await ProgressFile.open(dataDir), kind, settings);
          for (const file of files.flatMap((path) => importer.files(path))) {
            const report = await importer.read(file);
            bad += report.bad;
            printLeaseFile(file, report);
          }
        } else {
          for (const file of files) {
            const report = await importFile(collector, kind as ImportKind, file, settings.timeZone);
            bad += report.bad;
            printImport(kind as ImportKind, file, report);
          }
        }
        await collector.drain();
      } finally {
        await collector.stop();
      }
      if (bad > 0) {
        throw new CommandFault(
          "BAD_ROWS",
          `${bad} rows were not understood, the others are kept`,
          isLeaseFileKind(kind)
            ? "mend them and import the file with --again"
            : "mend them and import the file again",
        );
      }
    });
}

/** Faults of the options are told before anything is opened. */
function leaseFileSettings(options: ImportOptions, timeZone: string): LeaseFileSettings {
  const { lineFrom, domain, again } = options;
  return {
    timeZone: options.timeZone ?? timeZone,
    ...(lineFrom === undefined ? {} : { lineFrom: readDhcpLineFrom(lineFrom) }),
    ...(domain === undefined ? {} : { domain }),
    ...(again === undefined ? {} : { again }),
  };
}

function isLeaseFileKind(text: string): text is LeaseFileKind {
  return (LEASE_FILE_KINDS as readonly string[]).includes(text);
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
  const { lineFrom } = collector.config.accounting;
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
      : kind === "radacct"
        ? await importRadacct(file, { onEvent, timeZone, knownMs, lineFrom })
        : await importRadiusDetail(file, { onEvent, timeZone, knownMs, lineFrom });
  await collector.journal.append(rows);
  return report;
}

/** Rows of one file that are shown; all are counted. */
const SHOWN = 20;

export function printImport(kind: ImportKind, file: string, report: ImportReport): void {
  console.log(
    `${file}: ${report.taken} ${kind === "lines" ? "lines" : "leases and events"} taken, ${report.bad} bad rows`,
  );
  if (report.empty) console.error(`  ${file} holds no row`);
  printBadRows(report);
}

function printLeaseFile(file: string, report: LeaseFileReport): void {
  const { taken, leases, passedOver, bad } = report;
  console.log(
    `${file}: ${taken} new rows, of them ${passedOver} passed over; ${leases} leases new or changed, ${bad} bad rows`,
  );
  if (report.empty) console.error(`  ${file} holds no row`);
  printBadRows(report);
}

function printBadRows(report: ImportReport): void {
  for (const row of report.badRows.slice(0, SHOWN)) console.error(`  ${row.file}:${row.line}: ${row.reason}`);
}
