import type { Paint } from "./paint.ts";

export type Cell = string | { readonly text: string; readonly paint: (text: string) => string };

export interface Column {
  readonly title: string;
  readonly right?: boolean;
  /** Columns are left out where there is no room, the highest number first; 0 stays. */
  readonly spare?: number;
}

export interface Row {
  /** One a column; fewer where the rest is empty. */
  readonly cells: readonly Cell[];
  /** Lines under the row, indented. */
  readonly notes?: readonly string[];
}

/** Lines of a table, `indent` blanks in front, no wider than `width` unless what has to stay is. */
export function table(
  columns: readonly Column[],
  rows: readonly Row[],
  width: number,
  paint: Paint,
  indent = 2,
): string[] {
  const widths = columns.map(({ title }, column) =>
    Math.max(title.length, ...rows.map(({ cells }) => textOf(cells[column] ?? "").length)),
  );
  const kept = fitting(columns, widths, width - indent);
  const line = (cells: readonly Cell[]): string =>
    `${" ".repeat(indent)}${kept
      .map((column) => pad(cells[column] ?? "", widths[column], columns[column].right === true))
      .join("  ")
      .trimEnd()}`;
  const head = columns.map(({ title }) => ({ text: title, paint: paint.dim }));
  return [
    line(head),
    ...rows.flatMap(({ cells, notes }) => [
      line(cells),
      ...(notes ?? []).map((note) => `${" ".repeat(indent + 2)}${note}`),
    ]),
  ];
}

/** Indices of the columns that fit. */
function fitting(columns: readonly Column[], widths: readonly number[], width: number): number[] {
  const shown = columns.map((_, column) => column);
  const taken = (): number => shown.reduce((sum, column) => sum + widths[column] + 2, -2);
  while (taken() > width) {
    const spare = Math.max(...shown.map((column) => columns[column].spare ?? 0));
    if (spare === 0) break;
    shown.splice(
      shown.findIndex((column) => columns[column].spare === spare),
      1,
    );
  }
  return shown;
}

function textOf(cell: Cell): string {
  return typeof cell === "string" ? cell : cell.text;
}

function pad(cell: Cell, width: number, right: boolean): string {
  const text = textOf(cell);
  const blanks = " ".repeat(Math.max(0, width - text.length));
  const painted = typeof cell === "string" ? text : cell.paint(text);
  return right ? blanks + painted : painted + blanks;
}

/** Words joined by `separator` into lines of at most `width`; a comma stays at the end of its line. */
export function wrap(words: readonly string[], width: number, separator = " "): string[] {
  const comma = separator.startsWith(" ") ? "" : separator.trimEnd();
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    if (line !== "" && shown(line) + separator.length + shown(word) + comma.length > width) {
      lines.push(line + comma);
      line = word;
    } else {
      line = line === "" ? word : line + separator + word;
    }
  }
  if (line !== "") lines.push(line);
  return lines;
}

/** Characters that a terminal shows: all but what sets colours. */
function shown(text: string): number {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/\u001b\[\d+m/g, "").length;
}
