/** A row or block of a file that could not be taken. */
export interface BadRow {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly reason: string;
}

/** How many bad rows an import keeps to show; all are counted. */
export const keptBadRows = 100;

export interface ImportReport {
  readonly file: string;
  /** Rows or blocks handed on. */
  taken: number;
  /** Rows or blocks that could not be. */
  bad: number;
  /** The first of them. */
  readonly badRows: BadRow[];
  /** The last line of the file has no line break: the file may still be being written. */
  endsOpen: boolean;
  /** The file has no row or block at all, good or bad: nothing but a header, remarks and empty lines at the most. */
  empty: boolean;
}

/**
 * What the caller made of a row that was handed to it: nothing when it took it, or why it cannot be used; then it is a
 * bad row.
 */
export type Handed = void | string | undefined | Promise<void | string | undefined>;

export function newReport(file: string): ImportReport {
  return { file, taken: 0, bad: 0, badRows: [], endsOpen: false, empty: true };
}

export function addBadRow(report: ImportReport, line: number, reason: string): void {
  report.bad++;
  report.empty = false;
  if (report.badRows.length < keptBadRows) report.badRows.push({ file: report.file, line, reason });
}

/** Counts a row or block as taken, or as bad at `line` where `refused` says why. */
export function addHanded(report: ImportReport, line: number, refused: void | string | undefined): void {
  if (typeof refused === "string") {
    addBadRow(report, line, refused);
    return;
  }
  report.taken++;
  report.empty = false;
}
