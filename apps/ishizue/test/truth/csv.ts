import { readFileSync } from "node:fs";

/** Rows of a truth file by column name; no cell of them has a comma. */
export function readRows(path: string): Record<string, string>[] {
  const [header, ...lines] = readFileSync(path, "utf8").trimEnd().split("\n");
  const names = header.split(",");
  return lines.map((line) => {
    const cells = line.split(",");
    return Object.fromEntries(names.map((name, index) => [name, cells[index]]));
  });
}

export function sumBy(
  rows: Iterable<Record<string, string>>,
  key: (row: Record<string, string>) => string,
  value: string,
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const row of rows) sums.set(key(row), (sums.get(key(row)) ?? 0) + Number(row[value]));
  return sums;
}
