import { parse } from "csv-parse/sync";
import { LedgerFault } from "../fault/fault.ts";
import { readLines } from "../file/lines.ts";
import type { TextLine } from "../file/lines.ts";
import { addBadRow, addHanded, newReport } from "../file/report.ts";
import type { Handed, ImportReport } from "../file/report.ts";
import { lists } from "./list.ts";
import type { List } from "./list.ts";

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
  take: (cells: readonly string[]) => Handed,
): Promise<ImportReport> {
  const { columns } = list;
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
        const header = readHeader(file, cells, list);
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
