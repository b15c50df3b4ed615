import { createHash } from "node:crypto";
import {
  type FileReport,
  findProgress,
  type GatewayReport,
  KnownLeases,
  type LeaseLogRow,
  progressOf,
} from "@ishizue/ledger";
import type { Collector } from "../collector/collector.ts";
import { fileKind, type ImportKind, type ImportSettings } from "./kind.ts";
import type { ImportedPart, ImportProgress, ProgressFile } from "./progress-file.ts";
import { LeaseSink, LineSink, UsageSink } from "./sink.ts";

/** What came of a file; of lease files as LeaseFileReport, of gateway records as GatewayReport. */
export type ImportOutcome = FileReport &
  Partial<Omit<GatewayReport, keyof FileReport>> & {
    /** What an import that was cut off had taken of it, and up to which line. */
    readonly before?: ImportedPart & { readonly lines: number };
  };

/**
 * Reads files of one kind into the ledger and the store.
 *
 * A file is read in parts: what a part held is durable before `progress` says that it was read, so an import that was
 * killed goes on from there. Without `progress` files are read whole.
 */
export class FileImport {
  private readonly collector: Collector;
  private readonly kind: ImportKind;
  private readonly settings: ImportSettings;
  private readonly progress: ProgressFile | undefined;
  private readonly known: KnownLeases;
  /** What the ledger had when this began: lines or leases of the kind's own, and of all kinds. */
  private readonly had: { readonly own: number; readonly all: number };

  constructor(collector: Collector, kind: ImportKind, settings: ImportSettings, progress?: ProgressFile) {
    this.collector = collector;
    this.kind = kind;
    this.settings = settings;
    this.progress = progress;
    const { feed, remembers } = fileKind(kind);
    const { ledger } = collector;
    this.known = new KnownLeases(feed, settings.domain ?? "");
    if (remembers) this.known.take(ledger.log());
    this.had = { own: leasesOf(ledger.log(), feed), all: ledger.stats.leases };
  }

  /** The files that a name stands for, in the order in which they are to be read. */
  files(path: string): string[] {
    return fileKind(this.kind).files(path);
  }

  /** Reads what is new of a file; it is durable when this resolves. Errors: LedgerFault, the spool's. */
  async read(file: string): Promise<ImportOutcome> {
    const { collector, settings, known } = this;
    const { checkpointOctets } = settings;
    const knownMs = Date.now();
    const leases = new LeaseSink(collector, known);
    const lines = new LineSink(collector);
    const usage = new UsageSink(collector);
    const flush = async (): Promise<void> => {
      for (const sink of [leases, lines, usage]) await sink.flush();
    };
    const before = await this.find(file);
    let kept = before;
    let report: FileReport;
    try {
      report = await fileKind(this.kind).read(
        file,
        { collector, settings, knownMs, known, leases, lines, usage },
        {
          from: before,
          ...(checkpointOctets === undefined ? {} : { checkpointOctets }),
          onCheckpoint: async (part) => {
            await flush();
            kept = await this.keep(file, part, kept, partOf(part, before?.part));
          },
        },
      );
    } finally {
      // Of a file that breaks off in the middle, what the ledger has is kept.
      await flush();
    }
    await this.keep(file, report, kept);
    if (before?.part === undefined) return report;
    return { ...report, before: { ...before.part, lines: before.lines } };
  }

  /** Lines or leases of this kind that the ledger has; nobody else tells it of any meanwhile. */
  private get count(): number {
    const { ledger } = this.collector;
    if (fileKind(this.kind).feed === "") return ledger.lines.count;
    return this.had.own + ledger.stats.leases - this.had.all;
  }

  /** What else the outcome hangs on. */
  private get options(): string {
    const { lineFrom, timeZone, domain = "", gateway } = this.settings;
    const { accounting } = fileKind(this.kind);
    const { lineFrom: named, domainFrom } = this.collector.config.accounting;
    return JSON.stringify({
      lineFrom,
      timeZone,
      domain,
      ...(accounting ? { named, domainFrom } : {}),
      gateway: gateway && digestOf(gateway),
    });
  }

  private async find(file: string): Promise<ImportProgress | undefined> {
    if (this.progress === undefined || this.settings.again === true) return undefined;
    const known = this.progress.of(this.kind, this.options, this.count);
    const found = await findProgress(file, known);
    return known.find((progress) => progress === found);
  }

  /** Remembers how far a file was read; `part` where it goes on. Of files that are written anew, only that. */
  private async keep(
    file: string,
    report: FileReport,
    replaced: ImportProgress | undefined,
    part?: ImportedPart,
  ): Promise<ImportProgress | undefined> {
    if (this.progress === undefined) return undefined;
    const { grows } = fileKind(this.kind);
    if (!grows && part === undefined) {
      if (replaced !== undefined) await this.progress.drop(replaced);
      return undefined;
    }
    const { position, header } = report;
    const cut = part !== undefined;
    const read = await progressOf(file, position, { header, cut, rewritten: !grows });
    const { kind, options, count } = this;
    const next = { ...read, kind, options, leases: count, ...(part === undefined ? {} : { part }) };
    await this.progress.put(next, replaced);
    return next;
  }
}

/** Of the formats and the list of numbers: what a file of progress says tells nothing of anybody. */
function digestOf({ formats, numbers }: NonNullable<ImportSettings["gateway"]>): string {
  const text = JSON.stringify([formats, numbers.digest]);
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

function partOf({ taken, bad }: FileReport, before: ImportedPart = { taken: 0, bad: 0 }): ImportedPart {
  return { taken: before.taken + taken, bad: before.bad + bad };
}

function leasesOf(log: Iterable<LeaseLogRow>, feed: string): number {
  let count = 0;
  const prefix = `${feed}:`;
  if (feed !== "") for (const { source } of log) if (source.startsWith(prefix)) count++;
  return count;
}
