import { binWidth, window, windowBins } from "../usage/grid.ts";

/**
 * The grid that daily usage is corrected on: the published bins, on both sides
 * past the published window, from 10^2 to 10^13 octets a day.
 */
export const usageFloor = 2 - binWidth / 2;
export const usageBinWidth = binWidth;
export const usageBins = 221;
/** Where the window's first bin is. */
export const windowStart = Math.round((window[0] - 2) / binWidth);
export const windowEnd = windowStart + windowBins;

/** log10 octets a day at the middle of a bin. */
export function usageCentre(bin: number): number {
  return 2 + bin * binWidth;
}

/** Octets a day at the middle of each bin. */
export const usageOctets = Float64Array.from({ length: usageBins }, (_, bin) => 10 ** usageCentre(bin));
