/** fig-1: the mean rate of every calendar month, a panel a service, each on a scale of its own. */
import type { MonthlyTrendFigure, MonthlyTrendSeries, Service } from "@ishizue/analysis";
import { formatNumber } from "../quantity/format.ts";
import { axes, niceStep, tickLabel } from "./axis.ts";
import { type Mark, rule, text, wash } from "./mark.ts";
import { type Colour, PALETTE } from "./palette.ts";
import { highestOf, type RateScale, rateScale, scaled } from "./rate.ts";
import { band, curve } from "./series.ts";
import { SERVICE_NAMES, SERVICES } from "./service-name.ts";
import { STILL, type Layout, type Plot, type Sheet, xOf } from "./sheet.ts";
import { type Dash, SOLID } from "./stroke.ts";
import { textWidth } from "./text-width.ts";

/** Length of a stroke in the key, px. */
const keySample = 24;

interface Panel {
  readonly service: Service;
  readonly series: readonly MonthlyTrendSeries[];
  readonly plot: Plot;
  readonly scale: RateScale;
}

export function monthlyTrendSheet(figure: MonthlyTrendFigure, layout: Layout): Sheet {
  const panels = panelsOf(figure, layout);
  const last = panels.at(-1)?.plot;
  const x = figure.months.map((_, month) => month);
  return {
    width: layout.width,
    height: (last === undefined ? 0 : last.top + last.height) + 2 * layout.fontSize + 6,
    option: {
      ...STILL,
      ...axes(
        panels.map(({ plot }) => {
          const step = niceStep(plot.y[1], layout.name === "narrow" ? 4 : 5);
          return {
            plot,
            // The axis ends between two months, and so do its ticks.
            x: { interval: figure.months.length > 24 ? 12 : 1, label: () => "", grid: false },
            y: { interval: step, label: tickLabel(step), grid: true },
          };
        }),
        layout.fontSize - 1,
      ),
      graphic: panels.flatMap((panel) => panelMarks(figure, panel, layout)),
      series: panels.flatMap(({ series, scale }, index) =>
        series.flatMap((one) => {
          const { colour, width, dash } = strokeOf(one);
          return [
            band(x, scaled(one.lower, scale.factor), scaled(one.upper, scale.factor), index, colour),
            curve(
              scaled(one.value, scale.factor).map((value, month) => [month, value] as const),
              index,
              { colour, width, dash },
            ),
          ];
        }),
      ),
    },
  };
}

/** For those who do not see the figure. */
export function describeMonthlyTrend(figure: MonthlyTrendFigure): string {
  const parts = figure.series.flatMap((series) => {
    const from = series.value.findIndex((value) => value !== null);
    const to = series.value.findLastIndex((value) => value !== null);
    if (from < 0) return [];
    const { factor, name } = rateScale(highestOf(series.value), figure.units?.["value"]);
    const level = (at: number): string => formatNumber((series.value[at] as number) / factor, 2);
    return [
      `${nameOf(series)}, ${SERVICE_NAMES[series.service]}: ${level(from)} in ${figure.months[from]}, ${level(to)} in ${figure.months[to]} (${name}).`,
    ];
  });
  return `Mean rate of each calendar month by service and direction. ${parts.join(" ")}`;
}

function panelsOf(figure: MonthlyTrendFigure, layout: Layout): Panel[] {
  const narrow = layout.name === "narrow";
  const height = narrow ? 150 : 180;
  const left = narrow ? 38 : 46;
  const drawn = SERVICES.filter((service) => figure.series.some((series) => series.service === service));
  return drawn.map((service, index) => {
    const series = figure.series
      .filter((one) => one.service === service)
      .toSorted((a, b) => order(a) - order(b));
    const highest = highestOf(...series.flatMap(({ value, upper }) => [value, upper]));
    const scale = rateScale(highest, figure.units?.["value"]);
    const top = highest > 0 ? (highest / scale.factor) * 1.06 : 1;
    return {
      service,
      series,
      scale,
      plot: {
        left,
        top: (narrow ? 71 : 40) + index * (height + (narrow ? 111 : 84)),
        width: layout.width - left - (narrow ? 12 : 22),
        height,
        x: [-0.5, Math.max(figure.months.length, 1) - 0.5],
        y: [0, top],
      },
    };
  });
}

