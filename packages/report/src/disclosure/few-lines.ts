/** Leaves out what is of fewer than k lines, and says so where it stood. */
import type { Figure, LorenzFigure, Report, Service, Table, TableRow } from "@ishizue/analysis";
import { keptApart, weeksOfFewAccess, weeksOfFewApart, withoutApart } from "./access.ts";
import { joinedBins } from "./bins.ts";
import { mapFigures, mapTables, numberIn, serviceOfId } from "./parts.ts";
import { allLines, consumerLines } from "./population.ts";
import { fewLinesNote, withoutFewStrays } from "./notes.ts";

/** Lines that the heaviest tenth and hundredth are of k each. */
const parts: Readonly<Record<string, number>> = { top10: 10, top1: 100, gini: 1 };

export function keepBackFewLines(report: Report, k: number): Report {
  const without = mapFigures(
    mapTables(report, (table) => fewInTable(report, table, k)),
    (figure) => fewInFigure(report, figure, k),
  );
  const weeks = report.weeks?.map((week) => ({
    ...week,
    lines: week.lines.filter(({ lines }) => lines >= k),
  }));
  const quality = { ...report.quality, notes: report.quality.notes.map((note) => withoutFewStrays(note, k)) };
  return { ...without, quality, ...(weeks === undefined ? {} : { weeks }) };
}

/** Whether all lines of a service, consumer and business, are too few in a week; not where the report does not count them. */
function isFew(report: Report, service: Service, week: string, k: number): boolean {
  return (allLines(report, service, week) ?? k) < k;
}

function fewInTable(report: Report, table: Table, k: number): Table {
  switch (table.id) {
    case "table-1":
    case "table-2":
      return keptRows(table, (row) => (numberIn(row.cells["lines"]) ?? 0) >= k, k);
    case "table-1-corrected":
    case "table-2-corrected":
      return withoutHeaviest(
        keptRows(table, (row) => (numberIn(row.cells["lines"]) ?? 0) >= k, k),
        (row) => numberIn(row.cells["lines"]),
        k,
      );
    case "access":
      return withoutHeaviest(
        withoutApart(
          keptRows(table, ({ key, cells }) => key.includes("/") || (numberIn(cells["lines"]) ?? 0) >= k, k),
          weeksOfFewApart(report, k),
          k,
        ),
        (row) => numberIn(row.cells["lines"]),
        k,
      );
    case "access-corrected":
      return withoutHeaviest(
        withoutApart(table, weeksOfFewApart(report, k), k),
        (row) => numberIn(row.cells["lines"]),
        k,
      );
    case "share":
      return withoutHeaviest(
        table,
        ({ key }) => {
          const [service, week] = key.split("/");
          return consumerLines(report, service as Service, week);
        },
        k,
      );
    case "table-3":
    case "table-4": {
      const few = table.columns.filter(({ key }) => isFew(report, serviceOfId[table.id], key, k));
      return withoutColumns(table, new Set(few.map(({ key }) => key)), k);
    }
    case "table-3-pppoe":
    case "table-3-ipoe": {
      const few = weeksOfFewAccess(report, k);
      return withoutColumns(
        table,
        new Set(table.columns.map(({ key }) => key).filter((week) => few.has(week))),
        k,
      );
    }
    case "growth":
      return keptRows(
        table,
        ({ key }) => {
          const [service, , without] = key.split("/");
          return isTrendShown(report, service as Service, without?.replace("without-", "") ?? null, k);
        },
        k,
      );
    default:
      return table;
  }
}

/** A trend without an access also tells of that access, by what is missing. */
function isTrendShown(report: Report, service: Service, without: string | null, k: number): boolean {
  const { week } = report;
  if (isFew(report, service, week, k)) return false;
  if (without === null) return true;
  const others = allLines(report, service, week, (access) => access !== without) ?? k;
  return others >= k && (allLines(report, service, week, (access) => access === without) ?? k) >= k;
}

function keptRows(table: Table, isKept: (row: TableRow) => boolean, k: number): Table {
  const rows = table.rows.filter(isKept);
  const names = rowNames(table);
  const gone = table.rows.filter((row) => !rows.includes(row)).map(({ key }) => names.get(key)!);
  return gone.length === 0 ? table : { ...table, rows, notes: [...table.notes, fewLinesNote(gone, k)] };
}

function withoutColumns(table: Table, gone: ReadonlySet<string>, k: number): Table {
  if (gone.size === 0) return table;
  const columns = table.columns.filter(({ key }) => !gone.has(key));
  const rows = table.rows.map((row) => ({
    ...row,
    cells: Object.fromEntries(Object.entries(row.cells).filter(([key]) => !gone.has(key))),
  }));
  const notes = [...table.notes, fewLinesNote([...gone], k)];
  return { ...table, columns, rows: columns.length === 0 ? [] : rows, notes };
}

