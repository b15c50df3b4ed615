/** fig-3, fig-4: how many lines use how much a day, on a logarithmic scale. */
import type { DensityFigure, DensitySeries, Direction } from "@ishizue/analysis";
import { formatNumber, formatOctets } from "../quantity/format.ts";
import { PALETTE } from "./palette.ts";
import { axes, niceStep, tickLabel } from "./axis.ts";
import { correctedPanel } from "./corrected.ts";
import { curveName, curveNames } from "./curve-name.ts";
import { type Mark, rule, text, wash } from "./mark.ts";
import { band, curve, type FigureSeries } from "./series.ts";
import { STILL, type Layout, type Plot, type Sheet, xOf, yOf } from "./sheet.ts";
import { dashOfAge } from "./stroke.ts";
import { textWidth } from "./text-width.ts";

/** `weeks`: newest first. Of the names of curves the first is solid, the second dashed. */
export function densitySheet(figure: DensityFigure, weeks: readonly string[], layout: Layout): Sheet {
  const names = curveNames(figure, weeks);
  const size = layout.fontSize;
  const narrow = layout.name === "narrow";
  const height = narrow ? 320 : 400;
  const drawn = figure.series.filter((series) => peak(series) > 0);
  const directions = (["in", "out"] as const).filter((d) => drawn.some((series) => series.direction === d));
  const rows = Math.max(1, ...directions.map((d) => drawn.filter((series) => series.direction === d).length));
  const keyHeight = (rows + 1) * (size + 5) + 14;
  const floors = floorsToDraw(figure, names);
  const box = { left: narrow ? 36 : 40, top: 26, width: 0, height: 0 };
  box.width = layout.width - box.left - (narrow ? 16 : 22);
  // Words stand to the left of their floor; where there is no room they get a row above the plot.
  const span = figure.window[1] - figure.window[0];
  const room =
    ((Math.log10(floors[0]?.octets ?? 10 ** figure.window[1]) - figure.window[0]) / span) * box.width;
  const above = room < size * 8;
  if (above) box.top += size + 4;
  box.height = height - box.top - 46;

  const highest = Math.max(0.1, ...drawn.map(highestDrawn));
  const needed = highest / (1 - keyHeight / box.height);
  const step = niceStep(needed, 6);
  const plot: Plot = { ...box, x: figure.window, y: [0, needed] };

  const marks: Mark[] = [
    text("density of lines, per decade of usage", 0, 9, { size, colour: PALETTE.soft }),
    text("octets per line and day", plot.left + plot.width, height - 9, {
      size,
      colour: PALETTE.soft,
      align: "right",
    }),
    ...floorMarks(floors, plot, layout, above ? keyHeight : 0),
    ...keyMarks(drawn, directions, names, plot, highest, layout),
  ];
  const every = narrow ? 2 : 1;
  const xAxis = {
    interval: 1,
    label: (v: number) => ((v - figure.window[0]) % every === 0 ? formatOctets(10 ** v) : ""),
    grid: true,
  };
  const below = correctedPanel(
    figure,
    names,
    { ...plot, top: height + 40, height: narrow ? 150 : 190 },
    layout,
  );
  return {
    width: layout.width,
    height: below === null ? height : below.plot.top + below.plot.height + 2 * size + 4,
    option: {
      ...STILL,
      ...axes(
        [
          {
            plot,
            x: xAxis,
            y: { interval: step, label: tickLabel(step), grid: true },
          },
          ...(below === null ? [] : [{ plot: below.plot, x: xAxis, y: below.y }]),
        ],
        size,
      ),
      graphic: below === null ? marks : [...marks, ...below.marks],
      series: drawn
        .toReversed()
        .flatMap((series) => curves(series, figure, names))
        .concat(below === null ? [] : below.series),
    },
  };
}

/** One week and direction as it was sampled: its band and its curve. */
function curves(series: DensitySeries, figure: DensityFigure, names: readonly string[]): FigureSeries[] {
  const [from, to] = drawnRange(series, figure.window);
  const x = series.x.slice(from, to);
  const colour = colourOf(series.direction);
  const age = Math.max(0, names.indexOf(curveName(series)));
  return [
    band(x, series.lower.slice(from, to), series.upper.slice(from, to), 0, colour),
    curve(
      x.map((at, i) => [at, series.density[from + i]] as const),
      0,
      { colour, width: age === 0 ? 2.2 : 1.6, dash: dashOfAge(age) },
    ),
  ];
}

/** For those who do not see the figure. */
export function describeDensity(figure: DensityFigure): string {
  const parts = figure.series.map((series) => {
    const at = series.density.indexOf(peak(series));
    const name = `${series.direction.toUpperCase()} ${curveName(series)}`;
    if (peak(series) <= 0) return `${name}: no line with octets.`;
    const floor =
      series.reliabilityFloor === null
        ? ""
        : `; one line's estimate is uncertain by more than 30 % below ${formatOctets(series.reliabilityFloor)} a day`;
    return `${name}:${figure.units?.["zeroLines"] === "%" ? "" : ` ${formatNumber(series.lines)} lines,`} densest near ${formatOctets(10 ** series.x[at])} a day${floor}.`;
  });
  return `Density of daily octets per line on a logarithmic axis. ${parts.join(" ")}`;
}

interface Floor {
  readonly direction: Direction;
  readonly octets: number;
}

