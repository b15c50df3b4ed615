/**
 * The published grid of daily usage: bins of 0.05 in log10(octets a day),
 * centred on multiples of 0.05, drawn over 10^4..10^11. A mode of 224 MB is the
 * bin centred on 10^8.35, which holds 10^8.325 up to 10^8.375.
 */
export const binWidth = 0.05;
export const window: readonly [number, number] = [4, 11];
/** Bins whose centres lie in the window, both ends included. */
export const windowBins = 141;

const binsPerDecade = 20;

/** log10 octets a day at the middle of a bin of the window. */
export function binCentre(bin: number): number {
  return Math.round(100 * (window[0] + bin / binsPerDecade)) / 100;
}

/** Octets a day at the middle of a bin of the window. */
export function binOctets(bin: number): number {
  return 10 ** binCentre(bin);
}
