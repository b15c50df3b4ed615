import { importLeasesCsv } from "../csv/leases.ts";
import { importLinesCsv } from "../csv/lines.ts";
import { importRadiusDetail } from "../detail/detail.ts";
import { importDhcpdLeases } from "../dhcpd/leases.ts";
import { KnownLeases } from "../dhcp/known.ts";
import type { LeaseFileOptions, LeaseFileReport } from "../dhcp/report.ts";
import { importGatewayRecords } from "../gateway/gateway.ts";
import { importKeaLeases } from "../kea/leases.ts";
import { importKeaLegalLog } from "../kea/legal-log.ts";
import type { LeaseEvent } from "../lease/event.ts";
import { Ledger } from "../lease/ledger.ts";
import { formatPrefix } from "../lease/resolution.ts";
import { LineTable } from "../line/table.ts";
import { importRadacct } from "../radacct/radacct.ts";
import { importCgnatSyslog } from "../syslog/import.ts";
import type { FileReport, ResumeOptions } from "./resume.ts";

/** What an import has told so far. */
export interface Told {
  /** What it comes to, whatever the order. */
  state(): string[];
  /** Changes since it was set to 0. */
  changes: number;
}

/** An importer, and files that it can read. */
export interface Importer {
  readonly name: string;
  /** Files of this kind are written anew rather than added to. */
  readonly rewritten: boolean;
  /** A whole file of so many rows. */
  fileOf(rows: number): string;
  /** More rows of such a file. */
  rowsOf(from: number, to: number): string;
  /** Rows that make a file of about a million octets. */
  readonly rows: number;
  /** Leases or lines that these come to. */
  readonly state: number;
  /** Text of a row that cannot be used, in which of its lines that is told, and why. */
  readonly badRow: { readonly text: string; readonly line: number; readonly reason: RegExp };
  begin(): Told;
  read(file: string, told: Told, options: ResumeOptions): Promise<FileReport>;
}

const t0S = Date.UTC(2026, 4, 11) / 1000;
const address = (index: number): string => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
const mac = (index: number): string =>
  `02:00:00:00:${(index >> 8).toString(16).padStart(2, "0")}:${(index & 255).toString(16).padStart(2, "0")}`;
const iso = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ");

function rowsOf(row: (index: number) => string, from: number, to: number): string {
  return Array.from({ length: to - from }, (_, index) => row(from + index)).join("");
}

/** A ledger that is told of leases and sessions. */
class ToldLedger implements Told {
  readonly ledger = new Ledger({ lines: new LineTable() });
  readonly known = new KnownLeases("test");
  changes = 0;

  take(event: LeaseEvent): string | undefined {
    const { rows, reason } = this.ledger.apply(event);
    this.known.take(rows);
    this.changes += rows.length;
    return reason;
  }

  state(): string[] {
    return [...this.ledger.log()]
      .filter((row) => row.validToMs > row.validFromMs)
      .map(({ words, prefixLength, validFromMs, validToMs, line }) =>
        [formatPrefix(words, 0, prefixLength), validFromMs, validToMs, line].join(" "),
      )
      .toSorted((a, b) => (a < b ? -1 : 1));
  }
}

/** A ledger, and what gateways counted. */
class ToldUsage extends ToldLedger {
  readonly #usages = new Map<string, string>();

