import {
  type DhcpLineFrom,
  type FileReport,
  importCgnatSyslog,
  type GatewayFormat,
  importDhcpdLeases,
  importGatewayRecords,
  importKeaLeases,
  importKeaLegalLog,
  importLeasesCsv,
  importLinesCsv,
  importRadacct,
  importRadiusDetail,
  keaLeaseFiles,
  type KnownLeases,
  type LeaseEvent,
  type LeaseFileOptions,
  type LeaseFileReport,
  type ResumeOptions,
} from "@ishizue/ledger";
import type { Collector } from "../collector/collector.ts";
import { accountingNames } from "../config/accounting.ts";
import type { Numbers } from "./numbers.ts";
import { vrfDomains, vrfNumberDomains } from "../config/sharing.ts";
import { importCgnatBlocks } from "./cgnat-blocks.ts";
import { importNatEvents } from "./nat-events.ts";
import type { LeaseSink, LineSink, UsageSink } from "./sink.ts";

export interface ImportSettings {
  /** Zone of times that are written without one. */
  readonly timeZone: string;
  /** Lease files of DHCP servers: what names the line; absent: the kind's own. */
  readonly lineFrom?: readonly DhcpLineFrom[];
  /** Routing domain of rows that name none. */
  readonly domain?: string;
  /** Gateway records: what their columns may be called, and what becomes of phone numbers. */
  readonly gateway?: { readonly formats: readonly GatewayFormat[]; readonly numbers: Numbers };
  /** Whether files are read from their beginning, whatever was read of them before. */
  readonly again?: boolean;
  /** Octets of text between two checkpoints; absent: as the importers have it. */
  readonly checkpointOctets?: number;
}

/** What the import of one file works with. */
export interface Reading {
  readonly collector: Collector;
  readonly settings: ImportSettings;
  /** When the import of the file began; later times are yet to come. */
  readonly knownMs: number;
  /** Leases of the kind's feed that the ledger has; of kinds with `remembers` alone. */
  readonly known: KnownLeases;
  readonly leases: LeaseSink;
  readonly lines: LineSink;
  readonly usage: UsageSink;
}

/** Files of one kind. */
interface FileKind {
  /** Of its leases in the log's `source`; '' for one that tells of none. */
  readonly feed: string;
  /** Whether such files only grow at their end; others are written anew, and are read whole each time. */
  readonly grows: boolean;
  /** Whether a lease of it is told again and again, so that the leases known from before are needed. */
  readonly remembers: boolean;
  /** Whether accounting.lineFrom says what names its lines. */
  readonly accounting: boolean;
  /** The files that a name stands for, in the order in which they are to be read. */
  readonly files: (path: string) => string[];
  readonly read: (file: string, reading: Reading, resume: ResumeOptions) => Promise<FileReport>;
}

const itself = (path: string): string[] => [path];

/** What importers of events need. */
function eventOptions({ collector, settings, knownMs, leases }: Reading) {
  const { timeZone, domain } = settings;
  return {
    timeZone,
    knownMs,
    ...(domain === undefined ? {} : { domain }),
    onEvent: (event: LeaseEvent) => leases.take(collector.privacy.event(event)),
  };
}

/** Lease files of DHCP servers. */
function leaseFile(
  feed: string,
  importer: (file: string, options: LeaseFileOptions) => Promise<LeaseFileReport>,
): Omit<FileKind, "files"> {
  return {
    feed,
    grows: true,
    remembers: true,
    accounting: false,
    read: (file, { collector, settings, knownMs, known, leases }, resume) => {
      const { timeZone, lineFrom } = settings;
      return importer(file, {
        ...resume,
        knownMs,
        known,
        timeZone,
        nameLine: (line) => collector.privacy.name(line),
        ...(lineFrom === undefined ? {} : { lineFrom }),
        onLease: (lease) => leases.take(lease),
      });
    },
  };
}

/** A line that only gateway records name is a phone number: of mobile access, whatever leases said before. */
async function meetPhone(line: string, { collector, lines }: Reading): Promise<string | undefined> {
  const known = collector.ledger.lines;
  const index = known.indexOf(line);
  if (index >= 0 && known.isListed(index)) return undefined;
  return lines.take({ line, class: "consumer", access: "mobile", plan: "", region: "", tags: [] });
}

