import { cumulative, logMode } from "./mixture.ts";
import type { Mixture } from "./mixture.ts";

/** The published grid: bins of 0.05 in log10 of octets a day, centred on its multiples. */
const binLog = 0.05 * Math.LN10;
/** Bins at or over this part of the highest belong to the hump. */
const humpHeight = 0.8;

/** Bin of the published grid that a number of octets a day lies in. */
export function binOf(octets: number): number {
  return Math.round(Math.log(octets) / binLog);
}

/** ln of the middle of that bin. */
export function binCentre(octets: number): number {
  return binLog * binOf(octets);
}

/** ln of the mode of a mixture, as tables take it from a density on the grid. */
export function humpTop(mixture: Mixture): number {
  const below = (bin: number): number => cumulative(mixture, binLog * (bin - 0.5));
  return binLog * topOfHump((bin) => below(bin + 1) - below(bin), Math.round(logMode(mixture) / binLog));
}

/**
 * Place on the grid, between its bins too, of the top of the hump about bin `near`: that of the least-squares quadratic
 * through the bins about the highest that have 80 % of it.
 */
export function topOfHump(shareOf: (bin: number) => number, near: number): number {
  let highest = near;
  for (const step of [1, -1]) while (shareOf(highest + step) > shareOf(highest)) highest += step;
  const floor = humpHeight * shareOf(highest);
  let first = highest;
  let last = highest;
  while (shareOf(first - 1) >= floor) first--;
  while (shareOf(last + 1) >= floor) last++;
  const shares = Array.from({ length: last - first + 1 }, (_, i) => shareOf(first + i));
  return 0.5 * (first + last) + quadraticTop(shares);
}

/** Place of the top from the middle of values that stand side by side; 0 where they have none. */
function quadraticTop(values: readonly number[]): number {
  const reach = 0.5 * (values.length - 1);
  // About the middle the sums of odd powers are nothing: slope and curvature come apart.
  let s2 = 0;
  let s4 = 0;
  let t0 = 0;
  let t1 = 0;
  let t2 = 0;
  for (const [i, value] of values.entries()) {
    const x = i - reach;
    s2 += x * x;
    s4 += x ** 4;
    t0 += value;
    t1 += x * value;
    t2 += x * x * value;
  }
  const n = values.length;
  const curvature = (n * t2 - s2 * t0) / (n * s4 - s2 * s2);
  return curvature < 0 ? -t1 / s2 / (2 * curvature) : 0;
}
