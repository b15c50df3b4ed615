/** How to read a figure: what the strokes, bands and shades are, and what lies outside the drawing. */
import type { DensityFigure, Figure } from "@ishizue/analysis";
import { curveName, curveNames } from "../figure/curve-name.ts";
import type { FigureContext } from "../figure/figure.ts";
import { formatInterval, formatNumber, formatOctets } from "../quantity/format.ts";

export function readingNotes(figure: Figure, context: FigureContext): string[] {
  switch (figure.kind) {
    case "density":
      return densityNotes(figure, curveNames(figure, weeksOf(context)));
    case "port-week":
      return [
        context.compare.length === 0
          ? "Bands: 95 % sampling interval."
          : `Bands: 95 % sampling interval. Below, each by itself on its own scale. ${strokes(weeksOf(context))}`,
      ];
    case "lorenz":
      return [
        `${strokes(weeksOf(context))} The further below the diagonal, the fewer lines make most of the traffic: Gini 0 is all alike, 1 is one line alone.`,
      ];
    case "coverage":
      return [
        "Shaded: hours without any record. Above: received, an estimate. Below: the share credited to a line.",
      ];
    case "monthly-trend":
      return [
        `Solid: OUT; dashed: IN${figure.series.some(({ without }) => without !== null) ? "; thin: without the access named" : ""}. Each service has a scale of its own. Bands: 95 % sampling interval.`,
        ...(figure.missing.length + figure.partial.length === 0
          ? []
          : ["Shaded: months of which nothing, or under 95 % of the hours, was counted."]),
      ];
    case "weekday-hours":
      return [
        "Solid: OUT; dashed: IN. The newer the week, the thicker its stroke. Bands: 95 % sampling interval.",
      ];
    case "scatter":
      return [
        `A dot is a line; on the diagonal it sends as much as it receives. Lines with octets in one direction only: ${formatNumber(figure.oneWay)}, in none: ${formatNumber(figure.silent)}; neither has a place here.`,
      ];
  }
}

function weeksOf({ week, compare }: FigureContext): string[] {
  return [week, ...compare.toReversed()];
}

/** `names`: of curves, the solid one first. */
function densityNotes(figure: DensityFigure, names: readonly string[]): string[] {
  return [
    `${strokes(names)} Bands: 95 % sampling interval. The area under a curve is 1.`,
    ...correction(figure),
    ...floors(figure, names),
    ...outside(figure, names),
  ];
}

function strokes([solid, dashed, ...dotted]: readonly string[]): string {
  if (dashed === undefined) return `Solid: ${solid}.`;
  return `Solid: ${solid}; dashed: ${dashed}${dotted.length === 0 ? "" : `; dotted: ${dotted.toReversed().join(", ")}`}.`;
}

function correction({ series }: DensityFigure): string[] {
  const corrected = series.filter((one) => (one.corrected ?? null) !== null);
  if (corrected.length === 0) return [];
  const unused = corrected.map(
    (one) =>
      `${one.direction.toUpperCase()} ${curveName(one)} ${formatNumber(one.corrected?.unused ?? NaN, 1)} %`,
  );
  return [
    `Below: the density of true usage, fitted to the packets that were sampled, with its 95 % bootstrap band; thin: as sampled. Where it is shaded a line is expected less than one sampled packet a week, and the curve is a guess. Lines that use nothing at all, as fitted: ${unused.join(", ")}.`,
  ];
}

function floors(figure: DensityFigure, [first]: readonly string[]): string[] {
  const known = figure.series.filter((series) => series.reliabilityFloor !== null);
  if (known.length === 0) return [];
  const words = (of: string): string =>
    known
      .filter((series) => curveName(series) === of)
      .map((series) => `${series.direction.toUpperCase()} ${formatOctets(series.reliabilityFloor as number)}`)
      .join(", ");
  const names = [...new Set(known.map(curveName))];
  const current = words(first);
  const others = names.filter((one) => one !== first && words(one) !== current);
  const note =
    "Reliability floor: below it sampling leaves one line's estimate a relative standard error above 30 %, and the curve shows the sampling more than the lines.";
  return [
    others.length === 0
      ? note
      : `${note} Floors a day: ${[first, ...others]
          .filter((one) => words(one) !== "")
          .map((one) => `${one} ${words(one)}`)
          .join("; ")}.`,
  ];
}

/** What the method asks to print: lines outside the window, and lines that have no logarithm. */
function outside(figure: DensityFigure, [first]: readonly string[]): string[] {
  const current = figure.series.filter((series) => curveName(series) === first);
  if (current.length === 0) return [];
  const shares = current.map((series) => {
    const { direction, outside: share } = series;
    const interval = formatInterval(share, 2);
    const before = figure.series
      .filter((one) => one.direction === direction && curveName(one) !== first)
      .map((one) => `${curveName(one)}: ${formatNumber(one.outside.value, 2)} %`);
    return `${direction.toUpperCase()} ${formatNumber(share.value, 2)} %${interval === "" ? "" : ` ${interval}`}${before.length === 0 ? "" : ` (${before.join(", ")})`}`;
  });
  const isShare = figure.units?.["zeroLines"] === "%";
  const zeros = (current[0].access === undefined ? current : figure.series).map((series) => {
    const name = [series.direction.toUpperCase(), ...(series.access === undefined ? [] : [series.access])];
    if (isShare) return `${name.join(" ")} ${formatNumber(series.zeroLines, 1)} %`;
    if (series.access === undefined)
      return `${name[0]} ${formatNumber(series.zeroLines)} of ${formatNumber(series.lines)}`;
    return `${name.join(" ")} ${formatNumber((100 * series.zeroLines) / Math.max(1, series.lines), 1)} %`;
  });
  return [
    `Lines outside the window: ${shares.join(", ")}. Lines without octets, not drawn: ${zeros.join(", ")}.`,
  ];
}
