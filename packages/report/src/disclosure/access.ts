/**
 * PPPoE and IPoE told apart. Where their whole is told too, the one is known by what the other leaves of it: so either
 * every access of a week that has lines has k of them, or none is told.
 */
import type { DensityFigure, Report, Table } from "@ishizue/analysis";
import { joinedParts } from "./bins.ts";
import { fewLinesNote } from "./notes.ts";
import { numberIn } from "./parts.ts";
import { allLines } from "./population.ts";

/** Weeks of which an access has fewer than k consumer lines. */
export function weeksOfFewApart(report: Report, k: number): ReadonlySet<string> {
  const rows = report.tables["access"]?.rows ?? [];
  const few = rows.filter(({ key, cells }) => key.includes("/") && (numberIn(cells["lines"]) ?? 0) < k);
  return new Set(few.map(({ key }) => key.split("/")[0]));
}

/** Weeks of which IPoE or what is not IPoE, consumer and business, has broadband lines but fewer than k. */
export function weeksOfFewAccess(report: Report, k: number): ReadonlySet<string> {
  const isFew = (week: string, include: (access: string) => boolean): boolean => {
    const lines = allLines(report, "broadband", week, include) ?? k;
    return lines > 0 && lines < k;
  };
  const weeks = (report.weeks ?? []).map(({ week }) => week);
  return new Set(
    weeks.filter(
      (week) => isFew(week, (access) => access === "IPoE") || isFew(week, (access) => access !== "IPoE"),
    ),
  );
}

/** Without the rows of the accesses of such weeks; those of all lines stay. */
export function withoutApart(table: Table, gone: ReadonlySet<string>, k: number): Table {
  const isGone = ({ key }: { readonly key: string }): boolean =>
    key.includes("/") && gone.has(key.split("/")[0]);
  const weeks = [...new Set(table.rows.filter(isGone).map(({ key }) => key.split("/")[0]))];
  if (weeks.length === 0) return table;
  const words = weeks.map((week) => `${week} by access`);
  return {
    ...table,
    rows: table.rows.filter((row) => !isGone(row)),
    notes: [...table.notes, fewLinesNote(words, k)],
  };
}

/** Curves of accesses, in bins that hold k lines of each or none; none of a direction in which an access has too few. */
export function keptApart(figure: DensityFigure, gone: ReadonlySet<string>, k: number): DensityFigure {
  const groups = new Map<string, DensityFigure["series"][number][]>();
  for (const series of figure.series) {
    const key = `${series.week} ${series.direction.toUpperCase()}`;
    groups.set(key, [...(groups.get(key) ?? []), series]);
  }
  const few: string[] = [];
  const series = [...groups].flatMap(([key, parts]) => {
    const isFew = parts.some(({ lines, zeroLines }) => lines - zeroLines > 0 && lines - zeroLines < k);
    if (!isFew && !gone.has(parts[0].week)) return joinedParts(parts, figure.binWidth, k);
    few.push(key);
    return [];
  });
  const inOrder = figure.series.flatMap((given) =>
    series.filter(
      (one) => one.direction === given.direction && one.access === given.access && one.week === given.week,
    ),
  );
  return {
    ...figure,
    series: inOrder,
    notes: few.length === 0 ? figure.notes : [...figure.notes, fewLinesNote(few, k)],
  };
}
