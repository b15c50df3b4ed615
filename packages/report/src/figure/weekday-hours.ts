/** fig-2: the mean working day, hour by hour, a panel a service; weeks differ in colour and width, directions in stroke. */
import type { Service, WeekdayHoursFigure, WeekdayHoursSeries } from "@ishizue/analysis";
import { formatNumber } from "../quantity/format.ts";
import { axes, niceStep, tickLabel } from "./axis.ts";
import { type Mark, rule, text } from "./mark.ts";
import { type Colour, PALETTE } from "./palette.ts";
import { highestOf, rateScale, scaled } from "./rate.ts";
import { band, curve } from "./series.ts";
import { SERVICE_NAMES, SERVICES } from "./service-name.ts";
import { STILL, type Layout, type Plot, type Sheet } from "./sheet.ts";
import { type Dash, SOLID } from "./stroke.ts";

/** Newest first; weeks beyond the fourth share the last. */
const WEEK_STROKES: readonly { readonly colour: Colour; readonly width: number }[] = [
  { colour: PALETTE.total, width: 2.4 },
  { colour: PALETTE.green, width: 1.8 },
  { colour: PALETTE.in, width: 1.4 },
  { colour: PALETTE.violet, width: 1 },
];

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
    height: (last === undefined ? 0 : last.top + last.height) + 2 * size + 22,
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
          const { colour, width, dash } = strokeOf(one, shown);
          return [
            band(x, scaled(one.lower, factor), scaled(one.upper, factor), index, colour),
            curve(
              scaled(one.value, factor).map((value, hour) => [x[hour], value] as const),
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
  const step = sample + size * 6.2;
  const perRow = Math.max(1, Math.floor(layout.width / step));
  const marks: Mark[] = [];
  weeks.forEach((week, index) => {
    const { colour, width } = WEEK_STROKES[Math.min(index, WEEK_STROKES.length - 1)];
    const x = (index % perRow) * step;
    const y = top + Math.floor(index / perRow) * (size + 6);
    marks.push(
      rule([x, y], [x + sample, y], { colour, width }),
      text(week, x + sample + 6, y, { size, colour }),
    );
  });
  const y = top + Math.ceil(weeks.length / perRow) * (size + 6);
  (["out", "in"] as const).forEach((direction, index) => {
    const x = index * (sample + size * 9);
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
): { colour: Colour; width: number; dash: Dash } {
  const age = Math.max(0, weeks.indexOf(week));
  return {
    ...WEEK_STROKES[Math.min(age, WEEK_STROKES.length - 1)],
    dash: direction === "in" ? IN_DASH : SOLID,
  };
}
