/** share: Lorenz curves, one panel a service; the words stand in the corner that no curve can enter. */
import type { LorenzFigure, Service } from "@ishizue/analysis";
import type { LineSeriesOption } from "echarts";
import { formatInterval, formatNumber } from "../quantity/format.ts";
import { axes } from "./axis.ts";
import { PALETTE } from "./palette.ts";
import { type Mark, rule, text } from "./mark.ts";
import { curve } from "./series.ts";
import { SERVICE_NAMES, SERVICES } from "./service-name.ts";
import { STILL, type Layout, type Plot, type Sheet, xOf, yOf } from "./sheet.ts";
import { dashOfAge } from "./stroke.ts";

/** `weeks`: newest first. */
export function lorenzSheet(figure: LorenzFigure, weeks: readonly string[], layout: Layout): Sheet {
  const size = layout.fontSize;
  const narrow = layout.name === "narrow";
  const services = SERVICES.filter((service) => figure.series.some((series) => series.service === service));
  const columns = narrow ? 1 : Math.min(2, Math.max(services.length, 1));
  const left = narrow ? 44 : 46;
  const gap = left + 22;
  const side = narrow ? layout.width - left - 16 : 308;
  const rowHeight = side + 88;
  const width = columns === 1 && !narrow ? left + side + 22 : layout.width;
  const rows = Math.max(1, Math.ceil(services.length / columns));

  const marks: Mark[] = [];
  const plots = services.map((_, index): Plot => ({
    left: left + (index % columns) * (side + gap),
    top: 40 + Math.floor(index / columns) * rowHeight,
    width: side,
    height: side,
    x: [0, 1],
    y: [0, 1],
  }));
  services.forEach((service, index) =>
    marks.push(...panelMarks(figure, service, weeks, plots[index], layout)),
  );

  return {
    width,
    height: 40 + rows * rowHeight - 40,
    option: {
      ...STILL,
      ...axes(
        plots.map((plot) => ({
          plot,
          x: { interval: 0.2, label: percent, grid: true },
          y: { interval: 0.2, label: percent, grid: true },
        })),
        size - 1,
      ),
      graphic: marks,
      series: services.flatMap((service, index) => panelCurves(figure, service, weeks, index)),
    },
  };
}

/** For those who do not see the figure. */
export function describeLorenz(figure: LorenzFigure): string {
  const parts = figure.series.map(
    (series) =>
      `${SERVICE_NAMES[series.service]} ${series.direction.toUpperCase()} ${series.week}: Gini ${formatNumber(series.gini.value, 3)}.`,
  );
  return `Lorenz curves: share of octets against share of lines, lightest first. ${parts.join(" ")}`;
}

/** The diagonal, then the curves of a service, the oldest lowest. */
function panelCurves(
  figure: LorenzFigure,
  service: Service,
  weeks: readonly string[],
  axis: number,
): LineSeriesOption[] {
  const diagonal = [
    [0, 0],
    [1, 1],
  ] as const;
  const curves = [curve(diagonal, axis, { colour: PALETTE.rule, width: 1 })];
  const drawn = figure.series
    .filter((series) => series.service === service && weeks.includes(series.week))
    .toSorted((a, b) => weeks.indexOf(b.week) - weeks.indexOf(a.week));
  for (const series of drawn) {
    const age = weeks.indexOf(series.week);
    const points = series.lines.map((at, i) => [at, series.octets[i]] as const);
    const colour = series.direction === "in" ? PALETTE.in : PALETTE.out;
    curves.push(curve(points, axis, { colour, width: age === 0 ? 2.2 : 1.5, dash: dashOfAge(age) }));
  }
  return curves;
}

function panelMarks(
  figure: LorenzFigure,
  service: Service,
  weeks: readonly string[],
  plot: Plot,
  layout: Layout,
): Mark[] {
  const size = layout.fontSize;
  const soft = PALETTE.soft;
  const marks: Mark[] = [
    text(SERVICE_NAMES[service], plot.left - 36, plot.top - 30, { size: size + 1, bold: true }),
    text("octets", plot.left - 36, plot.top - 13, { size: size - 1, colour: soft }),
    text("lines, lightest first", plot.left + plot.width, plot.top + plot.height + size * 2 + 10, {
      size: size - 1,
      colour: soft,
      align: "right",
    }),
    // The heaviest tenth of the lines is what is right of this rule.
    rule([xOf(plot, 0.9), plot.top], [xOf(plot, 0.9), plot.top + plot.height], {
      colour: soft,
      width: 1,
      dash: [2, 2.5],
    }),
    text("heaviest 10 %", xOf(plot, 1), plot.top - 11, { size: size - 1, colour: soft, align: "right" }),
  ];
  const named = weeks.flatMap((week) =>
    (["out", "in"] as const).flatMap((direction) =>
      figure.series.filter(
        (series) => series.service === service && series.week === week && series.direction === direction,
      ),
    ),
  );
  named.sort((a, b) => (a.direction === b.direction ? 0 : a.direction === "out" ? -1 : 1));
  let y = plot.top + 16;
  const left = plot.left + 8;
  marks.push(text("Gini", left + 30 + size * 7.9, y, { size: size - 1, colour: soft, halo: true }));
  for (const series of named) {
    y += size + 5;
    const age = weeks.indexOf(series.week);
    const colour = series.direction === "in" ? PALETTE.in : PALETTE.out;
    const interval = formatInterval(series.gini, 3);
    const gini = `${formatNumber(series.gini.value, 3)}${interval === "" ? "" : ` ${interval}`}`;
    marks.push(
      rule([left, y], [left + 24, y], { colour, width: age === 0 ? 2.2 : 1.5, dash: dashOfAge(age) }),
      text(`${series.direction.toUpperCase()} ${series.week}`, left + 30, y, {
        size: size - 1,
        colour,
        halo: true,
      }),
      text(gini, left + 30 + size * 7.9, y, { size: size - 1, colour, halo: true }),
    );
  }
  // "equal use" along the diagonal would need turned text; its end is enough.
  marks.push(
    text("all alike", xOf(plot, 0.44), yOf(plot, 0.475), { size: size - 1, colour: soft, align: "right" }),
  );
  return marks;
}

function percent(value: number): string {
  return `${formatNumber(value * 100)} %`;
}
