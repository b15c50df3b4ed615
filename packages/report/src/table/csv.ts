/** A table as CSV: RFC 4180, CRLF, UTF-8; numbers in full, each with its bounds and its unit. */
import type { Quantity, Table } from "@ishizue/analysis";

/**
 * Shape: `row`, `label`, `indent`, then for a column of numbers `<key>`,
 * `<key>_lower`, `<key>_upper`, `<key>_unit`, for a column of text `<key>`.
 * A cell without data is empty in all of them. Texts are written as they are:
 * a spreadsheet that runs a text beginning with "=" must be told not to.
 */
export function tableCsv(table: Table): string {
  const numeric = table.columns.map(
    ({ key, unit }) => unit !== null || table.rows.some((row) => isQuantity(row.cells[key])),
  );
  const head = ["row", "label", "indent"];
  table.columns.forEach(({ key }, i) => {
    head.push(key);
    if (numeric[i]) head.push(`${key}_lower`, `${key}_upper`, `${key}_unit`);
  });
  const lines = [head];
  for (const row of table.rows) {
    const fields = [row.key, row.label, String(row.indent)];
    table.columns.forEach(({ key }, i) => {
      const cell = row.cells[key] ?? null;
      if (isQuantity(cell))
        fields.push(digits(cell.value), digits(cell.lower), digits(cell.upper), cell.unit);
      else if (numeric[i]) fields.push(cell ?? "", "", "", "");
      else fields.push(cell ?? "");
    });
    lines.push(fields);
  }
  return lines.map((fields) => `${fields.map(quote).join(",")}\r\n`).join("");
}

/** A cell with a number in it. */
export function isQuantity(cell: Quantity | string | null | undefined): cell is Quantity {
  return typeof cell === "object" && cell !== null;
}

/** The shortest text that reads back as the same number; empty for what is not one. */
function digits(value: number): string {
  return Number.isFinite(value) ? String(value) : "";
}

function quote(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
