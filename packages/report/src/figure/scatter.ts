/** fig-5, fig-6: one dot a line, OUT to the right, IN upwards, both on logarithmic axes of the same span. */
import type { ScatterFigure } from "@ishizue/analysis";
import { formatNumber, formatOctets } from "../quantity/format.ts";
import { axes } from "./axis.ts";
import { text } from "./mark.ts";
import { PALETTE } from "./palette.ts";
import { curve, dots } from "./series.ts";
import { STILL, type Layout, type Plot, type Sheet, xOf, yOf } from "./sheet.ts";

export function scatterSheet(figure: ScatterFigure, layout: Layout): Sheet {
  const narrow = layout.name === "narrow";
  const size = layout.fontSize;
  const left = narrow ? 56 : 64;
  const side = narrow ? layout.width - left - 14 : 460;
  const window = windowOf(figure);
  const plot: Plot = { left, top: 26, width: side, height: side, x: window, y: window };
  const points = figure.x.map((x, i) => [xOf(plot, x), yOf(plot, figure.y[i])] as const);
  const axis = { interval: 1, label: (log: number) => formatOctets(10 ** log), grid: true };
  const every = narrow ? 2 : 1;
  return {
    width: left + side + (narrow ? 14 : 22),
    height: plot.top + side + 3 * size + 16,
    option: {
      ...STILL,
      ...axes(
        [
          {
            plot,
            x: { ...axis, label: (log) => ((log - window[0]) % every === 0 ? axis.label(log) : "") },
            y: axis,
          },
        ],
        size - 1,
      ),
      graphic: [
        text("IN, octets a day", 0, 9, { size, colour: PALETTE.soft }),
        text("OUT, octets a day", left + side, plot.top + side + 2 * size + 16, {
          size,
          colour: PALETTE.soft,
          align: "right",
        }),
        text("IN = OUT", left + side * 0.88 - 12, plot.top + side * 0.12, {
          size: size - 1,
          colour: PALETTE.soft,
          align: "right",
          halo: true,
        }),
      ],
      series: [
        dots(points, { colour: PALETTE.out, width: narrow ? 1.8 : 2.4, opacity: 0.42 }),
        curve(
          [
            [window[0], window[0]],
            [window[1], window[1]],
          ],
          0,
          { colour: PALETTE.ink, width: 1 },
        ),
      ],
    },
  };
}

/** For those who do not see the figure. */
export function describeScatter(figure: ScatterFigure): string {
  const below = figure.x.filter((x, i) => figure.y[i] < x).length;
  const share = figure.x.length === 0 ? 0 : (100 * below) / figure.x.length;
  const of = figure.units?.["lines"] === "%" ? "" : ` of ${formatNumber(figure.lines)}`;
  return `IN against OUT of ${formatNumber(figure.x.length)}${of} lines in ${figure.week}, on logarithmic axes. ${formatNumber(share, 1)} % of the lines drawn lie under the diagonal: they receive more than they send.`;
}

/** Whole decades that hold every dot, the same for both axes. */
function windowOf({ x, y }: ScatterFigure): readonly [number, number] {
  let [from, to] = [Infinity, -Infinity];
  for (const list of [x, y])
    for (const value of list) {
      if (!Number.isFinite(value)) continue;
      from = Math.min(from, Math.floor(value));
      to = Math.max(to, Math.ceil(value));
    }
  if (from > to) return [4, 11];
  return [from, Math.max(to, from + 1)];
}