function panelMarks(figure: MonthlyTrendFigure, panel: Panel, layout: Layout): Mark[] {
  const { plot } = panel;
  const size = layout.fontSize;
  const narrow = layout.name === "narrow";
  const marks: Mark[] = [
    text(SERVICE_NAMES[panel.service], 0, plot.top - (narrow ? 61 : 30), { size: size + 1, bold: true }),
    text(`mean rate, ${panel.scale.name}`, 0, plot.top - 13, { size: size - 1, colour: PALETTE.soft }),
    ...(narrow ? keyRows(panel.series, plot, layout) : keyMarks(panel.series, plot, layout)),
    ...monthMarks(figure.months, plot, size - 1),
  ];
  const open = new Set([...figure.missing, ...figure.partial]);
  figure.months.forEach((month, index) => {
    if (open.has(month)) marks.push(wash(plot, index - 0.5, index + 0.5));
  });
  return marks;
}

/** The strokes and their names, in one row over the plot. */
function keyMarks(series: readonly MonthlyTrendSeries[], plot: Plot, layout: Layout): Mark[] {
  const widths = series.map((one) => keySample + 6 + textWidth(nameOf(one), layout.fontSize - 1) + 16);
  let x = plot.left + plot.width - widths.reduce((sum, width) => sum + width, -16);
  return series.flatMap((one, index) => {
    const at = x;
    x += widths[index];
    return keyMark(one, at, plot.top - 30, layout);
  });
}

/** The same in rows of two: OUT and IN of all access over those without a part of it. */
function keyRows(series: readonly MonthlyTrendSeries[], plot: Plot, layout: Layout): Mark[] {
  return series.flatMap((one, index) =>
    keyMark(one, (index % 2) * (layout.width / 2), plot.top - 44 + Math.floor(index / 2) * 15, layout),
  );
}

function keyMark(one: MonthlyTrendSeries, x: number, y: number, layout: Layout): Mark[] {
  const { colour, width, dash } = strokeOf(one);
  return [
    rule([x, y], [x + keySample, y], { colour, width, dash }),
    text(nameOf(one), x + keySample + 6, y, { size: layout.fontSize - 1, colour }),
  ];
}

/** Names of months as far apart as they need; the last month always has its own. */
function monthMarks(months: readonly string[], plot: Plot, size: number): Mark[] {
  const room = plot.width / Math.max(months.length, 1);
  const stride = [1, 2, 3, 6, 12, 24, 36, 60, 120].find((one) => one * room >= size * 4.8) ?? months.length;
  return months.flatMap((month, index) =>
    (months.length - 1 - index) % stride === 0
      ? [
          text(month, Math.max(xOf(plot, index), plot.left + size), plot.top + plot.height + size + 4, {
            size,
            colour: PALETTE.soft,
            align: months.length > 1 && index === months.length - 1 && room < size * 3 ? "right" : "center",
          }),
        ]
      : [],
  );
}

function strokeOf({ direction, without }: MonthlyTrendSeries): { colour: Colour; width: number; dash: Dash } {
  return {
    colour: direction === "in" ? PALETTE.in : PALETTE.out,
    width: without === null ? 2.2 : 1.1,
    dash: direction === "out" ? SOLID : [6, 3.5],
  };
}

/** OUT before IN, all access before a part of it. */
function order({ direction, without }: MonthlyTrendSeries): number {
  return (without === null ? 0 : 2) + (direction === "out" ? 0 : 1);
}

function nameOf({ direction, without }: MonthlyTrendSeries): string {
  return `${direction.toUpperCase()}${without === null ? "" : ` without ${without}`}`;
}
