/** A report without absolute volumes: each is divided by its base, and what counts lines, records or messages is a part of their sum. */
import type {
  CoverageFigure,
  DensityFigure,
  Figure,
  LorenzFigure,
  MonthlyTrendFigure,
  PortWeekFigure,
  Report,
  ScatterFigure,
  WeekdayHoursFigure,
} from "@ishizue/analysis";
import { normaliseQuality } from "./normalise-quality.ts";
import { normaliseTable } from "./normalise-table.ts";
import { withoutCounts } from "./notes.ts";
import { mapFigures, mapTables } from "./parts.ts";
import { divided, type Series } from "./series.ts";
import { short } from "./widen.ts";

const widenedNote =
  "Normalised: 95 % intervals reach out by 0.5 % of the value at least (shares: 0.05 points), as narrower ones would tell the volume.";

/**
 * What stays absolute is per line, as in the published reports: tables 1 and 2, the axes of densities and scatter.
 * With the number of lines that would be a volume, so no number of lines stays.
 */
export function normalise(report: Report): Report {
  const tables = mapTables(report, normaliseTable);
  const figures = mapFigures(tables, (figure) => {
    const { notes, ...rest } = normaliseFigure(figure, report);
    return { ...rest, notes: notes.map(withoutCounts) };
  });
  const weeks = report.weeks?.map((week) => ({ ...week, lines: [] }));
  const quality = normaliseQuality(report.quality);
  return {
    ...figures,
    quality: { ...quality, notes: [...quality.notes, widenedNote] },
    ...(weeks === undefined ? {} : { weeks }),
  };
}

function normaliseFigure(figure: Figure, report: Report): Figure {
  switch (figure.kind) {
    case "monthly-trend":
      return trend(figure);
    case "weekday-hours":
      return weekdayHours(figure, report.week);
    case "coverage":
      return coverage(figure);
    case "density":
      return density(figure);
    case "scatter":
      return scatter(figure);
    case "port-week":
      return portWeek(figure);
    case "lorenz":
      return lorenz(figure);
  }
}

/** Of each service, OUT of the first month that was wholly counted = 1; of the first with any where none was. */
function trend(figure: MonthlyTrendFigure): MonthlyTrendFigure {
  const incomplete = new Set([...figure.missing, ...figure.partial]);
  const bases = new Map<string, { month: string; value: number }>();
  for (const { service, direction, without, value } of figure.series) {
    if (direction !== "out" || without !== null) continue;
    const counted = figure.months.flatMap((month, i) => {
      const rate = value[i];
      return rate !== null && rate > 0 ? [{ month, value: rate }] : [];
    });
    const base = counted.find(({ month }) => !incomplete.has(month)) ?? counted[0];
    if (base !== undefined) bases.set(service, base);
  }
  const named = [...bases].map(([service, { month }]) => `${service} ${month}`).join(", ");
  return {
    ...figure,
    units: { ...figure.units, value: "1", lower: "1", upper: "1" },
    notes: [
      ...figure.notes,
      `Normalised: OUT of the base month = 1, of each service by itself (${named}); the sampling error of the base is not in the intervals.`,
    ],
    series: figure.series.flatMap((series) => {
      const base = bases.get(series.service);
      return base === undefined ? [] : [{ ...series, ...divided(series, base.value) }];
    }),
  };
}

/** Of each service, the highest hour of the report's own week = 1. */
function weekdayHours(figure: WeekdayHoursFigure, week: string): WeekdayHoursFigure {
  const peakOf = (service: string): number => {
    const own = figure.series.filter((series) => series.service === service);
    const main = own.filter((series) => series.week === week);
    return peak(main) || peak(own);
  };
  return {
    ...figure,
    units: { ...figure.units, value: "1", lower: "1", upper: "1" },
    notes: [
      ...figure.notes,
      `Normalised: the peak hour of ${week} = 1, of each service by itself; the sampling error of the peak is not in the intervals.`,
    ],
    series: figure.series.flatMap((series) => {
      const base = peakOf(series.service);
      return base > 0 ? [{ ...series, ...divided(series, base) }] : [];
    }),
  };
}

function peak(series: readonly Pick<Series, "value">[]): number {
  return Math.max(0, ...series.flatMap(({ value }) => value.map((each) => each ?? 0)));
}

