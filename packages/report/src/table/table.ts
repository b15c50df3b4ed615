/** A table as HTML: hairlines, numbers on their points, every interval small beside or under its number. */
import type { Quantity, Table, TableColumn, TableRow, Unit } from "@ishizue/analysis";
import { markup, type Markup, trusted } from "../markup/markup.ts";
import {
  ABSENT,
  decimalsFor,
  formatInterval,
  formatNumber,
  formatQuantity,
  isExact,
  isSymmetric,
  unitLabel,
} from "../quantity/format.ts";
import { isQuantity } from "./csv.ts";

/** What stands beside a number: on its right in columns of their own, or under it. */
type Placing = "beside" | "under";

/** A column whose numbers share decimals and the form of their intervals. */
interface Style {
  readonly decimals: number;
  readonly form: "auto" | "range";
  readonly intervals: boolean;
}

const MOST_COLUMNS = 6;

/** Units that are what is counted, and so stand in the label of the row or column. */
const WORDS: ReadonlySet<string> = new Set(["messages", "records", "packets"]);

/** `caption`: what stands over the table, number included. Wide tables of few rows are turned: their columns become rows. */
export function tableMarkup(table: Table, caption: Markup, turn = false): Markup {
  const decimals = decimalsByUnit(table);
  return turn ? turned(table, caption, decimals) : upright(table, caption, decimals);
}

/** Whether a table is too wide for the text column as it stands. */
export function isWide(table: Table): boolean {
  return table.columns.length > MOST_COLUMNS;
}

function upright(table: Table, caption: Markup, decimals: ReadonlyMap<Unit, number>): Markup {
  const placing: Placing = table.columns.length > 3 ? "under" : "beside";
  const styles = table.columns.map((column) =>
    styleOf(
      table.rows.map((row) => row.cells[column.key]),
      column.unit,
      decimals,
    ),
  );
  const groups = groupsOf(table.columns);
  const spans = styles.map((style) => (placing === "beside" && style.intervals ? 2 : 1));
  const grouped = groups.some(({ name }) => name !== "");
  const top = grouped
    ? markup`<tr><td></td>${groups.map(({ name, from, to }) => {
        let span = 0;
        for (let i = from; i < to; i++) span += spans[i];
        return name === ""
          ? markup`<td colspan="${span}"></td>`
          : markup`<th scope="colgroup" colspan="${span}" class="group">${name}</th>`;
      })}</tr>`
    : null;
  const head = table.columns.map((column, i) => {
    const unit = headUnit(column);
    const first = groups.some(({ name, from }) => grouped && name !== "" && from === i);
    return markup`<th scope="col" colspan="${spans[i]}" class="${first ? "n first" : "n"}">${unbroken(grouped ? bareLabel(column) : column.label)}${unit === "" ? null : markup` <small>${unit}</small>`}</th>`;
  });
  return markup`<table class="${placing}${isWide(table) ? " wide" : ""}">
<caption>${caption}</caption>
<thead>${top}<tr><td></td>${head}</tr></thead>
<tbody>
${table.rows.map(
  (row) =>
    markup`<tr class="${row.indent === 0 ? "top" : `in-${Math.min(row.indent, 3)}`}"><th scope="row"${isGivenName(table, row) ? trusted(' translate="no"') : null}>${row.label}</th>${table.columns.map((column, i) => cell(row.cells[column.key], styles[i], placing))}</tr>
`,
)}</tbody>
</table>`;
}

/** Columns as rows, grouped by direction; the rows (weeks) as columns. */
function turned(table: Table, caption: Markup, decimals: ReadonlyMap<Unit, number>): Markup {
  const body: Markup[] = [];
  const styles = table.columns.map((column) =>
    styleOf(
      table.rows.map((row) => row.cells[column.key]),
      column.unit,
      decimals,
    ),
  );
  const intervals = styles.some((style) => style.intervals);
  for (const { name, from, to } of groupsOf(table.columns)) {
    if (name !== "")
      body.push(
        markup`<tr class="group"><th scope="rowgroup" colspan="${1 + table.rows.length * (intervals ? 2 : 1)}">${name}</th></tr>
`,
      );
    for (let i = from; i < to; i++) {
      const column = table.columns[i];
      const unit = headUnit(column);
      const label = name === "" ? column.label : bareLabel(column);
      body.push(
        markup`<tr class="${name === "" ? "top" : "in-1"}"><th scope="row">${unbroken(label)}${unit === "" ? null : markup` <small>${unit}</small>`}</th>${table.rows.map((row) => cell(row.cells[column.key], { ...styles[i], intervals }, "beside"))}</tr>
`,
      );
    }
  }
  return markup`<table class="beside">
<caption>${caption}</caption>
<thead><tr><td></td>${table.rows.map((row) => markup`<th scope="col" class="n" colspan="${intervals ? 2 : 1}">${row.label}</th>`)}</tr></thead>
<tbody>
${body}</tbody>
</table>`;
}

