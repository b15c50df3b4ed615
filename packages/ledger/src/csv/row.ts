import { parse } from "csv-parse/sync";
import { LedgerFault } from "../fault/fault.ts";
import { readLines } from "../file/lines.ts";
import type { TextLine } from "../file/lines.ts";
import { addBadRow, addHanded, newReport } from "../file/report.ts";
import type { Handed, ImportReport } from "../file/report.ts";

/** A column of a file: what the code calls it, and the header names that mean it. */
export interface Column {
  readonly name: string;
  readonly headers: readonly string[];
  readonly required: boolean;
}

/**
 * The cells of one line, or why it has none.
 *
 * A row is a line: a quote that is never closed costs its own row and not the rest of the file, so a cell cannot hold a
 * line break.
 */
function cellsOf(line: TextLine): string[] | string {
  if (line.tooLong) return "is longer than 65536 octets";
  if (line.text.includes("\uFFFD")) return "is not UTF-8";
  if (!line.text.includes('"')) return line.text.split(",").map((cell) => cell.trim());
  try {
    const rows = parse(line.text, { relax_column_count: true, ltrim: true, rtrim: true });
    return rows.length === 1 ? rows[0] : "is not one row";
  } catch {
    return "has quotes that do not match";
  }
}

function headerName(cell: string): string {
  return cell.toLowerCase().replaceAll(/[\s_]+/g, "-");
}

/** Position of each column by the header, or null when fewer than two cells name a column: then it is no header. */
function readHeader(file: string, cells: readonly string[], columns: readonly Column[]): number[] | null {
  const names = cells.map(headerName);
  const positions = columns.map(({ headers }) => names.findIndex((name) => headers.includes(name)));
  const known = positions.filter((position) => position >= 0).length;
  if (known < 2) return null;
  const missing = columns.find(({ required }, index) => required && positions[index] < 0);
  if (missing === undefined) return positions;
  throw new LedgerFault(
    "BAD_HEADER",
    `${file}: the header has no column ${missing.headers[0]}`,
    `name the columns ${columns.map(({ headers }) => headers[0]).join(",")}`,
  );
}

/**
 * Reads a CSV file row by row into `take`, which says why a row is bad or nothing.
 *
 * Shape: cells in the order of `columns`, "" where a row has none; without a header row the file's columns are in that
 * order. A row with a cell beyond the header's, or beyond the known columns without a header row, is bad: a comma within
 * a cell would shift the others. Empty lines and lines that begin with # are passed over. Throws LedgerFault for a file that cannot be read or a
 * header that lacks a required column.
 */
export async function readCsv(
  file: string,
  columns: readonly Column[],
  take: (cells: readonly string[]) => Handed,
): Promise<ImportReport> {
  const report = newReport(file);
  const required = columns.filter((column) => column.required).length;
  let positions: readonly number[] | null = null;
  let headerWidth: number | undefined;
  for await (const { lines, ended } of readLines(file)) {
    report.endsOpen = !ended;
    for (const line of lines) {
      if (line.text.trim() === "" && !line.tooLong) continue;
      if (line.text.startsWith("#")) continue;
      const cells = cellsOf(line);
      if (typeof cells === "string") {
        addBadRow(report, line.number, `the row ${cells}`);
        continue;
      }
      if (positions === null) {
        const header = readHeader(file, cells, columns);
        positions = header ?? columns.map((_, index) => index);
        if (header !== null) {
          headerWidth = cells.length;
          continue;
        }
      }
      const least = Math.max(...positions.slice(0, required)) + 1;
      if (cells.length < least) {
        const half = ended ? "" : "; the file ends in the middle of it";
        addBadRow(report, line.number, `the row has ${cells.length} columns of ${least}${half}`);
        continue;
      }
      if (cells.slice(headerWidth ?? columns.length).some((cell) => cell !== "")) {
        const most =
          headerWidth === undefined ? ` of at most ${columns.length}` : `, the header ${headerWidth}`;
        addBadRow(report, line.number, `the row has ${cells.length} columns${most}`);
        continue;
      }
      const row = positions.map((position) => (position < 0 ? "" : (cells[position] ?? "")));
      const handed = take(row);
      addHanded(report, line.number, handed instanceof Promise ? await handed : handed);
    }
  }
  return report;
}
