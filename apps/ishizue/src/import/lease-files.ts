import {
  type DhcpLineFrom,
  type FileProgress,
  findProgress,
  importDhcpdLeases,
  importKeaLeases,
  keaLeaseFiles,
  KnownLeases,
  type LeaseFileOptions,
  type LeaseFileReport,
  type LeaseLogRow,
  progressOf,
} from "@ishizue/ledger";
import type { Collector } from "../collector/collector.ts";
import type { ProgressFile } from "./progress-file.ts";
import { REFUSALS } from "./refusal.ts";

/** Lease files of DHCP servers: their feed in the log's `source`, and how they are read. */
const LEASE_FILES = {
  dhcpd: { feed: "dhcpd", read: importDhcpdLeases, files: (path: string) => [path] },
  kea: { feed: "kea", read: importKeaLeases, files: keaLeaseFiles },
} as const satisfies Readonly<
  Record<
    string,
    {
      feed: string;
      read: (file: string, options: LeaseFileOptions) => Promise<LeaseFileReport>;
      files: (path: string) => string[];
    }
  >
>;

export type LeaseFileKind = keyof typeof LEASE_FILES;
export const LEASE_FILE_KINDS = Object.keys(LEASE_FILES) as readonly LeaseFileKind[];

export interface LeaseFileSettings {
  readonly timeZone: string;
  /** What names the line; absent: the kind's own. */
  readonly lineFrom?: readonly DhcpLineFrom[];
  readonly domain?: string;
  /** Whether files are read from their beginning, whatever was read of them before. */
  readonly again?: boolean;
}

/** Rows of the log made durable at a time. */
const BLOCK_ROWS = 50_000;

/** Reads lease files of one kind into the ledger and the store. */
export class LeaseFileImport {
  private readonly collector: Collector;
  private readonly progress: ProgressFile;
  private readonly kind: LeaseFileKind;
  private readonly settings: LeaseFileSettings;
  private readonly known: KnownLeases;

  constructor(
    collector: Collector,
    progress: ProgressFile,
    kind: LeaseFileKind,
    settings: LeaseFileSettings,
  ) {
    this.collector = collector;
    this.progress = progress;
    this.kind = kind;
    this.settings = settings;
    this.known = new KnownLeases(LEASE_FILES[kind].feed, settings.domain ?? "");
    this.known.take(collector.ledger.log());
  }

  /** The files that a name stands for, in the order in which they are to be read. */
  files(path: string): string[] {
    return LEASE_FILES[this.kind].files(path);
  }

  /** Reads what is new of a file; it is durable when this resolves. Errors: LedgerFault, the spool's. */
  async read(file: string): Promise<LeaseFileReport> {
    const { again = false, lineFrom, timeZone } = this.settings;
    const options = JSON.stringify({ lineFrom, timeZone, domain: this.known.domain });
    const known = again ? [] : this.progress.of(this.kind, options, this.known.count);
    const from = await findProgress(file, known);
    const report = await this.take(file, from);
    const next = await progressOf(file, report.position, report.header);
    await this.progress.put({ ...next, kind: this.kind, options, leases: this.known.count }, from);
    return report;
  }

  private async take(file: string, from: FileProgress | undefined): Promise<LeaseFileReport> {
    const { collector, known } = this;
    const { lineFrom, timeZone } = this.settings;
    let rows: LeaseLogRow[] = [];
    const flush = async (): Promise<void> => {
      const full = rows;
      rows = [];
      await collector.journal.append(full);
    };
    try {
      return await LEASE_FILES[this.kind].read(file, {
        knownMs: Date.now(),
        known,
        timeZone,
        nameLine: (line) => collector.privacy.name(line),
        ...(lineFrom === undefined ? {} : { lineFrom }),
        ...(from === undefined ? {} : { from }),
        onLease: async (lease) => {
          const outcome = collector.ledger.apply(lease);
          known.take(outcome.rows);
          for (const row of outcome.rows) rows.push(row);
          if (rows.length >= BLOCK_ROWS) await flush();
          return outcome.reason === undefined ? undefined : REFUSALS[outcome.reason];
        },
      });
    } finally {
      // Of a file that breaks off in the middle, what the ledger has is kept.
      await flush();
    }
  }
}
