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
}

export function newReport(file: string): ImportReport {
  return { file, taken: 0, bad: 0, badRows: [], endsOpen: false };
}

export function addBadRow(report: ImportReport, line: number, reason: string): void {
  report.bad++;
  if (report.badRows.length < keptBadRows) report.badRows.push({ file: report.file, line, reason });
}
