import { addBadRow } from "../file/report.ts";
import type { Handed } from "../file/report.ts";
import { newFileReport } from "../file/resume.ts";
import type { Checkpoints, FileReport, ResumeOptions } from "../file/resume.ts";
import type { GivenLease } from "../lease/event.ts";
import type { DhcpLineFrom } from "./identity.ts";
import type { KnownLeases } from "./known.ts";
import { BindingMerger } from "./merge.ts";
import type { Merged, Renewals } from "./merge.ts";

export interface LeaseFileOptions extends ResumeOptions {
  /** When the ledger learns of the file. */
  readonly knownMs: number;
  /** What names the line: the first of these that a lease has. */
  readonly lineFrom?: readonly DhcpLineFrom[];
  /** Leases of this feed and domain that the ledger has; the caller adds the rows that its `onLease` makes. */
  readonly known: KnownLeases;
  /** Name of a line as the ledger has it; as the file tells it when left out. */
  readonly nameLine?: (line: string) => string;
  /** Zone of times that are written without one, as in the IANA database. */
  readonly timeZone?: string;
  /** Leases kept in memory to wait for renewals; past it they are handed on and the file is read on. */
  readonly pendingLimit?: number;
  /**
   * Called a lease that is new or has changed; a promise is awaited. A string is why it cannot be used: it is then a bad
   * row, told by the line that told of it last.
   */
  readonly onLease: (lease: GivenLease) => Handed;
}

export const defaultPendingLimit = 1_000_000;

/** What came of a lease file. `taken` counts rows or blocks. */
export interface LeaseFileReport extends FileReport {
  /** Leases handed on and not refused: new, or with another end than was known. */
  leases: number;
  /** Rows or blocks that tell nothing of who held what when. */
  passedOver: number;
}

export function newLeaseFileReport(file: string, options: ResumeOptions): LeaseFileReport {
  return { ...newFileReport(file, options), leases: 0, passedOver: 0 };
}

export function newMerger(
  {
    known,
    knownMs,
    pendingLimit = defaultPendingLimit,
  }: Pick<LeaseFileOptions, "known" | "knownMs" | "pendingLimit">,
  renewals?: Renewals,
): BindingMerger {
  return new BindingMerger(known, knownMs, pendingLimit, renewals);
}

/** Hands a lease on, where there is one. */
export async function handOn(
  report: LeaseFileReport,
  merged: Merged | undefined,
  onLease: LeaseFileOptions["onLease"],
): Promise<void> {
  if (merged === undefined) return;
  const handed = onLease(merged.lease);
  const refused = handed instanceof Promise ? await handed : handed;
  if (typeof refused === "string") addBadRow(report, merged.row, refused);
  else report.leases++;
}

/** Where a checkpoint is due, hands on every lease that waits, and takes it. */
export async function checkpoint(
  checkpoints: Checkpoints,
  report: LeaseFileReport,
  merger: BindingMerger,
  onLease: LeaseFileOptions["onLease"],
): Promise<void> {
  if (!checkpoints.isDue(report)) return;
  await handOnAll(report, merger, onLease);
  await checkpoints.take(report);
}

/** Hands on every lease that waits. */
export async function handOnAll(
  report: LeaseFileReport,
  merger: BindingMerger,
  onLease: LeaseFileOptions["onLease"],
): Promise<void> {
  for (const merged of merger.flush()) await handOn(report, merged, onLease);
}
