/**
 * fig-7, fig-8: ports over the week. Above, every port of the report's week on
 * one scale; below, each by itself against the weeks before, on a scale of its
 * own, since a port of 3 % cannot be read beside a total of 100 %.
 */
import type { PortWeekFigure, PortWeekSeries } from "@ishizue/analysis";
import { formatNumber } from "../quantity/format.ts";
import { PALETTE, type Colour } from "./palette.ts";
import { axes, niceStep, tickLabel } from "./axis.ts";
import { type Mark, rule, text } from "./mark.ts";
import { highestOf } from "./rate.ts";
import { band, curve } from "./series.ts";
import { STILL, type Layout, type Plot, type Sheet, xOf, yOf } from "./sheet.ts";
import { type Dash, dashOfAge, SOLID } from "./stroke.ts";
import { textWidth } from "./text-width.ts";
import { dayMarks, WEEK_AXIS, WEEK_HOURS } from "./week-axis.ts";

interface Stroke {
  readonly colour: Colour;
  readonly width: number;
  readonly dash: Dash;
}

/** From the highest port to the lowest. Greens and reds are as light as each other: without colour the dash tells. */
const STROKES: readonly Stroke[] = [
  { colour: PALETTE.out, width: 1.8, dash: SOLID },
  { colour: PALETTE.in, width: 1.8, dash: [9, 2.5] },
  { colour: PALETTE.green, width: 1.7, dash: [4, 2] },
  { colour: PALETTE.violet, width: 1.6, dash: [1.5, 2] },
  { colour: PALETTE.soft, width: 1.4, dash: [7, 2, 1.5, 2] },
];

/** `weeks`: newest first. */
export function portWeekSheet(figure: PortWeekFigure, weeks: readonly string[], layout: Layout): Sheet {
  const size = layout.fontSize;
  const narrow = layout.name === "narrow";
  const newest = weeks.find((week) => figure.series.some((series) => series.week === week)) ?? null;
  const drawn = figure.series
    .filter((series) => weeks.includes(series.week))
    .toSorted((a, b) => weeks.indexOf(a.week) - weeks.indexOf(b.week));
  const labels = labelsByLevel(drawn, newest);
  const strokes = strokesOf(labels);
  const older = weeks.slice(1).filter((week) => drawn.some((series) => series.week === week));

  const right = narrow ? 72 : 92;
  const left = narrow ? 34 : 38;
  const main: Plot = {
    left,
    top: 26,
    width: layout.width - left - right,
    height: narrow ? 190 : 250,
    x: WEEK_HOURS,
    y: [0, ceiling(drawn.filter((series) => series.week === newest))],
  };
  const small = older.length === 0 ? [] : smallPlots(labels, drawn, main, layout);
  const bottom = small.at(-1)?.plot ?? main;
  const mainStep = niceStep(main.y[1], 5);

  const marks: Mark[] = [
    text(
      narrow
        ? `traffic, ${newest ?? ""}; peak = 1`
        : `traffic of the hour, ${newest ?? ""}; peak of the total = 1`,
      0,
      9,
      { size, colour: PALETTE.soft },
    ),
    ...dayMarks(main, newest, size),
    ...endLabels(drawn, newest, labels, strokes, main, layout),
  ];
  for (const { plot, label } of small) {
    const stroke = strokes.get(label) as Stroke;
    marks.push(text(label, plot.left, plot.top - 11, { size, colour: stroke.colour, bold: true }));
    marks.push(...dayMarks(plot, null, size - 1));
  }
  if (small.length > 0) marks.push(...keyMarks([newest ?? "", ...older], main, layout));

  const series = drawn
    .filter((one) => one.week === newest)
    .flatMap((one) => drawSeries(figure, one, 0, strokes.get(one.label) as Stroke, null));
  small.forEach(({ label }, index) => {
    const stroke = strokes.get(label) as Stroke;
    for (const one of drawn.toReversed())
      if (one.label === label)
        series.push(...drawSeries(figure, one, index + 1, stroke, weeks.indexOf(one.week)));
  });

  return {
    width: layout.width,
    height: bottom.top + bottom.height + 2 * size + 4,
    option: {
      ...STILL,
      ...axes(
        [
          { plot: main, x: WEEK_AXIS, y: { interval: mainStep, label: tickLabel(mainStep), grid: true } },
          ...small.map(({ plot }) => {
            const step = niceStep(plot.y[1], 4);
            return { plot, x: WEEK_AXIS, y: { interval: step, label: tickLabel(step), grid: true } };
          }),
        ],
        size - (narrow ? 0.5 : 1),
      ),
      graphic: marks,
      series,
    },
  };
}

/** For those who do not see the figure. */
export function describePortWeek(figure: PortWeekFigure): string {
  const parts = figure.series.flatMap((series) => {
    let at = -1;
    series.value.forEach((value, hour) => {
      if (value !== null && (at < 0 || value > (series.value[at] as number))) at = hour;
    });
    if (at < 0) return [];
    const day = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][
      Math.floor(at / 24)
    ];
    const level = formatNumber(series.value[at] as number, 2);
    return [`${series.week}, ${series.label}: highest on ${day} at ${at % 24}:00, ${level}.`];
  });
  return `Hourly traffic by port over a week, relative to the peak of the total. ${parts.join(" ")}`;
}

