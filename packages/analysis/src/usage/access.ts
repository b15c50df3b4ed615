/** access: how lines of PPPoE and of IPoE use the network, each by itself beside the two together. */
import { heaviestOf } from "../concentration/concentration.ts";
import { accessNames } from "../population/population.ts";
import type { Population } from "../population/population.ts";
import { exact } from "../quantity/quantity.ts";
import type { DensityFigure, Figure, Quantity, Table, TableColumn } from "../result.ts";
import { accessesApart, apartNote, directionNames, directionNote, directions } from "../words.ts";
import { correctedTable } from "./corrected-table.ts";
import { densityFigure } from "./density-figure.ts";
import { populationNote, replicatesNote } from "./usage-table.ts";
import type { WeekUsage } from "./usage-table.ts";

/** Lines of a replicate at most, of one access: a report of a million lines is not to take twice its time. */
export const drawnApart = 10_000;
const note =
  "A household with PPPoE and IPoE is two lines, one of each. The lines of each access are ranked, and corrected for " +
  `sampling, by themselves. ${apartNote}`;

const measures = [
  { key: "mean", label: "mean", unit: "MB/day" },
  { key: "median", label: "median", unit: "MB/day" },
  { key: "mode", label: "mode", unit: "MB/day" },
  { key: "top10", label: "heaviest 10 %", unit: "%" },
  { key: "top1", label: "heaviest 1 %", unit: "%" },
] as const;

/** The lines among `places` (broadband's) of each access; none where all are of one. */
export function placesApart(
  { access }: Population,
  places: Int32Array,
): { readonly access: string; readonly places: Int32Array }[] {
  const ipoe = accessNames.indexOf("IPoE");
  const parts = accessesApart.map((name) => ({
    access: name,
    places: places.filter((line) => (access[line] === ipoe) === (name === "IPoE")),
  }));
  return parts.every((part) => part.places.length > 0) ? parts : [];
}

/** access: mean, median, mode and the heaviest lines' shares, one row a week and under it one an access. */
export function accessTable(together: readonly WeekUsage[], apart: readonly WeekUsage[]): Table {
  return {
    id: "access",
    title: "Daily usage of a broadband line, PPPoE and IPoE apart",
    notes: [populationNote("broadband"), directionNote, note, replicatesNote([...together, ...apart])],
    columns: [
      { key: "lines", label: "Lines", unit: "count" },
      ...directions.flatMap((direction) =>
        measures.map(({ key, label, unit }): TableColumn => ({
          key: `${direction}_${key}`,
          label: `${directionNames[direction]} ${label}`,
          unit,
        })),
      ),
    ],
    rows: together.flatMap((usage) =>
      [usage, ...apart.filter(({ week }) => week === usage.week)].map((row) => ({
        key: row.access === undefined ? row.week : `${row.week}/${row.access}`,
        label: row.access ?? row.week,
        indent: row.access === undefined ? 0 : 1,
        cells: cellsOf(row),
      })),
    ),
  };
}

function cellsOf(usage: WeekUsage): Record<string, Quantity | null> {
  const cells: Record<string, Quantity | null> = { lines: exact(usage.directions.in.lines, "count") };
  for (const direction of directions) {
    const distribution = usage.directions[direction];
    const numbers = { ...distribution, ...heaviestOf(distribution) };
    for (const { key } of measures) cells[`${direction}_${key}`] = numbers[key];
  }
  return cells;
}

/** access-corrected: plain beside corrected, one row a week, access and direction; null where nothing is corrected. */
export function accessCorrectedTable(apart: readonly WeekUsage[]): Table | null {
  const table = correctedTable("access-corrected", "broadband", apart);
  if (table === null) return null;
  return {
    ...table,
    title: "Daily usage of a broadband line, PPPoE and IPoE apart, as sampled and corrected",
    notes: [...table.notes, note],
  };
}

/** access: densities of the report's own week, a curve an access and direction. */
export function accessDensityFigure(week: string, apart: readonly WeekUsage[]): Figure | null {
  const shown = apart.filter((usage) => usage.week === week);
  if (shown.length === 0) return null;
  const figure: DensityFigure = densityFigure("access", "broadband", shown);
  return {
    ...figure,
    title: "Daily usage of broadband lines, PPPoE and IPoE apart",
    notes: [...figure.notes, note],
  };
}
