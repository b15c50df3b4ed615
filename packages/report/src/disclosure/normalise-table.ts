/** Tables of a normalised report: per line as they are, shares as they are, counts as shares. */
import type { Quantity, Table, TableColumn, TableRow, Unit } from "@ishizue/analysis";
import { withoutCounts } from "./notes.ts";
import { numberIn } from "./parts.ts";
import { widenedQuantity } from "./widen.ts";

/** What says nothing of a provider's size. */
const relative: ReadonlySet<Unit> = new Set(["%", "1", "MB/day", "octets/day", "ms"]);

/** Counts of lines become a share of the row's lines, and the number of lines goes; of any other count or volume nothing is left. */
export function normaliseTable(table: Table): Table {
  const columns = table.columns.filter(
    ({ key, unit }) => isShare(table, key, unit) || unit === null || relative.has(unit),
  );
  return {
    ...table,
    notes: table.notes.map(withoutCounts),
    columns: columns.map((column): TableColumn =>
      column.unit === "count" ? { ...column, unit: "%" } : column,
    ),
    rows: table.rows.map((row): TableRow => ({
      ...row,
      cells: Object.fromEntries(columns.map(({ key }) => [key, cellOf(row, key, table.id === "growth")])),
    })),
  };
}

function isShare(table: Table, key: string, unit: Unit | null): boolean {
  return unit === "count" && key !== "lines" && table.columns.some((column) => column.key === "lines");
}

function cellOf(row: TableRow, key: string, signed: boolean): Quantity | string | null {
  const cell = row.cells[key] ?? null;
  if (cell === null || typeof cell === "string") return cell;
  if (relative.has(cell.unit)) return widenedQuantity(cell, signed);
  const lines = numberIn(row.cells["lines"]) ?? 0;
  if (cell.unit !== "count" || !(lines > 0)) return null;
  // To a tenth: more digits are those of one number of lines only.
  const percent = Number(((100 * cell.value) / lines).toFixed(1));
  return { value: percent, lower: percent, upper: percent, unit: "%" };
}
