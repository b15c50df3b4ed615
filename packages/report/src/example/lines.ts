/** Single lines of the example: the scatters, what correction makes of a density, and what is known of the weeks. */
import { cellWidth, countCells } from "@ishizue/analysis";
import type { DensityFigure, Figure, Service, Table, TableRow, WeekFacts } from "@ishizue/analysis";
import { BEFORE, estimate, exact, noise, POPULATION, REPLICATES, short, WEEK } from "./value.ts";

/** Log-normal in both directions, the two going together. */
export function scatter(
  id: string,
  service: Service,
  lines: number,
  centre: { in: number; out: number },
): Figure {
  const random = noise(lines + 1);
  const normal = (): number => random() + random() + random() + random() - 2;
  const all = Array.from({ length: lines }, () => {
    const common = normal();
    return {
      x: short(centre.out + 0.9 * common + 0.55 * normal()),
      y: short(centre.in + 0.8 * common + 0.75 * normal()),
    };
  });
  const points = all.slice(0, 2000);
  return {
    kind: "scatter",
    units: { x: "1", y: "1", cellWidth: "1", lines: "count", oneWay: "count", silent: "count" },
    id,
    title: `IN against OUT of ${service} lines`,
    notes: [
      `${points.length} of ${lines} lines with octets in both directions, drawn by lot; log10 of octets a day. A line's place has the sampling error of that line alone.`,
    ],
    week: WEEK,
    service,
    lines,
    oneWay: Math.round(lines * 0.011),
    silent: Math.round(lines * 0.013),
    x: points.map(({ x }) => x),
    y: points.map(({ y }) => y),
    cellWidth,
    cells: countCells(
      lines,
      (line) => all[line].x,
      (line) => all[line].y,
    ),
  };
}

/** The density with a correction of its newest weeks: the shoulder under the floor is the sampling's. */
export function corrected(figure: DensityFigure, guessedBelow: number): DensityFigure {
  return {
    ...figure,
    series: figure.series.map((series) => {
      const density = series.density.map((_, i, all) => {
        // Smoother than the sample, and a little narrower.
        const near = all.slice(Math.max(0, i - 3), i + 4);
        return short((1.04 * near.reduce((sum, value) => sum + value, 0)) / near.length);
      });
      return {
        ...series,
        corrected: {
          density,
          lower: density.map((value) => short(value * 0.96)),
          upper: density.map((value) => short(value * 1.04)),
          outside: exact(0.02, "%"),
          unused: 0.8,
          guessedBelow,
        },
      };
    }),
  };
}

export function correctedTable(id: string, service: Service, levels: readonly [number, number]): Table {
  const row = (week: string, direction: "in" | "out", level: number): TableRow => ({
    key: `${week}/${direction}`,
    label: `${week} ${direction.toUpperCase()}`,
    indent: 0,
    cells: {
      lines: exact(48_213, "count"),
      median: estimate(level, level * 0.01, "MB/day"),
      median_corrected: estimate(level * 1.01, level * 0.01, "MB/day"),
      top10: estimate(49, 0.3, "%"),
      top10_corrected: estimate(48.4, 0.3, "%"),
      unused: exact(0.8, "%"),
      floor: exact(9.1e6, "octets/day"),
    },
  });
  return {
    id,
    title: `Daily usage of a ${service} line, as sampled and corrected`,
    notes: [
      ...POPULATION(service),
      "Corrected: the distribution of true usage that the sampled packet counts are likeliest under. Sampling gives a line a multiple of one packet's worth; the plain numbers have that in them.",
      "Means are not shifted by sampling: plain and corrected are one. An interval of a plain number is that of the corrected one, reaching out to the plain number.",
      "Weeks of fewer than 50 lines are left out.",
      REPLICATES,
    ],
    columns: [
      { key: "lines", label: "Lines", unit: "count" },
      { key: "median", label: "median, plain", unit: "MB/day" },
      { key: "median_corrected", label: "median, corrected", unit: "MB/day" },
      { key: "top10", label: "heaviest 10 %, plain", unit: "%" },
      { key: "top10_corrected", label: "heaviest 10 %, corrected", unit: "%" },
      { key: "unused", label: "Lines that use nothing, corrected", unit: "%" },
      { key: "floor", label: "Reliability floor", unit: "octets/day" },
    ],
    rows: [BEFORE, WEEK].flatMap((week) => [row(week, "in", levels[0]), row(week, "out", levels[1])]),
  };
}

export function weeks(): WeekFacts[] {
  const lines = (factor: number): WeekFacts["lines"] =>
    (
      [
        ["broadband", "IPoE", 30_110],
        ["broadband", "PPPoE", 18_103],
        ["mobile", "mobile", 30_177],
      ] as const
    ).map(([service, access, count]) => ({
      service,
      class: "consumer",
      access,
      lines: Math.round(count / factor),
      change: factor === 1 ? null : exact(100 * (factor - 1), "%"),
    }));
  const week = (name: string, chosen: WeekFacts["chosen"], covered: number, factor: number): WeekFacts => ({
    week: name,
    chosen,
    period: "first term",
    weekOfPeriod: 6,
    holidays: [],
    hours: 168,
    hoursCovered: exact(covered, "%"),
    short: covered < 95,
    lines: lines(factor),
  });
  return [week(BEFORE, "last year", 100, 1.04), week(WEEK, "by hand", 98.81, 1)];
}
