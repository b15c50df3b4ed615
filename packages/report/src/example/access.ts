/** PPPoE and IPoE of the example told apart. */
import type { DensityFigure, DensitySeries, Quantity, Table, TableColumn, TableRow } from "@ishizue/analysis";
import { density } from "./figures.ts";
import { corrected, correctedTable } from "./lines.ts";
import { BEFORE, estimate, exact, POPULATION, WEEK } from "./value.ts";

/** Lines, and IN and OUT mean, median, mode, and the shares of the heaviest. */
const apart = [
  { access: "PPPoE", lines: 18_103, levels: [702, 121, 178, 76.9, 50.2, 4410, 1720, 3548, 51.2, 16.9] },
  { access: "IPoE", lines: 30_110, levels: [865, 195, 251, 75.2, 48.1, 6085, 2790, 5623, 47.6, 15.3] },
] as const;
const together = [804, 166, 224, 76, 49, 5456, 2369, 5012, 49, 16];
const measures = ["mean", "median", "mode", "top10", "top1"] as const;
const labels = {
  mean: "mean",
  median: "median",
  mode: "mode",
  top10: "heaviest 10 %",
  top1: "heaviest 1 %",
} as const;

export function accessTable(): Table {
  const columns = (["in", "out"] as const).flatMap((direction) =>
    measures.map((measure): TableColumn => ({
      key: `${direction}_${measure}`,
      label: `${direction.toUpperCase()} ${labels[measure]}`,
      unit: measure.startsWith("top") ? "%" : "MB/day",
    })),
  );
  const row = (
    key: string,
    indent: number,
    lines: number,
    levels: readonly number[],
    factor: number,
  ): TableRow => {
    const cells: Record<string, Quantity> = { lines: exact(lines, "count") };
    columns.forEach(({ key: column, unit }, i) => {
      const value = unit === "%" ? levels[i] : levels[i] / factor;
      cells[column] = column.endsWith("mode")
        ? { value, lower: value / 10 ** 0.05, upper: value * 10 ** 0.05, unit: "MB/day" }
        : estimate(value, value * 0.006, unit ?? "1");
    });
    return { key, label: key.split("/").at(-1) ?? key, indent, cells };
  };
  const rowsOf = (week: string, factor: number): TableRow[] => [
    row(week, 0, 48_213, together, factor),
    ...apart.map(({ access, lines, levels }) => row(`${week}/${access}`, 1, lines, levels, factor)),
  ];
  return {
    id: "access",
    title: "Daily usage of a broadband line, PPPoE and IPoE apart",
    notes: [...POPULATION("broadband"), "A household with PPPoE and IPoE is two lines, one of each."],
    columns: [{ key: "lines", label: "Lines", unit: "count" }, ...columns],
    rows: [...rowsOf(BEFORE, 1.13), ...rowsOf(WEEK, 1)],
  };
}

export function accessCorrectedTable(): Table {
  const tables = apart.map(({ access, levels }) => {
    const table = correctedTable("access-corrected", "broadband", [levels[1], levels[6]]);
    return { access, table };
  });
  return {
    ...tables[0].table,
    title: "Daily usage of a broadband line, PPPoE and IPoE apart, as sampled and corrected",
    rows: tables.flatMap(({ access, table }) =>
      table.rows.map((row) => ({
        ...row,
        key: row.key.replace("/", `/${access}/`),
        label: row.label.replace(" ", ` ${access} `),
      })),
    ),
  };
}

/** Of the report's own week. */
export function accessDensity(): DensityFigure {
  const series = apart.flatMap(({ access, lines, levels }) => seriesOf(access, lines, levels));
  const title = "Daily usage of broadband lines, PPPoE and IPoE apart";
  return corrected({ ...figureOf(apart[0].lines, apart[0].levels), title, series }, 1.6e6);
}

function figureOf(lines: number, levels: readonly number[]): DensityFigure {
  const centre = { in: Math.log10(levels[2]) + 6, out: Math.log10(levels[7]) + 6 };
  return density("access", "broadband", lines, centre, { in: 9.1e6, out: 17.9e6 });
}

function seriesOf(access: string, lines: number, levels: readonly number[]): DensitySeries[] {
  const own = figureOf(lines, levels).series.filter(({ week }) => week === WEEK);
  return own.map((one): DensitySeries => Object.assign({}, one, { access }));
}