/** Names of rows by their keys; that of an indented one begins with the row that it is under, unless it says so itself. */
function rowNames({ rows }: Table): Map<string, string> {
  const names = new Map<string, string>();
  let head = "";
  for (const { key, label, indent } of rows) {
    if (indent === 0) head = label;
    names.set(key, indent === 0 || label.startsWith(head.split(" ")[0]) ? label : `${head} ${label}`);
  }
  return names;
}

/** The heaviest tenth or hundredth of a few lines is one or two of them. */
function withoutHeaviest(table: Table, linesOf: (row: TableRow) => number | null, k: number): Table {
  const gone = new Set<string>();
  const names = rowNames(table);
  const rows = table.rows.map((row) => {
    const lines = linesOf(row) ?? 0;
    const cells = Object.entries(row.cells).map(([key, cell]) => {
      const part = /(?:^|_)(top10|top1|gini)(?:_corrected)?$/.exec(key)?.[1];
      if (part === undefined || cell === null || lines >= parts[part] * k) return [key, cell];
      const words = part === "gini" ? "the Gini coefficient" : `the heaviest ${part === "top10" ? 10 : 1} %`;
      gone.add(`${names.get(row.key)!}: ${words}`);
      return [key, null];
    });
    return { ...row, cells: Object.fromEntries(cells) as TableRow["cells"] };
  });
  return gone.size === 0 ? table : { ...table, rows, notes: [...table.notes, fewLinesNote([...gone], k)] };
}

function fewInFigure(report: Report, figure: Figure, k: number): Figure | null {
  switch (figure.kind) {
    case "density":
      if (figure.series.some(({ access }) => access !== undefined))
        return keptApart(figure, weeksOfFewApart(report, k), k);
      return keptSeries(
        figure,
        (series) => series.lines - series.zeroLines >= k,
        k,
        (series) => joinedBins(series, figure.binWidth, k),
      );
    case "lorenz":
      return keptSeries(
        figure,
        ({ service, week }) => (consumerLines(report, service, week) ?? 0) >= k,
        k,
        (series) => withoutFewSteps(series, consumerLines(report, series.service, series.week) ?? 0, k),
      );
    case "monthly-trend":
      return keptSeries(figure, ({ service, without }) => isTrendShown(report, service, without, k), k);
    case "weekday-hours":
      return keptSeries(figure, ({ service, week }) => !isFew(report, service, week, k), k);
    case "port-week": {
      const service = serviceOfId[figure.id];
      return keptSeries(figure, ({ week }) => service === undefined || !isFew(report, service, week, k), k);
    }
    case "coverage":
    case "scatter":
      return figure;
  }
}

/** The series that are kept, changed by `change`; what went is named by what sets it apart. */
function keptSeries<F extends Figure & { readonly series: readonly object[] }>(
  figure: F,
  isKept: (series: F["series"][number]) => boolean,
  k: number,
  change: (series: F["series"][number]) => F["series"][number] = (series) => series,
): F {
  const kept = figure.series.filter((series) => isKept(series));
  const gone = new Set(figure.series.filter((series) => !kept.includes(series)).map(nameOf));
  const notes = gone.size === 0 ? figure.notes : [...figure.notes, fewLinesNote([...gone], k)];
  return { ...figure, notes, series: kept.map(change) };
}

function nameOf(series: object): string {
  const has = series as { service?: string; week?: string; direction?: string; without?: string | null };
  const without = typeof has.without === "string" ? `without ${has.without}` : undefined;
  return [has.service, has.week, has.direction?.toUpperCase(), without]
    .filter((part) => part !== undefined)
    .join(" ");
}

/** Points of a Lorenz curve with k lines or more between each and the next: two of them tell what the lines between have. */
function withoutFewSteps(
  series: LorenzFigure["series"][number],
  lines: number,
  k: number,
): LorenzFigure["series"][number] {
  const kept: number[] = [];
  let above = Number.POSITIVE_INFINITY;
  for (let i = series.lines.length - 1; i >= 0; i--) {
    const x = series.lines[i];
    const isEnd = i === 0;
    if (!isEnd && (above - x) * lines < k) continue;
    // The curve begins at nothing: what would stand too near to its beginning gives way.
    if (isEnd && (above - x) * lines < k && kept.length > 1) kept.pop();
    kept.push(i);
    above = x;
  }
  kept.reverse();
  return { ...series, lines: kept.map((i) => series.lines[i]), octets: kept.map((i) => series.octets[i]) };
}
