/** The lower panel of fig-3 and fig-4: what the lines truly used, as far as the sample tells, beside what it counted. */
import type { DensityFigure, DensitySeries } from "@ishizue/analysis";
import { formatOctets } from "../quantity/format.ts";
import { type AxisStyle, niceStep, tickLabel } from "./axis.ts";
import { curveName } from "./curve-name.ts";
import { type Mark, rule, text, wash } from "./mark.ts";
import { PALETTE } from "./palette.ts";
import { highestOf } from "./rate.ts";
import { band, curve, type FigureSeries } from "./series.ts";
import type { Layout, Plot } from "./sheet.ts";
import { dashOfAge } from "./stroke.ts";
import { textWidth } from "./text-width.ts";

export interface CorrectedPanel {
  readonly plot: Plot;
  readonly y: AxisStyle;
  readonly marks: readonly Mark[];
  readonly series: readonly FigureSeries[];
}

/** `box`: where it stands and the span of x; its second pair of axes. Null where no week is corrected. */
export function correctedPanel(
  figure: DensityFigure,
  names: readonly string[],
  box: Plot,
  layout: Layout,
): CorrectedPanel | null {
  const drawn = figure.series.filter(({ corrected }) => (corrected?.density.length ?? 0) > 0);
  if (drawn.length === 0) return null;
  const newest =
    names.find((name) => drawn.some((series) => curveName(series) === name)) ?? curveName(drawn[0]);
  const highest = highestOf(
    ...drawn.flatMap(({ corrected }) => [corrected?.density ?? [], corrected?.upper ?? []]),
    ...drawn.filter((series) => curveName(series) === newest).map(({ density }) => density),
  );
  const plot: Plot = { ...box, y: [0, Math.max(0.1, highest) * 1.06] };
  const step = niceStep(plot.y[1], 4);
  return {
    plot,
    y: { interval: step, label: tickLabel(step), grid: true },
    marks: panelMarks(drawn, newest, plot, layout),
    series: drawn.toReversed().flatMap((series) => seriesCurves(series, figure, names, newest)),
  };
}

function seriesCurves(
  series: DensitySeries,
  figure: DensityFigure,
  names: readonly string[],
  newest: string,
): FigureSeries[] {
  const { corrected } = series;
  if (corrected === null || corrected === undefined) return [];
  const from = series.x.findIndex((x) => x >= figure.window[0]);
  const to = series.x.findLastIndex((x) => x <= figure.window[1]) + 1;
  if (from < 0) return [];
  const x = series.x.slice(from, to);
  const colour = series.direction === "in" ? PALETTE.in : PALETTE.out;
  const age = Math.max(0, names.indexOf(curveName(series)));
  const plain =
    curveName(series) === newest
      ? [
          curve(
            x.map((at, i) => [at, series.density[from + i]] as const),
            1,
            { colour: PALETTE.soft, width: 0.9 },
          ),
        ]
      : [];
  return [
    band(x, corrected.lower.slice(from, to), corrected.upper.slice(from, to), 1, colour),
    ...plain,
    curve(
      x.map((at, i) => [at, corrected.density[from + i]] as const),
      1,
      { colour, width: age === 0 ? 2.2 : 1.6, dash: dashOfAge(age) },
    ),
  ];
}

/** What it is, the thin stroke's name, and where the curve is a guess. */
function panelMarks(drawn: readonly DensitySeries[], newest: string, plot: Plot, layout: Layout): Mark[] {
  const size = layout.fontSize;
  const right = plot.left + plot.width;
  const words = `as sampled, ${newest}`;
  const at = right - textWidth(words, size - 1) - 4;
  const marks: Mark[] = [
    text("corrected for sampling", 0, plot.top - 15, { size, colour: PALETTE.soft }),
    rule([at - 30, plot.top - 15], [at - 6, plot.top - 15], { colour: PALETTE.soft, width: 0.9 }),
    text(words, right, plot.top - 15, { size: size - 1, colour: PALETTE.soft, align: "right" }),
  ];
  const guesses = drawn
    .filter((series) => curveName(series) === newest && (series.corrected?.guessedBelow ?? null) !== null)
    .map(({ direction, corrected }) => ({ direction, log: Math.log10(corrected?.guessedBelow as number) }))
    .filter(({ log }) => log > plot.x[0] && log < plot.x[1])
    .toSorted((a, b) => a.log - b.log);
  guesses.forEach(({ direction, log }, index) => {
    const colour = direction === "in" ? PALETTE.in : PALETTE.out;
    const x = plot.left + ((log - plot.x[0]) / (plot.x[1] - plot.x[0])) * plot.width;
    const left = x - plot.left > size * 11;
    const y = plot.top + size + index * (size + 6);
    if (index === 0) marks.push(wash(plot, plot.x[0], log));
    marks.push(
      rule([x, y - size * 0.6], [x, plot.top + plot.height], { colour, width: 1.1, dash: [2, 2.5] }),
      // To the left of its rule where there is room for it.
      text(`${direction.toUpperCase()} a guess below ${formatOctets(10 ** log)}`, left ? x - 6 : x + 6, y, {
        size: size - 1,
        colour,
        align: left ? "right" : "left",
        halo: true,
      }),
    );
  });
  return marks;
}