const readGatewayRecords: FileKind["read"] = (file, reading, resume) => {
  const { settings, knownMs, known, leases, usage } = reading;
  if (settings.gateway === undefined) throw new Error("gateway records without settings for them");
  const { formats, numbers } = settings.gateway;
  return importGatewayRecords(file, {
    ...resume,
    timeZone: settings.timeZone,
    knownMs,
    known,
    formats,
    lineOf: (number) => numbers.lineOf(number),
    onLease: async (lease) => (await meetPhone(lease.line, reading)) ?? leases.take(lease),
    onUsage: async ({ line, startMs, endMs, octetsIn, octetsOut, identity, format }) => {
      if (endMs <= numbers.sinceMs) {
        return "it is of before the privacy key was changed: its line had another pseudonym then";
      }
      const refused = await meetPhone(line, reading);
      if (refused !== undefined) return refused;
      await usage.take({
        line,
        started: startMs,
        ended: endMs,
        octets_in: octetsIn,
        octets_out: octetsOut,
        record: numbers.recordOf(identity),
        source: numbers.sourceOf(format),
        known_from: Date.now(),
      });
      return undefined;
    },
  });
};

/** Everything that can be imported. */
const kinds = {
  leases: {
    feed: "csv",
    grows: false,
    remembers: false,
    accounting: false,
    files: itself,
    read: (file, reading, resume) => importLeasesCsv(file, { ...resume, ...eventOptions(reading) }),
  },
  lines: {
    feed: "",
    grows: false,
    remembers: false,
    accounting: false,
    files: itself,
    read: (file, { collector, lines }, resume) =>
      importLinesCsv(file, { ...resume, onLine: (line) => lines.take(collector.privacy.line(line)) }),
  },
  "radius-detail": {
    feed: "detail",
    grows: true,
    remembers: false,
    accounting: true,
    files: itself,
    read: (file, reading, resume) => {
      return importRadiusDetail(file, {
        ...resume,
        ...eventOptions(reading),
        ...accountingNames(reading.collector.config),
      });
    },
  },
  radacct: {
    feed: "radacct",
    grows: false,
    remembers: false,
    accounting: true,
    files: itself,
    read: (file, reading, resume) => {
      const { lineFrom } = reading.collector.config.accounting;
      return importRadacct(file, { ...resume, ...eventOptions(reading), lineFrom });
    },
  },
  "cgnat-syslog": {
    feed: "syslog",
    grows: true,
    remembers: false,
    accounting: false,
    files: itself,
    read: (file, reading, resume) => {
      const { domain = "" } = reading.settings;
      const insideDomain = vrfDomains(reading.collector.config.routingDomains, domain);
      return importCgnatSyslog(file, { ...resume, ...eventOptions(reading), insideDomain });
    },
  },
  "nat-events": {
    feed: "nat",
    grows: false,
    remembers: false,
    accounting: false,
    files: itself,
    read: (file, reading, resume) => {
      const { routingDomains } = reading.collector.config;
      const insideDomain = (address: string, vrf: number): string =>
        vrfNumberDomains(routingDomains, address)(vrf);
      return importNatEvents(file, { ...resume, ...eventOptions(reading), insideDomain });
    },
  },
  "cgnat-blocks": {
    feed: "cgnat",
    grows: false,
    remembers: false,
    accounting: false,
    files: itself,
    read: (file, reading, resume) => importCgnatBlocks(file, { ...resume, ...eventOptions(reading) }),
  },
  dhcpd: { ...leaseFile("dhcpd", importDhcpdLeases), files: itself },
  kea: { ...leaseFile("kea", importKeaLeases), files: keaLeaseFiles },
  // The same server tells of the same leases: what one says renews what the other said.
  "kea-legal-log": { ...leaseFile("kea", importKeaLegalLog), files: itself },
  gateway: {
    feed: "gateway",
    grows: true,
    remembers: true,
    accounting: false,
    files: itself,
    read: readGatewayRecords,
  },
} as const satisfies Readonly<Record<string, FileKind>>;

export type ImportKind = keyof typeof kinds;
export const IMPORT_KINDS = Object.keys(kinds) as readonly ImportKind[];

export function isImportKind(text: string): text is ImportKind {
  return (IMPORT_KINDS as readonly string[]).includes(text);
}

/** What is known of a kind's files. */
export function fileKind(kind: ImportKind): FileKind {
  return kinds[kind];
}
