/** Rates on an axis: bit/s with the prefix that the highest of them asks for; ratios as they are. */
import type { Unit } from "@ishizue/analysis";

const UNITS = ["bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s", "Pbit/s"];

export interface RateScale {
  /** Values are divided by it before they are drawn. */
  readonly factor: number;
  /** "Gbit/s"; of a ratio what it is relative to. */
  readonly name: string;
}

/** `highest` of all that share the axis; `unit` as the figure tells it, bit/s where it tells none. */
export function rateScale(highest: number, unit: Unit = "bit/s"): RateScale {
  if (unit !== "bit/s") return { factor: 1, name: "relative to the base" };
  const step = highest > 0 ? Math.floor(Math.log10(highest) / 3) : 0;
  const index = Math.min(Math.max(step, 0), UNITS.length - 1);
  return { factor: 1000 ** index, name: UNITS[index] };
}

/** The largest finite value; 0 of none. */
export function highestOf(...lists: readonly (readonly (number | null)[])[]): number {
  let highest = 0;
  for (const list of lists)
    for (const value of list)
      if (value !== null && Number.isFinite(value)) highest = Math.max(highest, value);
  return highest;
}

export function scaled(values: readonly (number | null)[], factor: number): (number | null)[] {
  return values.map((value) => (value === null ? null : value / factor));
}