/** The reliability floors of the newest week drawn, or of the first access, the lower one first; those outside the window are left out. */
function floorsToDraw(figure: DensityFigure, names: readonly string[]): Floor[] {
  const first = names.find((name) => figure.series.some((series) => curveName(series) === name));
  return figure.series
    .filter((series) => curveName(series) === first && series.reliabilityFloor !== null)
    .map((series) => ({ direction: series.direction, octets: series.reliabilityFloor as number }))
    .filter(({ octets }) => octets > 10 ** figure.window[0] && octets < 10 ** figure.window[1])
    .toSorted((a, b) => a.octets - b.octets);
}

/**
 * One rule a floor, standing on the axis; the right one is taller, so that its
 * words pass above the left one. With `keyHeight` the words stand above the plot.
 */
function floorMarks(floors: readonly Floor[], plot: Plot, layout: Layout, keyHeight: number): Mark[] {
  const marks: Mark[] = [];
  const size = layout.fontSize - 1;
  const above = keyHeight > 0;
  let end = 0;
  floors.forEach(({ direction, octets }, index) => {
    const x = xOf(plot, Math.log10(octets));
    const colour = colourOf(direction);
    const name = direction.toUpperCase();
    if (index === 0) marks.push(wash(plot, plot.x[0], Math.log10(octets)));
    const top = above ? plot.top + keyHeight : plot.top + plot.height * (0.66 - 0.15 * index);
    const stroke = { colour, width: 1.2, dash: [2, 2.5] };
    marks.push(rule([x, top - 8], [x, plot.top + plot.height], stroke));
    if (above) {
      // The rule steps aside for the names of the curves.
      marks.push(rule([x, plot.top - 5], [x, plot.top + 5], stroke));
      const words = `${index === 0 ? "reliability floor " : ""}${name} ${formatOctets(octets)}/day`;
      const at = Math.max(plot.left, end);
      marks.push(text(words, at, plot.top - 13, { size, colour }));
      end = at + textWidth(words, size) + 12;
      return;
    }
    marks.push(
      text(`reliability floor ${name}`, x - 6, top, { size, colour, align: "right" }),
      text(`${formatOctets(octets)}/day`, x - 6, top + size + 4, { size, colour, align: "right" }),
    );
  });
  return marks;
}

/** The names of the curves, with room for the Japanese ones, over the hump that they belong to: the direction, then each week with its stroke. */
function keyMarks(
  drawn: readonly DensitySeries[],
  directions: readonly Direction[],
  names: readonly string[],
  plot: Plot,
  highest: number,
  layout: Layout,
): Mark[] {
  const size = layout.fontSize;
  const sample = 26;
  const blockWidth = Math.max(
    sample + 8 + textWidth("2026-W20", size),
    textWidth("OUT（ダウンロード）", size),
  );
  const peaks = directions.map((direction) => ({
    direction,
    x: xOf(plot, meanPeak(drawn.filter((series) => series.direction === direction))),
  }));
  peaks.sort((a, b) => a.x - b.x);
  // The right block starts at its hump and the left one ends at its own, neither leaving the plot.
  const lefts = peaks.map(({ x }, index) =>
    index === peaks.length - 1 ? x - blockWidth * 0.3 : x - blockWidth * 0.7,
  );
  const last = lefts.length - 1;
  if (last >= 0) lefts[last] = Math.min(lefts[last], plot.left + plot.width - blockWidth);
  if (last === 1) lefts[0] = Math.min(lefts[0], lefts[1] - blockWidth - 10);

  const marks: Mark[] = [];
  peaks.forEach(({ direction }, index) => {
    const series = names.flatMap((name) =>
      drawn.filter((one) => curveName(one) === name && one.direction === direction),
    );
    const colour = colourOf(direction);
    const left = Math.max(lefts[index], plot.left + 2);
    let y = yOf(plot, highest) - 14 - series.length * (size + 5);
    marks.push(
      text(direction === "in" ? "IN, upload" : "OUT, download", left, y, {
        size,
        colour,
        bold: true,
        halo: true,
      }),
    );
    for (const one of series) {
      y += size + 5;
      const age = Math.max(0, names.indexOf(curveName(one)));
      marks.push(
        rule([left, y], [left + sample, y], { colour, width: age === 0 ? 2.2 : 1.6, dash: dashOfAge(age) }),
        text(curveName(one), left + sample + 7, y, { size, colour, halo: true }),
      );
    }
  });
  return marks;
}

function colourOf(direction: Direction): typeof PALETTE.in | typeof PALETTE.out {
  return direction === "in" ? PALETTE.in : PALETTE.out;
}

function peak(series: DensitySeries): number {
  let highest = 0;
  for (const value of series.density) if (Number.isFinite(value)) highest = Math.max(highest, value);
  return highest;
}

function highestDrawn(series: DensitySeries): number {
  let highest = peak(series);
  for (const value of series.upper) if (Number.isFinite(value)) highest = Math.max(highest, value);
  return highest;
}

function meanPeak(series: readonly DensitySeries[]): number {
  let sum = 0;
  for (const one of series) sum += one.x[one.density.indexOf(peak(one))];
  return sum / series.length;
}

/** First and last + 1 bin to draw: inside the window, without the runs of nothing at either end. */
function drawnRange(series: DensitySeries, window: readonly [number, number]): [number, number] {
  let from = 0;
  let to = series.x.length;
  while (from < to && (series.x[from] < window[0] || nothingAt(series, from + 1))) from++;
  while (to > from && (series.x[to - 1] > window[1] || nothingAt(series, to - 2))) to--;
  return [from, to];
}

function nothingAt(series: DensitySeries, index: number): boolean {
  return index >= 0 && index < series.x.length && series.density[index] === 0 && series.upper[index] === 0;
}
