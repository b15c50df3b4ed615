/** What the parts of the example are made of. */
import type { Quantity, Unit } from "@ishizue/analysis";

export const WEEK = "2026-W20";
export const BEFORE = "2025-W20";
export const HOURS = Array.from({ length: 168 }, (_, hour) => hour);

export function exact(value: number, unit: Unit): Quantity {
  return { value, lower: value, upper: value, unit };
}

export function estimate(value: number, half: number, unit: Unit): Quantity {
  return { value, lower: value - half, upper: value + half, unit };
}

/** Numerical Recipes' linear congruence: 0 ≤ x < 1, the same everywhere. */
export function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export const POPULATION = (service: string): string[] => [
  `Consumer ${service} lines with a lease during the week, one row a line; a line's daily usage is its week divided by 7.`,
  "IN is from the line to the provider (upload), OUT is to the line (download).",
];

export const RANKED =
  "Consumer lines with a lease during the week, those without octets among them; ranked in each direction by itself.";

export const REPLICATES =
  "95 % intervals are of packet sampling alone, from 200 bootstrap replicates (means: from the variance sums).";

/** Six significant digits, as the analyses round what is only drawn. */
export function short(value: number): number {
  return Number(value.toPrecision(6));
}
