import { windowBins } from "./grid.ts";
import { findMode } from "./mode.ts";

/** Errors of a kind of mode in bins of the grid, counted; no error is in the middle, at `windowBins`. */
export type ModeErrors = Float64Array;

/** Shares of the bins of the window in one replicate: as they were found, and as they are. */
export interface DensityPair {
  readonly found: Float64Array;
  readonly truth: Float64Array;
}

/**
 * How far the modes of densities lie from the truth over replicates of them.
 *
 * Where a replicate has fewer lines than there are, its density is noisier than theirs: what replicates differ from their
 * mean by is made smaller by `scale`, the root of the ratio, and then the modes are taken.
 */
export function countModeErrors(
  replicates: readonly DensityPair[],
  scale: number,
): { readonly middle: ModeErrors; readonly highest: ModeErrors } {
  const middle = new Float64Array(2 * windowBins + 1);
  const highest = new Float64Array(2 * windowBins + 1);
  const found = calmed(
    replicates.map((each) => each.found),
    scale,
  );
  const truth = calmed(
    replicates.map((each) => each.truth),
    scale,
  );
  found.forEach((density, i) => {
    const mode = findMode(density);
    const real = findMode(truth[i]);
    if (mode === null || real === null) return;
    middle[windowBins + mode.middle - real.middle]++;
    highest[windowBins + mode.highest - real.highest]++;
  });
  return { middle, highest };
}

/** Densities nearer to their mean. */
function calmed(densities: readonly Float64Array[], scale: number): readonly Float64Array[] {
  if (scale >= 1) return densities;
  const mean = new Float64Array(windowBins);
  for (const density of densities) for (let bin = 0; bin < windowBins; bin++) mean[bin] += density[bin];
  return densities.map((density) =>
    density.map(
      (share, bin) => mean[bin] / densities.length + scale * (share - mean[bin] / densities.length),
    ),
  );
}
