import type { Quantity } from "@ishizue/analysis";
import { formatNumber, formatQuantity } from "../quantity/format.ts";
import type { Change } from "./change.ts";
import { sign } from "./change.ts";

const space = "\u00a0";

/** Most decimals of a change: more cannot be taken in. */
const mostDecimals = 4;

/**
 * Decimals that show what an interval moves: one, more where it is narrower, and so many that the end nearer to zero of a
 * change that is claimed does not print as zero.
 */
function decimalsOf(change: Change): number {
  const { lower, upper } = change;
  const width = upper - lower;
  let decimals = width > 0 ? Math.min(mostDecimals, Math.max(1, Math.ceil(-Math.log10(width)))) : 1;
  const nearest = Math.min(Math.abs(lower), Math.abs(upper));
  if (sign(change) !== 0)
    while (decimals < mostDecimals && Number(nearest.toFixed(decimals)) === 0) decimals++;
  return decimals;
}

/** "18.0 %": how large a change is, without its sign. */
export function sizeOf(change: Change, unit: string): string {
  return `${formatNumber(Math.abs(change.value), decimalsOf(change))}${space}${unit}`;
}

/** "17.2–18.9": of a fall the sizes, the smaller first; of no change both with their signs. */
export function rangeOf(change: Change): string {
  const decimals = decimalsOf(change);
  const { lower, upper } = change;
  const [from, to] = sign(change) < 0 ? [-upper, -lower] : [lower, upper];
  return `${formatNumber(from, decimals)}–${formatNumber(to, decimals)}`;
}

/** "2,369 MB/day", "16.0 %". */
export function plain(quantity: Quantity): string {
  const { number, unit } = formatQuantity(quantity);
  return unit === "" ? number : `${number}${space}${unit}`;
}

/** "5,434–5,478"; empty where the number is exactly known. */
export function boundsOf(quantity: Quantity): string {
  if (quantity.lower === quantity.upper) return "";
  const print = (value: number): string =>
    formatQuantity({ ...quantity, value, lower: value, upper: value }).number;
  return `${print(quantity.lower)}–${print(quantity.upper)}`;
}

/** The same in brackets, with the space before it; empty where there is nothing to put into them. */
export function bracketed(text: string): string {
  return text === "" ? "" : `${space}(${text})`;
}

/** In the brackets of Japanese, which need no space. */
export function bracketedJa(text: string): string {
  return text === "" ? "" : `（${text}）`;
}

/** "1.9", of points and times. */
export function pointsOf(change: Change): string {
  return sizeOf(change, "").trimEnd();
}