function drawSeries(
  figure: PortWeekFigure,
  series: PortWeekSeries,
  axis: number,
  stroke: Stroke,
  age: number | null,
) {
  // A value is the whole hour's: it stands in the middle of it.
  const x = figure.hours.map((hour) => hour + 0.5);
  return [
    band(x, series.lower, series.upper, axis, stroke.colour),
    curve(
      x.map((at, i) => [at, series.value[i]] as const),
      axis,
      age === null
        ? stroke
        : {
            colour: stroke.colour,
            width: age === 0 ? 1.7 : 1.2,
            dash: age === 0 ? SOLID : dashOfAge(age).map((d) => d * 0.7),
          },
    ),
  ];
}

/** Labels from the highest week's mean to the lowest, "total" first. */
function labelsByLevel(drawn: readonly PortWeekSeries[], newest: string | null): string[] {
  const labels = [...new Set(drawn.map((series) => series.label))];
  const level = (label: string): number => {
    if (label === "total") return Infinity;
    const series = drawn.find((one) => one.label === label && one.week === newest);
    return series === undefined ? -1 : highestOf(series.value);
  };
  return labels.toSorted((a, b) => {
    const [first, second] = [level(a), level(b)];
    return first === second ? 0 : second - first;
  });
}

function strokesOf(labels: readonly string[]): Map<string, Stroke> {
  const strokes = new Map<string, Stroke>();
  let next = 0;
  for (const label of labels)
    strokes.set(
      label,
      label === "total"
        ? { colour: PALETTE.total, width: 2.2, dash: SOLID }
        : STROKES[Math.min(next++, STROKES.length - 1)],
    );
  return strokes;
}

/** Two columns of small plots under the main one (one column on a telephone). */
function smallPlots(
  labels: readonly string[],
  drawn: readonly PortWeekSeries[],
  main: Plot,
  layout: Layout,
): { plot: Plot; label: string }[] {
  const narrow = layout.name === "narrow";
  const columns = narrow ? 1 : 2;
  const gap = main.left + 26;
  const full = layout.width - main.left - (narrow ? 12 : 8);
  const width = (full - gap * (columns - 1)) / columns;
  const height = narrow ? 76 : 92;
  const first = main.top + main.height + layout.fontSize * 2 + 62;
  return labels.map((label, index) => ({
    label,
    plot: {
      left: main.left + (index % columns) * (width + gap),
      top: first + Math.floor(index / columns) * (height + layout.fontSize * 2 + 36),
      width,
      height,
      x: WEEK_HOURS,
      y: [0, ceiling(drawn.filter((series) => series.label === label))] as const,
    },
  }));
}

/** The name of each curve at its end, moved apart where two would overlap. */
function endLabels(
  drawn: readonly PortWeekSeries[],
  newest: string | null,
  labels: readonly string[],
  strokes: ReadonlyMap<string, Stroke>,
  plot: Plot,
  layout: Layout,
): Mark[] {
  const size = layout.fontSize;
  const ends = labels.flatMap((label) => {
    const series = drawn.find((one) => one.label === label && one.week === newest);
    const index = series?.value.findLastIndex((value) => value !== null) ?? -1;
    const last = series?.value[index] ?? null;
    return last === null ? [] : [{ label, index, end: yOf(plot, last), y: yOf(plot, last) }];
  });
  ends.sort((a, b) => a.end - b.end);
  for (let i = 1; i < ends.length; i++) ends[i].y = Math.max(ends[i].y, ends[i - 1].y + size + 3);
  const over = (ends.at(-1)?.y ?? 0) - (plot.top + plot.height - 2);
  if (over > 0) {
    let limit = plot.top + plot.height - 2;
    for (const one of ends.toReversed()) {
      one.y = Math.min(one.y, limit);
      limit = one.y - size - 3;
    }
  }
  // A week that ends early has its names where it ends, not across an empty plot.
  const hours = Math.max(0, ...ends.map(({ index }) => index + 1));
  const edge = WEEK_HOURS[1] - hours < 6 ? plot.left + plot.width : xOf(plot, hours) + 4;
  return ends.flatMap(({ label, end, y }) => {
    const { colour, dash, width } = strokes.get(label) as Stroke;
    return [
      rule([edge, end], [edge + 11, y], { colour, width: Math.min(width, 1.2), dash }),
      text(label, edge + 15, y, { size, colour, halo: true }),
    ];
  });
}

/** "each against 2025-W20, on its own scale", with the stroke of each week. */
function keyMarks(weeks: readonly string[], main: Plot, layout: Layout): Mark[] {
  const size = layout.fontSize;
  const y = main.top + main.height + size * 2 + 24;
  const marks: Mark[] = [];
  let x = 0;
  if (layout.name === "wide") {
    const words = "each by itself, on its own scale:";
    marks.push(text(words, x, y, { size, colour: PALETTE.soft }));
    x += textWidth(words, size) + 16;
  }
  weeks.forEach((week, age) => {
    marks.push(
      rule([x, y], [x + 26, y], { colour: PALETTE.ink, width: age === 0 ? 1.7 : 1.2, dash: dashOfAge(age) }),
      text(week, x + 33, y, { size }),
    );
    x += 33 + textWidth(week, size) + 20;
  });
  return marks;
}

function ceiling(series: readonly PortWeekSeries[]): number {
  const highest = highestOf(...series.flatMap(({ value, upper }) => [value, upper]));
  return highest > 0 ? highest * 1.04 : 1;
}
