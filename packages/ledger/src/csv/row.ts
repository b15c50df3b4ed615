import { parse } from "csv-parse/sync";
import { LedgerFault } from "../fault/fault.ts";
import { readLines } from "../file/lines.ts";
import type { TextLine } from "../file/lines.ts";
import { addBadRow, addHanded } from "../file/report.ts";
import type { Handed } from "../file/report.ts";
import { Checkpoints, newFileReport } from "../file/resume.ts";
import type { FileReport, ResumeOptions } from "../file/resume.ts";
import { lists } from "./list.ts";
import type { List } from "./list.ts";

/**
 * The cells of one line, or why it has none.
 *
 * A row is a line: a quote that is never closed costs its own row and not the rest of the file, so a cell cannot hold a
 * line break.
 */
function cellsOf(text: string): string[] | string {
  if (text.includes("\uFFFD")) return "is not UTF-8";
  if (!text.includes('"')) return text.split(",").map((cell) => cell.trim());
  try {
    const rows = parse(text, { relax_column_count: true, ltrim: true, rtrim: true });
    return rows.length === 1 ? rows[0] : "is not one row";
  } catch {
    return "has quotes that do not match";
  }
}

function headerName(cell: string): string {
  return cell.toLowerCase().replaceAll(/[\s_]+/g, "-");
}

/** Position of each column in a header, -1 where it has none. */
function positionsOf(names: readonly string[], { columns }: List): number[] {
  return columns.map(({ headers }) => names.findIndex((name) => headers.includes(name)));
}

/** Position of each column by the header, or null when fewer than two cells name a column: then it is no header. */
function readHeader(file: string, cells: readonly string[], list: List): number[] | null {
  const names = cells.map(headerName);
  const positions = positionsOf(names, list);
  const missing = list.columns.find(({ required }, index) => required && positions[index] < 0);
  if (missing === undefined) return positions;
  const known = positions.filter((position) => position >= 0).length;
  for (const other of lists) {
    if (other === list) continue;
    const found = other.columns.filter(({ headers }) => names.some((name) => headers.includes(name)));
    if (found.length >= 2 && found.length > known && found.some(({ telling }) => telling === true)) {
      const message = `${file} looks like a list of ${other.name}`;
      throw new LedgerFault("WRONG_KIND", message, `import it as ${other.name}`);
    }
  }
  if (known < 2) return null;
  throw new LedgerFault(
    "BAD_HEADER",
    `${file}: the header has no column ${missing.headers[0]}`,
    `name the columns ${list.columns.map(({ headers }) => headers[0]).join(",")}`,
  );
}

/** Where a file's rows have the columns of its list. */
class RowShape {
  readonly #positions: readonly number[];
  /** Cells that a row needs. */
  readonly #least: number;
  /** Cells that a row may have; past them only empty ones. */
  readonly #most: number;
  readonly #hasHeader: boolean;

  /** `header`: the cells of a header row; without one the columns are in the list's order. */
  constructor(list: List, positions: readonly number[] | null, header: readonly string[] | null) {
    const required = list.columns.filter((column) => column.required).length;
    this.#positions = positions ?? list.columns.map((_, index) => index);
    this.#least = Math.max(...this.#positions.slice(0, required)) + 1;
    this.#most = header?.length ?? list.columns.length;
    this.#hasHeader = header !== null;
  }

  /** The row's cells in the order of the list's columns, or why it cannot be used. */
  rowOf(cells: readonly string[], ended: boolean): string[] | string {
    if (cells.length < this.#least) {
      const half = ended ? "" : "; the file ends in the middle of it";
      return `the row has ${cells.length} columns of ${this.#least}${half}`;
    }
    if (cells.slice(this.#most).some((cell) => cell !== "")) {
      const most = this.#hasHeader ? `, the header ${this.#most}` : ` of at most ${this.#most}`;
      return `the row has ${cells.length} columns${most}`;
    }
    return this.#positions.map((position) => (position < 0 ? "" : (cells[position] ?? "")));
  }
}

/**
 * Reads a CSV file row by row into `take`, which says why a row is bad or nothing.
 *
 * Shape: cells in the order of the list's columns, "" where a row has none; without a header row the file's columns are in that
 * order. A row with a cell beyond the header's, or beyond the known columns without a header row, is bad: a comma within
 * a cell would shift the others. Empty lines and lines that begin with # are passed over. Throws LedgerFault for a file that cannot be read or a
 * header that lacks a required column or is another list's.
 */
export async function readCsv(
  file: string,
  list: List,
  options: ResumeOptions,
  take: (cells: readonly string[]) => Handed,
): Promise<FileReport> {
  const report = newFileReport(file, options);
  const checkpoints = new Checkpoints(options);
  let shape = report.header === undefined ? undefined : shapeOf(file, report.header, list);
  for await (const { lines, ended } of readLines(file, options.from)) {
    report.endsOpen = !ended;
    for (const line of lines) {
      const cells = isRemark(line) ? undefined : readCells(report, line);
      let isHeader = false;
      if (cells !== undefined && shape === undefined) {
        const positions = readHeader(file, cells, list);
        isHeader = positions !== null;
        shape = new RowShape(list, positions, isHeader ? cells : null);
        report.header = isHeader ? [line.text] : [];
      }
      if (cells !== undefined && shape !== undefined && !isHeader) {
        const row = shape.rowOf(cells, ended);
        const handed = typeof row === "string" ? row : take(row);
        addHanded(report, line.number, handed instanceof Promise ? await handed : handed);
      }
      // A last row without its line break may still be being written: the next time it is read again.
      if (ended) report.position = { octets: line.end, lines: line.number };
    }
    await checkpoints.takeIfDue(report);
  }
  return report;
}

/** That of a file whose header was read before. */
function shapeOf(file: string, [header]: readonly string[], list: List): RowShape {
  const cells = header === undefined ? "" : cellsOf(header);
  if (typeof cells === "string") return new RowShape(list, null, null);
  return new RowShape(list, readHeader(file, cells, list), cells);
}

function isRemark({ text, tooLong }: TextLine): boolean {
  return (text.trim() === "" && !tooLong) || text.startsWith("#");
}

/** The cells of one line; a bad row where it has none. */
function readCells(report: FileReport, { number, text, tooLong }: TextLine): string[] | undefined {
  const cells = tooLong ? "is longer than 65536 octets" : cellsOf(text);
  if (typeof cells !== "string") return cells;
  addBadRow(report, number, `the row ${cells}`);
  return undefined;
}
