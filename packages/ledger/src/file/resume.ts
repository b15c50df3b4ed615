import type { LinePosition } from "./lines.ts";
import type { FileProgress } from "./progress.ts";
import { newReport } from "./report.ts";
import type { ImportReport } from "./report.ts";

/** Octets of text between two checkpoints: what an import that is cut off reads twice at the most. */
export const defaultCheckpointOctets = 64 << 20;

/** How a file is read on from where it was left, and where reading it may be left. */
export interface ResumeOptions {
  /** How far the file was read before; see findProgress. */
  readonly from?: FileProgress | undefined;
  /**
   * Called at the end of a row or block, everything before which was handed on; reading goes on when it resolves. Who makes
   * durable what it was handed and then keeps the report's position reads on from there after a crash.
   */
  readonly onCheckpoint?: (report: FileReport) => Promise<void>;
  readonly checkpointOctets?: number;
}

/** What came of a file that can be read on. */
export interface FileReport extends ImportReport {
  /** Up to where the file was read, at the end of a row or block. */
  position: LinePosition;
  /** The file's column names as it has them, where it begins with such; empty where it was seen to have none. */
  header?: readonly string[];
}

export function newFileReport(file: string, { from }: ResumeOptions): FileReport {
  const position = { octets: from?.octets ?? 0, lines: from?.lines ?? 0 };
  const report = { ...newReport(file), position, empty: from === undefined };
  return from?.header === undefined ? report : { ...report, header: from.header };
}

/** Says when a file has been read far enough since the last checkpoint. */
export class Checkpoints {
  readonly #onCheckpoint: ResumeOptions["onCheckpoint"];
  readonly #everyOctets: number;
  #lastOctets: number;

  constructor({ from, onCheckpoint, checkpointOctets = defaultCheckpointOctets }: ResumeOptions) {
    this.#onCheckpoint = onCheckpoint;
    this.#everyOctets = checkpointOctets;
    this.#lastOctets = from?.octets ?? 0;
  }

  isDue({ position }: FileReport): boolean {
    return this.#onCheckpoint !== undefined && position.octets - this.#lastOctets >= this.#everyOctets;
  }

  /** To be called when everything up to the report's position was handed on. */
  async take(report: FileReport): Promise<void> {
    this.#lastOctets = report.position.octets;
    await this.#onCheckpoint?.(report);
  }

  /** For readers that hand on each row as they read it. */
  async takeIfDue(report: FileReport): Promise<void> {
    if (this.isDue(report)) await this.take(report);
  }
}