function coverage(figure: CoverageFigure): CoverageFigure {
  const rates = {
    value: figure.bitsPerSecond,
    lower: figure.bitsPerSecondLower ?? figure.bitsPerSecond,
    upper: figure.bitsPerSecondUpper ?? figure.bitsPerSecond,
  };
  const { value, lower, upper } = divided(rates, peak([rates]));
  return {
    ...figure,
    units: { ...figure.units, bitsPerSecond: "1", bitsPerSecondLower: "1", bitsPerSecondUpper: "1" },
    notes: [...figure.notes, "Normalised: the peak hour = 1."],
    bitsPerSecond: value,
    ...(figure.bitsPerSecondLower === undefined ? {} : { bitsPerSecondLower: lower }),
    ...(figure.bitsPerSecondUpper === undefined ? {} : { bitsPerSecondUpper: upper }),
  };
}

/** Its peak is 1 as it was analysed. */
function portWeek(figure: PortWeekFigure): PortWeekFigure {
  return { ...figure, series: figure.series.map((series) => ({ ...series, ...divided(series, 1, 0.005) })) };
}

/** Digits that tell single lines of thousands apart would tell how many there are. */
function density(figure: DensityFigure): DensityFigure {
  const thousandths = (values: readonly number[]): number[] =>
    values.map((value) => Number(value.toFixed(3)));
  return {
    ...figure,
    units: { ...figure.units, lines: "%", zeroLines: "%" },
    notes: [...figure.notes, "Normalised: lines are a share of all; densities are kept to 0.001."],
    series: figure.series.map((series) => {
      const { density: plain, lower, upper, outside, corrected } = series;
      const percent = (value: number): number => Number(value.toFixed(2));
      return {
        ...series,
        lines: 100,
        zeroLines: series.lines > 0 ? Number(((100 * series.zeroLines) / series.lines).toFixed(1)) : 0,
        outside: {
          ...outside,
          value: percent(outside.value),
          lower: percent(outside.lower),
          upper: percent(outside.upper),
        },
        density: thousandths(plain),
        lower: thousandths(lower),
        upper: thousandths(upper),
        ...(corrected === undefined || corrected === null
          ? {}
          : {
              corrected: {
                ...corrected,
                density: thousandths(corrected.density),
                lower: thousandths(corrected.lower),
                upper: thousandths(corrected.upper),
                unused: percent(corrected.unused),
              },
            }),
      };
    }),
  };
}

/** Points that are drawn at most; fewer than there are, so that their number is not that of the lines. */
const pointCounts = [5000, 2000, 1000, 500, 200, 100, 50, 20, 10];

function scatter(given: ScatterFigure): ScatterFigure {
  const { cells, ...figure } = given;
  void cells;
  const all = figure.lines + figure.oneWay + figure.silent;
  const percent = (lines: number): number => (all > 0 ? Number(((100 * lines) / all).toFixed(1)) : 0);
  const count = pointCounts.find((most) => most <= figure.x.length) ?? 0;
  // Points stand in the order of their cells: every so-manieth is as good as a lot.
  const chosen = Array.from({ length: count }, (_unused, i) => Math.floor((i * figure.x.length) / count));
  return {
    ...figure,
    units: { ...figure.units, lines: "%", oneWay: "%", silent: "%" },
    notes: [...figure.notes, "Normalised: lines are a share of all."],
    lines: percent(figure.lines),
    oneWay: percent(figure.oneWay),
    silent: percent(figure.silent),
    x: chosen.map((i) => figure.x[i]),
    y: chosen.map((i) => figure.y[i]),
    ...(figure.withheld === undefined ? {} : { withheld: Number(figure.withheld.toFixed(1)) }),
  };
}

/** Ranks over lines: a part of them that is known to six digits is that of one number of lines only. */
function lorenz(figure: LorenzFigure): LorenzFigure {
  return {
    ...figure,
    series: figure.series.map((series) => {
      const kept = series.lines.map((x) => Number(x.toFixed(3)));
      const isKept = (i: number): boolean => i === kept.length - 1 || kept[i] !== kept[i + 1];
      return {
        ...series,
        lines: kept.filter((_, i) => isKept(i)),
        octets: series.octets.filter((_, i) => isKept(i)).map((y) => short(Number(y.toFixed(4)))),
      };
    }),
  };
}
