/** Densities of few lines: a bin that holds one line tells what that line uses. */
import type { CorrectedDensity, DensitySeries } from "@ishizue/analysis";

/** First and end bin of each run of bins that are shown as one. */
type Run = readonly [first: number, end: number];

/** Bins of fewer than k lines are joined with their neighbours until there are k, and show the mean of these. */
export function joinedBins(series: DensitySeries, binWidth: number, k: number): DensitySeries {
  return joined(series, runsOf(series.density, (series.lines - series.zeroLines) * binWidth, k));
}

function joined(series: DensitySeries, runs: readonly Run[]): DensitySeries {
  const mean = (values: readonly number[]): number[] => meanOver(values, runs);
  const { corrected } = series;
  return {
    ...series,
    density: mean(series.density),
    lower: mean(series.lower),
    upper: mean(series.upper),
    ...(corrected === undefined || corrected === null ? {} : { corrected: joinedCurve(corrected, mean) }),
  };
}

/**
 * The same for curves of parts of the lines of another figure, as PPPoE and IPoE of all: where the whole stands beside
 * them, what one part has tells the other's. So every part has k lines or none in each run, and all have the same runs.
 */
export function joinedParts(
  parts: readonly DensitySeries[],
  binWidth: number,
  k: number,
): readonly DensitySeries[] {
  const runs = jointRunsOf(
    parts.map(({ density, lines, zeroLines }) =>
      density.map((value) => value * (lines - zeroLines) * binWidth),
    ),
    k,
  );
  return parts.map((series) => joined(series, runs));
}

function joinedCurve(
  curve: CorrectedDensity,
  mean: (values: readonly number[]) => number[],
): CorrectedDensity {
  return { ...curve, density: mean(curve.density), lower: mean(curve.lower), upper: mean(curve.upper) };
}

/**
 * A bin of k lines or more stands alone, one of none too. A run of thinner ones ends as soon as it has k; one that
 * does not come to k joins the run before it, the first one that which follows.
 * `linesPerDensity`: lines of a bin of density 1.
 */
function runsOf(density: readonly number[], linesPerDensity: number, k: number): Run[] {
  // Densities are kept to six digits.
  const enough = k - 1e-3;
  const runs: [number, number][] = [];
  let first = -1;
  let held = 0;
  density.forEach((value, bin) => {
    const lines = value * linesPerDensity;
    const last = runs.at(-1);
    if (first >= 0 && lines >= enough && last !== undefined) {
      last[1] = bin;
      first = -1;
      held = 0;
    }
    if (lines > 0 && first < 0) first = bin;
    held += lines;
    if (first < 0 || held < enough) return;
    runs.push([first, bin + 1]);
    first = -1;
    held = 0;
  });
  if (first < 0) return runs;
  const last = runs.at(-1);
  if (last === undefined) return [[0, density.length]];
  last[1] = density.length;
  return runs;
}

/** Runs in which every part has k lines or none; what is left at the end joins the runs before it. `parts`: lines by bin. */
function jointRunsOf(parts: readonly (readonly number[])[], k: number): Run[] {
  const enough = k - 1e-3;
  const runs: [first: number, end: number][] = [];
  const isOpen = (first: number, end: number): boolean =>
    parts.some((lines) => {
      let held = 0;
      for (let bin = first; bin < end; bin++) held += lines[bin];
      return held > 0 && held < enough;
    });
  let first = 0;
  const bins = parts[0]?.length ?? 0;
  for (let bin = 0; bin < bins; bin++) {
    if (isOpen(first, bin + 1)) continue;
    runs.push([first, bin + 1]);
    first = bin + 1;
  }
  while (first < bins) {
    const last = runs.pop();
    if (last === undefined) return [[0, bins]];
    if (isOpen(last[0], bins)) {
      first = last[0];
      continue;
    }
    runs.push([last[0], bins]);
    first = bins;
  }
  return runs;
}

function meanOver(values: readonly number[], runs: readonly Run[]): number[] {
  const means = [...values];
  for (const [first, end] of runs) {
    if (end - first === 1) continue;
    let sum = 0;
    for (let bin = first; bin < end; bin++) sum += values[bin];
    means.fill(Number((sum / (end - first)).toPrecision(6)), first, end);
  }
  return means;
}