  takeUsage(usage: { readonly identity: string }): undefined {
    const text = JSON.stringify(usage);
    if (this.#usages.get(usage.identity) !== text) this.changes++;
    this.#usages.set(usage.identity, text);
  }

  override state(): string[] {
    return [...super.state(), ...[...this.#usages.values()].toSorted((a, b) => (a < b ? -1 : 1))];
  }
}

/** Lines by their names. */
class ToldLines implements Told {
  readonly #lines = new Map<string, string>();
  changes = 0;

  take(line: { readonly line: string }): undefined {
    const text = JSON.stringify(line);
    if (this.#lines.get(line.line) !== text) this.changes++;
    this.#lines.set(line.line, text);
  }

  state(): string[] {
    return [...this.#lines.values()].toSorted((a, b) => (a < b ? -1 : 1));
  }
}

type LeaseFileImporter = (file: string, options: LeaseFileOptions) => Promise<LeaseFileReport>;

/** How a lease file is read into a ledger. */
function intoLedger(importer: LeaseFileImporter): Pick<Importer, "begin" | "read"> {
  return {
    begin: () => new ToldLedger(),
    read: (file, told, options) => {
      const ledger = told as ToldLedger;
      const knownMs = (t0S + 86_400) * 1000;
      const { known } = ledger;
      return importer(file, { ...options, knownMs, known, onLease: (lease) => ledger.take(lease) });
    },
  };
}

/** The addresses of a lease file are told a first time, then again by a renewal. */
const addresses = 6000;

function keaRow(index: number): string {
  const holder = index % addresses;
  return `${address(holder)},${mac(holder)},,86400,${t0S + 86_400 + index},1,0,0,host-of-the-customer-${holder},0,,0\n`;
}

function dhcpdRow(index: number): string {
  const holder = index % addresses;
  const date = (seconds: number): string => `4 ${iso(seconds).replaceAll("-", "/")}`;
  return [
    `lease ${address(holder)} {`,
    `  starts ${date(t0S + index)};`,
    `  ends ${date(t0S + 86_400 + index)};`,
    "  binding state active;",
    `  hardware ethernet ${mac(holder)};`,
    "}\n",
  ].join("\n");
}

function legalRow(index: number): string {
  const holder = index % addresses;
  return `${iso(t0S + index)} UTC Address: ${address(holder)} has been ${index < addresses ? "assigned" : "renewed"} for 1 days 0 hrs 0 mins 0 secs to a device with hardware address: hwtype=1 ${mac(holder)}\n`;
}

/** Sessions begin, then end. */
const sessions = 4000;

function detailRow(index: number): string {
  const session = index % sessions;
  const isStop = index >= sessions;
  return [
    "Mon May 11 00:00:00 2026",
    "\tPacket-Type = Accounting-Request",
    `\tAcct-Status-Type = ${isStop ? "Stop" : "Start"}`,
    `\tAcct-Session-Id = "S${session}"`,
    `\tUser-Name = "line-${session % 500}"`,
    "\tNAS-IP-Address = 198.51.100.1",
    `\tFramed-IP-Address = ${address(session)}`,
    ...(isStop ? ["\tAcct-Session-Time = 600"] : []),
    `\tEvent-Timestamp = ${t0S + session + (isStop ? 600 : 0)}`,
    `\tTimestamp = ${t0S + session + (isStop ? 600 : 0)}`,
    "\n",
  ].join("\n");
}

function radacctRow(index: number): string {
  return `${index},S${index},198.51.100.1,line-${index % 500}@example.net,${address(index)},${iso(t0S + index)},${iso(t0S + index + 300)}\n`;
}

/** Sessions of two records each, the second where the first ended. */
function gatewayRow(index: number): string {
  const phone = index % sessions;
  const atS = t0S + phone + (index < sessions ? 0 : 600);
  return `81900000${String(phone).padStart(4, "0")};${iso(atS)};600;${address(phone)};${1000 + index};${2000 + index};${phone};${index};${"0".repeat(96)}\n`;
}

/** Blocks are given, then taken back. */
const blocks = 4000;

function cgnatRow(index: number): string {
  const block = index % blocks;
  const what = index < blocks ? "ALLOC" : "RELEASE";
  const time = iso(t0S + index).replace(" ", "T");
  return `<30>1 ${time}Z mx-1 - - - - JSERVICES_NAT_PORT_BLOCK_${what}: ${address(block % 700)} -> ${address(block)}:1024-1151\n`;
}

const keaHeader =
  "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id\n";
const radacctHeader =
  "radacctid,acctsessionid,nasipaddress,username,framedipaddress,acctstarttime,acctstoptime\n";

/** Every importer of this package. */
export const importers: readonly Importer[] = [
  {
    name: "leases",
    rewritten: true,
    rows: 16_000,
    state: 16_000,
    fileOf: (rows) => `address-or-prefix,start,end,line\n${rowsOf(leaseRow, 0, rows)}`,
    rowsOf: (from, to) => rowsOf(leaseRow, from, to),
    badRow: { text: "# a remark\n\n192.0.2.300,,,x\n", line: 3, reason: /is no address or prefix/ },
    begin: () => new ToldLedger(),
    read: (file, told, options) =>
      importLeasesCsv(file, {
        ...options,
        timeZone: "UTC",
        knownMs: 1,
        feed: "test",
        onEvent: (event) => (told as ToldLedger).take(event),
      }),
  },
  {
    name: "lines",
    rewritten: true,
    rows: 18_000,
    state: 18_000,
    fileOf: (rows) => rowsOf(lineRow, 0, rows),
    rowsOf: (from, to) => rowsOf(lineRow, from, to),
    badRow: { text: "a,royal,PPPoE,,\n", line: 1, reason: /the class "royal" is none of/ },
    begin: () => new ToldLines(),
    read: (file, told, options) =>
      importLinesCsv(file, { ...options, onLine: (line) => (told as ToldLines).take(line) }),
  },
  {
    name: "radius-detail",
    rewritten: false,
    rows: 2 * sessions,
    state: sessions,
    fileOf: (rows) => rowsOf(detailRow, 0, rows),
    rowsOf: (from, to) => rowsOf(detailRow, from, to),
    badRow: {
      text: 'Mon May 11 00:00:00 2026\n\tAcct-Status-Type = Start\n\tUser-Name = "x\n\n',
      line: 1,
      reason: /is no attribute/,
    },
    begin: () => new ToldLedger(),
    read: (file, told, options) =>
      importRadiusDetail(file, {
        ...options,
        knownMs: (t0S + 86_400) * 1000,
        feed: "test",
        onEvent: (event) => (told as ToldLedger).take(event),
      }),
  },
  {
    name: "radacct",
    rewritten: true,
    rows: 12_000,
    state: 12_000,
    fileOf: (rows) => `${radacctHeader}${rowsOf(radacctRow, 0, rows)}`,
    rowsOf: (from, to) => rowsOf(radacctRow, from, to),
    badRow: {
      text: "1,S,198.51.100.1,x,192.0.2.1,soon,\n",
      line: 1,
      reason: /acctstarttime "soon" is no time/,
    },
    begin: () => new ToldLedger(),
    read: (file, told, options) =>
      importRadacct(file, {
        ...options,
        timeZone: "UTC",
        knownMs: (t0S + 86_400) * 1000,
        feed: "test",
        onEvent: (event) => (told as ToldLedger).take(event),
      }),
  },
  {
    name: "kea",
    rewritten: false,
    rows: 2 * addresses,
    state: addresses,
    fileOf: (rows) => `${keaHeader}${rowsOf(keaRow, 0, rows)}`,
    rowsOf: (from, to) => rowsOf(keaRow, from, to),
    badRow: { text: "192.0.2.300,,,1,1,1,0,0,,0,,0\n", line: 1, reason: /"192.0.2.300" is no address/ },
    ...intoLedger(importKeaLeases),
  },
  {
    name: "kea-legal-log",
    rewritten: false,
    rows: 2 * addresses,
    state: addresses,
    fileOf: (rows) => rowsOf(legalRow, 0, rows),
    rowsOf: (from, to) => rowsOf(legalRow, from, to),
    badRow: {
      text: "2026-05-11 00:00:00 UTC a line of one's own\n",
      line: 1,
      reason: /is no entry of a forensic log/,
    },
    ...intoLedger(importKeaLegalLog),
  },
  {
    name: "dhcpd",
    rewritten: false,
    rows: 2 * addresses,
    state: addresses,
    fileOf: (rows) => `authoring-byte-order little-endian;\n${rowsOf(dhcpdRow, 0, rows)}`,
    rowsOf: (from, to) => rowsOf(dhcpdRow, from, to),
    badRow: {
      text: "lease 192.0.2.300 {\n  binding state active;\n}\n",
      line: 1,
      reason: /"192.0.2.300" is no address/,
    },
    ...intoLedger(importDhcpdLeases),
  },
  {
    name: "gateway",
    rewritten: false,
    rows: 2 * sessions,
    // A lease a session, and the usage of each record.
    state: 3 * sessions,
    fileOf: (rows) => `${gatewayHeader}${rowsOf(gatewayRow, 0, rows)}`,
    rowsOf: (from, to) => rowsOf(gatewayRow, from, to),
    badRow: { text: "x;2026-05-11 00:00:00;1;;1;1;1;1;\n", line: 1, reason: /^the number is none$/ },
    begin: () => new ToldUsage(),
    read: (file, told, options) => {
      const usage = told as ToldUsage;
      return importGatewayRecords(file, {
        ...options,
        timeZone: "UTC",
        knownMs: (t0S + 86_400) * 1000,
        known: usage.known,
        lineOf: (number) => `line-of-${number}`,
        onLease: (lease) => usage.take(lease),
        onUsage: (counted) => usage.takeUsage(counted),
      });
    },
  },
  {
    name: "cgnat-syslog",
    rewritten: false,
    rows: 2 * blocks,
    state: blocks,
    fileOf: (rows) => rowsOf(cgnatRow, 0, rows),
    rowsOf: (from, to) => rowsOf(cgnatRow, from, to),
    badRow: {
      text: "<30>1 2026-05-11T00:00:00Z mx - - - - JSERVICES_NAT_PORT_BLOCK_ALLOC: 10.0.0.1 -> 192.0.2.1\n",
      line: 1,
      reason: /port block of the message cannot be read/,
    },
    begin: () => new ToldLedger(),
    read: (file, told, options) =>
      importCgnatSyslog(file, {
        ...options,
        timeZone: "UTC",
        knownMs: (t0S + 86_400) * 1000,
        onEvent: (event) => (told as ToldLedger).take(event),
      }),
  },
];

const gatewayHeader =
  "servedMSISDN;recordOpeningTime;duration;servedPDPPDNAddress;dataVolumeFBCUplink;dataVolumeFBCDownlink;chargingID;localSequenceNumber;userLocationInformation\n";

function leaseRow(index: number): string {
  return `${address(index)},${iso(t0S + index)},${iso(t0S + index + 3600)},line-${index % 500}\n`;
}

function lineRow(index: number): string {
  return `line-of-the-customer-${index},business,PPPoE,plan-${index % 7},region-${index % 47},a;b\n`;
}
