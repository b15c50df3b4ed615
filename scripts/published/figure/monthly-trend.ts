import type { Direction, MonthlyTrendFigure, Service } from "@ishizue/analysis";
import {
  curve,
  dashOfAge,
  type FigureSeries,
  type Mark,
  PALETTE,
  type Plot,
  type Sheet,
  text,
  xOf,
  yOf,
} from "@ishizue/report";
import { growth } from "../facts.ts";
import { colourOf, onSameAxes, plotsOf, ring, serviceNames, size } from "./frame.ts";

/** fig-1: growth laid on our rate of the first month that it is told from. */
export function publishedTrend(figure: MonthlyTrendFigure, sheet: Sheet): Sheet {
  const marks: Mark[] = [];
  const series: FigureSeries[] = [];
  const plots = plotsOf(sheet);
  const services = (["broadband", "mobile"] as const).filter((service) =>
    figure.series.some((one) => one.service === service),
  );
  services.forEach((service, axis) => {
    const plot = plots[axis];
    marks.push(
      text(serviceNames[service], 0, plot.top - 46, { size: size + 1, bold: true }),
      text("growth laid on our rate of its first June", 0, plot.top - 13, {
        size: size - 1,
        colour: PALETTE.soft,
      }),
    );
    for (const direction of ["out", "in"] as const) {
      const points = growthPoints(figure, service, direction);
      const colour = colourOf(direction);
      series.push(curve(points, axis, { colour, width: 1, dash: dashOfAge(2) }));
      for (const [month, level] of points) series.push(ring(axis, month, level, colour));
      const last = points.at(-1);
      if (last !== undefined)
        marks.push(
          text(direction.toUpperCase(), xOf(plot, last[0]) - 8, yOf(plot, last[1]) - 9, {
            size: size - 1,
            colour,
            align: "right",
            halo: true,
          }),
        );
    }
    marks.push(...juneMarks(figure, plot));
  });
  return onSameAxes(sheet, services.length, marks, series);
}

function growthPoints(
  figure: MonthlyTrendFigure,
  service: Service,
  direction: Direction,
): (readonly [number, number])[] {
  const ours = figure.series.find(
    (one) => one.service === service && one.direction === direction && one.without === null,
  );
  const steps = growth
    .filter((one) => one.service === service && one.direction === direction)
    .toSorted((a, b) => (a.from < b.from ? -1 : 1));
  if (ours === undefined || steps.length === 0) return [];
  const first = figure.months.indexOf(steps[0].from);
  let level = ours.value[first] ?? Number.NaN;
  const points: [number, number][] = [[first, level]];
  for (const step of steps) {
    level *= 1 + step.growth.value / 100;
    points.push([figure.months.indexOf(step.to), level]);
  }
  return points.filter(([month]) => month >= 0);
}

function juneMarks(figure: MonthlyTrendFigure, plot: Plot): Mark[] {
  return figure.months.flatMap((month, index) =>
    month.endsWith("-06")
      ? [
          text(month, xOf(plot, index), plot.top + plot.height + size + 3, {
            size: size - 1,
            colour: PALETTE.soft,
            align: index > figure.months.length - 3 ? "right" : "center",
          }),
        ]
      : [],
  );
}
