/** Single cells of the report's tables, by the keys that the analyses give them. */
import type { Quantity, Report } from "@ishizue/analysis";
import { isQuantity } from "./csv.ts";

/** The number in a table's cell; null where table, row, cell or a finite value is missing. */
export function quantityAt(
  report: Report,
  tableId: string,
  rowKey: string,
  columnKey: string,
): Quantity | null {
  const row = report.tables[tableId]?.rows.find(({ key }) => key === rowKey);
  const cell = row?.cells[columnKey];
  return isQuantity(cell) && Number.isFinite(cell.value) ? cell : null;
}
