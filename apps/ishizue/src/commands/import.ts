import { type ImportReport, readDhcpLineFrom } from "@ishizue/ledger";
import { Command } from "commander";
import { Collector } from "../collector/collector.ts";
import { CommandFault } from "../fault/fault.ts";
import { FileImport, type ImportOutcome } from "../import/file-import.ts";
import {
  fileKind,
  IMPORT_KINDS,
  type ImportKind,
  type ImportSettings,
  isImportKind,
} from "../import/kind.ts";
import { readGatewayFormats } from "../import/gateway-format.ts";
import { Numbers } from "../import/numbers.ts";
import { ProgressFile } from "../import/progress-file.ts";
import { globals } from "./globals.ts";

interface ImportOptions {
  readonly lineFrom?: string;
  readonly domain?: string;
  readonly timeZone?: string;
  readonly again?: boolean;
  readonly format?: string;
  readonly numbers?: string;
}

export function importCommand(): Command {
  return new Command("import")
    .description("read lines and leases into the ledger")
    .argument("<kind>", `what the files hold: ${IMPORT_KINDS.join(", ")}`)
    .argument("<files...>", "files to read, also packed by gzip")
    .option("--line-from <names>", "lease files: what names the line, the first that a lease has")
    .option("--domain <name>", "the routing domain of addresses for which the file names none")
    .option("--time-zone <zone>", "zone of times written without one (default: report.timeZone)")
    .option("--format <name|file>", "gateway: which format, or a file that says what the columns are called")
    .option("--numbers <file>", "gateway: CSV of number,line; without it a line is a hash of its number")
    .option("--again", "read from the beginning what was read before")
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
kea-legal-log  Kea's forensic log (hook library legal_log): its text files, exports of its table logs
               all three: --line-from hwaddr, client-id, duid, circuit-id, remote-id, subscriber-id,
               hostname, subnet-id, pool-id (default: hwaddr; in DHCPv6 duid)
gateway        CSV of a mobile gateway's charging records (P-GW, GGSN, CHF; OCS): addresses of phones,
               and their octets, every one counted (docs/formats/gateway-records.md)

cgnat-syslog   what NATs log of port blocks and sessions, as a log server writes it: Juniper, Cisco
               CGv6, Huawei, Nokia, A10, F5, Fortinet; --time-zone is that of times without one
nat-events     captures (pcap, pcapng) of flow exports: their NAT events (RFC 8158, NSEL) alone
cgnat-blocks   YAML or JSON: parameters of NATs that give ports by a formula (RFC 7422)

A bad row is reported with its file and line; the rest is taken. A running collector
learns of it within ten seconds, and credits records that it had before anew within two minutes
(reattribution.grace; \`ishizue reattribute\` does it at once).
Importing a file again changes nothing. An import that was cut off goes on where it was,
and a file that is added to (radius-detail, dhcpd, kea, kea-legal-log,
gateway) is read on from where it was left.`,
    )
    .action(async (kind: string, files: string[], options: ImportOptions, command: Command) => {
      if (!isImportKind(kind)) {
        throw new CommandFault(
          "UNKNOWN_KIND",
          `cannot import "${kind}"`,
          `one of ${IMPORT_KINDS.join(", ")}`,
        );
      }
      const { dataDir, config } = globals(command);
      const named = settingsOf(options, config.report.timeZone);
      const formats = kind === "gateway" ? readGatewayFormats(options.format) : undefined;
      const collector = await Collector.open(dataDir, config);
      let bad = 0;
      try {
        await collector.catchUp();
        const settings: ImportSettings =
          formats === undefined
            ? named
            : { ...named, gateway: { formats, numbers: await Numbers.open(collector, options.numbers) } };
        const importer = new FileImport(collector, kind, settings, await ProgressFile.open(dataDir));
        for (const file of files.flatMap((path) => importer.files(path))) {
          const outcome = await importer.read(file);
          bad += outcome.bad + (outcome.before?.bad ?? 0);
          printImport(kind, file, outcome);
        }
        await collector.drain();
      } finally {
        await collector.stop();
      }
      if (bad > 0) {
        throw new CommandFault(
          "BAD_ROWS",
          `${bad} rows were not understood, the others are kept`,
          fileKind(kind).grows
            ? "mend them and import the file with --again"
            : "mend them and import the file again",
        );
      }
    });
}

/** Faults of the options are told before anything is opened. */
function settingsOf(options: ImportOptions, timeZone: string): ImportSettings {
  const { lineFrom, domain, again } = options;
  return {
    timeZone: options.timeZone ?? timeZone,
    ...(lineFrom === undefined ? {} : { lineFrom: readDhcpLineFrom(lineFrom) }),
    ...(domain === undefined ? {} : { domain }),
    ...(again === undefined ? {} : { again }),
  };
}

/** Reads one file whole into the ledger and the store; what is good in it is durable when this resolves. */
export function importFile(
  collector: Collector,
  kind: ImportKind,
  file: string,
  timeZone: string,
): Promise<ImportOutcome> {
  return new FileImport(collector, kind, { timeZone }).read(file);
}

/** What is counted of files whose rows are no leases or events. */
const TAKEN: Partial<Record<ImportKind, string>> = {
  lines: "lines",
  "cgnat-syslog": "messages",
  "cgnat-blocks": "NATs",
};

/** Rows of one file that are shown; all are counted. */
const SHOWN = 20;

export function printImport(kind: ImportKind, file: string, outcome: ImportOutcome): void {
  const { taken, bad, before, leases, passedOver } = outcome;
  if (before !== undefined) {
    const rows = `${before.taken} rows taken, ${before.bad} bad rows`;
    console.log(`${file}: going on after line ${before.lines}; until there ${rows}`);
    if (before.bad > 0) console.error("  import the file with --again to see them");
  }
  if (leases === undefined) {
    const about = passedOver === undefined ? "" : `, ${passedOver} about something else`;
    console.log(`${file}: ${taken} ${TAKEN[kind] ?? "leases and events"} taken${about}, ${bad} bad rows`);
  } else {
    const rows = `${taken} new rows, of them ${passedOver ?? 0} passed over`;
    console.log(`${file}: ${rows}; ${leases} leases new or changed, ${bad} bad rows`);
  }
  if (outcome.usages !== undefined) {
    const { usages, octetsIn = 0, octetsOut = 0 } = outcome;
    console.log(`  ${usages} records with octets: ${octetsIn} in (from phones), ${octetsOut} out`);
  }
  if (outcome.empty) console.error(`  ${file} holds no row`);
  printBadRows(outcome);
}

function printBadRows(report: ImportReport): void {
  for (const row of report.badRows.slice(0, SHOWN)) console.error(`  ${row.file}:${row.line}: ${row.reason}`);
}
