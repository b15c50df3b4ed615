/** fig-2: the mean working day, hour by hour, a panel a service; weeks differ in lightness, width and marker, directions in dash. */
import type { Service, WeekdayHoursFigure, WeekdayHoursSeries } from "@ishizue/analysis";
import { formatNumber } from "../quantity/format.ts";
import { axes, niceStep, tickLabel } from "./axis.ts";
import { type Mark, rule, symbol, text } from "./mark.ts";
import { type Colour, PALETTE } from "./palette.ts";
import { highestOf, rateScale, scaled } from "./rate.ts";
import { band, curve, type Marker } from "./series.ts";
import { SERVICE_NAMES, SERVICES } from "./service-name.ts";
import { STILL, type Layout, type Plot, type Sheet } from "./sheet.ts";
import { type Dash, SOLID } from "./stroke.ts";
import { textWidth } from "./text-width.ts";

interface WeekStroke {
  readonly colour: Colour;
  readonly width: number;
  /** On every third hour, of each week on another. */
  readonly shape: Marker["shape"] | null;
}

/** Newest first: the older, the lighter and the thinner, each with a shape of its own. Weeks beyond the fourth share the last. */
const WEEK_STROKES: readonly WeekStroke[] = [
  { colour: PALETTE.total, width: 2.4, shape: null },
  { colour: PALETTE.violet, width: 1.8, shape: "circle" },
  { colour: PALETTE.teal, width: 1.5, shape: "triangle" },
  { colour: PALETTE.grey, width: 1.2, shape: "rect" },
];

const hoursBetweenMarkers = 3;

const IN_DASH: Dash = [6, 3.5];

/** `weeks`: newest first. */
export function weekdayHoursSheet(
  figure: WeekdayHoursFigure,
  weeks: readonly string[],
  layout: Layout,
): Sheet {
  const narrow = layout.name === "narrow";
  const size = layout.fontSize;
  const shown = weeks.filter((week) => figure.series.some((series) => series.week === week));
  const services = SERVICES.filter((service) => figure.series.some((series) => series.service === service));
  const panels = services.map((service, index) => panelOf(figure, service, index, services.length, layout));
  const keyTop = 9;
  const last = panels.at(-1)?.plot;
  const x = figure.hours.map((hour) => hour + 0.5);
  return {
    width: layout.width,
    height: (last === undefined ? 0 : last.top + last.height) + 2 * size + 4,
    option: {
      ...STILL,
      ...axes(
        panels.map(({ plot }) => {
          const step = niceStep(plot.y[1], narrow ? 4 : 5);
          return {
            plot,
            x: { interval: 6, label: (hour: number) => `${hour}:00`, grid: true },
            y: { interval: step, label: tickLabel(step), grid: true },
          };
        }),
        size - 1,
      ),
      graphic: [
        ...keyMarks(shown, keyTop, layout),
        ...panels.flatMap(({ service, plot, name }) => [
          text(SERVICE_NAMES[service], plot.left - 36, plot.top - 28, { size: size + 1, bold: true }),
          text(`mean rate, ${name}`, plot.left - 36, plot.top - 11, { size: size - 1, colour: PALETTE.soft }),
        ]),
      ],
      series: panels.flatMap(({ series, factor }, index) =>
        series.flatMap((one) => {
          const stroke = strokeOf(one, shown);
          return [
            band(x, scaled(one.lower, factor), scaled(one.upper, factor), index, stroke.colour),
            curve(
              scaled(one.value, factor).map((value, hour) => [x[hour], value] as const),
              index,
              stroke,
            ),
          ];
        }),
      ),
    },
  };
}

/** For those who do not see the figure. */
export function describeWeekdayHours(figure: WeekdayHoursFigure): string {
  const parts = figure.series.flatMap((series) => {
    let at = -1;
    series.value.forEach((value, hour) => {
      if (value !== null && (at < 0 || value > (series.value[at] as number))) at = hour;
    });
    if (at < 0) return [];
    const { factor, name } = rateScale(series.value[at] as number, figure.units?.["value"]);
    const level = formatNumber((series.value[at] as number) / factor, 2);
    return [
      `${SERVICE_NAMES[series.service]} ${series.direction.toUpperCase()} ${series.week}: highest at ${figure.hours[at]}:00, ${level} (${name}).`,
    ];
  });
  return `Mean rate of each hour of the day over Monday to Friday. ${parts.join(" ")}`;
}

function panelOf(
  figure: WeekdayHoursFigure,
  service: Service,
  index: number,
  count: number,
  layout: Layout,
): {
  service: Service;
  series: WeekdayHoursSeries[];
  plot: Plot;
  factor: number;
  name: string;
} {
  const narrow = layout.name === "narrow";
  const columns = narrow || count === 1 ? 1 : 2;
  const left = 44;
  const gap = 26;
  const height = narrow ? 170 : 230;
  const width = (layout.width - columns * left - (columns - 1) * gap - 20) / columns;
  const series = figure.series.filter((one) => one.service === service);
  const highest = highestOf(...series.flatMap(({ value, upper }) => [value, upper]));
  const { factor, name } = rateScale(highest, figure.units?.["value"]);
  return {
    service,
    series,
    factor,
    name,
    plot: {
      left: left + (index % columns) * (left + width + gap),
      top: (narrow ? 100 : 84) + Math.floor(index / columns) * (height + 92),
      width,
      height,
      x: [0, 24],
      y: [0, highest > 0 ? (highest / factor) * 1.06 : 1],
    },
  };
}

/** One row for the weeks, one for the directions. */
function keyMarks(weeks: readonly string[], top: number, layout: Layout): Mark[] {
  const size = layout.fontSize - 1;
  const sample = 24;
  const step = sample + 6 + textWidth("2026-W20", size) + 20;
  const perRow = Math.max(1, Math.floor(layout.width / step));
  const marks: Mark[] = [];
  weeks.forEach((week, index) => {
    const { colour, width, shape } = WEEK_STROKES[Math.min(index, WEEK_STROKES.length - 1)];
    const x = (index % perRow) * step;
    const y = top + Math.floor(index / perRow) * (size + 6);
    marks.push(
      rule([x, y], [x + sample, y], { colour, width }),
      ...(shape === null ? [] : [symbol(shape, [x + sample / 2, y], colour)]),
      text(week, x + sample + 6, y, { size }),
    );
  });
  const y = top + Math.ceil(weeks.length / perRow) * (size + 6);
  (["out", "in"] as const).forEach((direction, index) => {
    const x = index * (sample + 6 + textWidth("OUT, download", size) + 20);
    marks.push(
      rule([x, y], [x + sample, y], {
        colour: PALETTE.soft,
        width: 1.6,
        dash: direction === "in" ? IN_DASH : SOLID,
      }),
      text(direction === "in" ? "IN, upload" : "OUT, download", x + sample + 6, y, {
        size,
        colour: PALETTE.soft,
      }),
    );
  });
  return marks;
}

function strokeOf(
  { week, direction }: WeekdayHoursSeries,
  weeks: readonly string[],
): { colour: Colour; width: number; dash: Dash; marker?: Marker } {
  const age = Math.min(Math.max(0, weeks.indexOf(week)), WEEK_STROKES.length - 1);
  const { colour, width, shape } = WEEK_STROKES[age];
  return {
    colour,
    width,
    dash: direction === "in" ? IN_DASH : SOLID,
    ...(shape === null ? {} : { marker: { shape, every: hoursBetweenMarkers, from: age - 1 } }),
  };
}