function cell(value: TableRow["cells"][string] | undefined, style: Style, placing: Placing): Markup {
  if (!isQuantity(value)) {
    const span = placing === "beside" && style.intervals ? 2 : 1;
    return value === null || value === undefined
      ? markup`<td class="n absent" ${span === 2 ? markup`colspan="2"` : null}>${ABSENT}</td>`
      : markup`<td class="t" ${span === 2 ? markup`colspan="2"` : null}>${value}</td>`;
  }
  const { number, interval } = printed(value, style);
  if (placing === "under")
    return markup`<td class="n">${number}${interval === "" ? null : markup`<small class="ci">${interval}</small>`}</td>`;
  return style.intervals
    ? markup`<td class="n">${number}</td><td class="ci">${interval}</td>`
    : markup`<td class="n">${number}</td>`;
}

function printed(quantity: Quantity, style: Style): { number: string; interval: string } {
  // A column without a unit of its own mixes them: each number says its own.
  if (style.decimals < 0) {
    const { number, interval, unit } = formatQuantity(quantity);
    const said = unit === "" || number === ABSENT || WORDS.has(unit);
    return { number: said ? number : `${number} ${unit}`, interval };
  }
  // A count that is not nothing does not read as nothing.
  if (quantity.unit === "%" && isExact(quantity) && quantity.value > 0 && quantity.value < 0.05)
    return { number: "<0.1", interval: "" };
  return {
    number: formatNumber(quantity.value, style.decimals),
    interval: formatInterval(quantity, style.decimals, style.form),
  };
}

function styleOf(
  cells: readonly (TableRow["cells"][string] | undefined)[],
  unit: Unit | null,
  decimals: ReadonlyMap<Unit, number>,
): Style {
  const quantities = cells.filter(isQuantity);
  const intervals = quantities.some((quantity) => !isExact(quantity));
  if (unit === null) return { decimals: -1, form: "auto", intervals };
  const places = decimals.get(unit) ?? 0;
  const form = quantities.every((quantity) => isExact(quantity) || isSymmetric(quantity, places))
    ? "auto"
    : "range";
  return { decimals: places, form, intervals };
}

function decimalsByUnit(table: Table): Map<Unit, number> {
  const values = new Map<Unit, number[]>();
  for (const row of table.rows)
    for (const column of table.columns) {
      const one = row.cells[column.key];
      if (!isQuantity(one) || column.unit === null) continue;
      const list = values.get(column.unit) ?? [];
      list.push(one.value);
      values.set(column.unit, list);
    }
  return new Map([...values].map(([unit, list]) => [unit, decimalsFor(unit, list)]));
}

/** Runs of columns that belong to one direction, by the keys `in_…` and `out_…`. */
function groupsOf(columns: readonly TableColumn[]): { name: string; from: number; to: number }[] {
  const groups: { name: string; from: number; to: number }[] = [];
  columns.forEach(({ key }, i) => {
    const name = key.startsWith("in_") ? "IN, upload" : key.startsWith("out_") ? "OUT, download" : "";
    const last = groups.at(-1);
    if (last !== undefined && last.name === name) last.to = i + 1;
    else groups.push({ name, from: i, to: i + 1 });
  });
  return groups;
}

/** The unit in a head; none where the label says what is counted. */
function headUnit({ label, unit }: TableColumn): string {
  if (unit === null) return "";
  // "heaviest 10 %" has its sign already; the title says of what the numbers are percent.
  if (unit === "%" && label.includes("%")) return "";
  const words = unitLabel(unit);
  return label.toLowerCase().includes(words) && WORDS.has(words) ? "" : words;
}

/** Whether an operator named the row, in whatever language; "exporter 1" is our own name of one that has none. */
function isGivenName({ id }: Table, { label }: TableRow): boolean {
  return id === "exporters" && !/^exporter \d+$/.test(label);
}

/** A label with a percentage in it stands on one line. */
function unbroken(label: string): Markup | string {
  return label.includes("%") ? markup`<span class="whole">${label}</span>` : label;
}

/** "IN mean" under the head "IN" is "mean". */
function bareLabel({ key, label }: TableColumn): string {
  const direction = key.startsWith("in_") ? "IN" : key.startsWith("out_") ? "OUT" : "";
  if (direction === "") return label;
  if (label.startsWith(`${direction} `)) return label.slice(direction.length + 1);
  return label.slice(0, 1).toLowerCase() + label.slice(1);
}
