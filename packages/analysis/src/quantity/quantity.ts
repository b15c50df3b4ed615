import type { Quantity, Unit } from "../result.ts";

/** Half-width of a 95 % interval of a normal distribution, in standard deviations. */
export const normal95 = 1.959964;

/** Significant digits of every number that is published: a sum of Float64 in another order must print the same. */
const publishedDigits = 6;

/** A number as it is published. Infinities and NaN are our own fault and stop. */
export function rounded(value: number): number {
  if (!Number.isFinite(value)) throw new RangeError(`not a number to publish: ${value}`);
  return Number.isInteger(value) && Math.abs(value) < 1e6
    ? value + 0
    : Number(value.toPrecision(publishedDigits)) + 0;
}

/** A number known exactly, as a count: lower = value = upper. Printed in full. */
export function exact(value: number, unit: Unit): Quantity {
  return { value, lower: value, upper: value, unit };
}

/** A number with its interval, rounded as published. */
export function quantity(value: number, lower: number, upper: number, unit: Unit): Quantity {
  return { value: rounded(value), lower: rounded(lower), upper: rounded(upper), unit };
}

/** An estimated sum that cannot be negative, from its value and its variance (same unit, squared); `scale` changes the unit. */
export function estimate(value: number, variance: number, unit: Unit, scale = 1): Quantity {
  const half = normal95 * Math.sqrt(Math.max(0, variance));
  return quantity(value * scale, Math.max(0, value - half) * scale, (value + half) * scale, unit);
}

/**
 * Share A/T of independent parts A and B, T = A + B, in %.
 *
 * Var(A/T) = ((1−p)² V_A + p² V_B) / T², the delta method; clipped to 0..100 %.
 * null where T is 0.
 */
export function share(a: number, varianceA: number, b: number, varianceB: number): Quantity | null {
  const total = a + b;
  if (!(total > 0)) return null;
  const p = a / total;
  const half =
    (normal95 * Math.sqrt((1 - p) ** 2 * Math.max(0, varianceA) + p ** 2 * Math.max(0, varianceB))) / total;
  return quantity(100 * p, 100 * Math.max(0, p - half), 100 * Math.min(1, p + half), "%");
}

/**
 * Growth of an estimate over an independent one of an earlier time, in %.
 *
 * The interval is that of the logarithm of their ratio, Var = V/X² + V₀/X₀² (the
 * delta method), so that it lies a little wider upwards. null where either is 0.
 */
export function growth(
  now: number,
  varianceNow: number,
  before: number,
  varianceBefore: number,
): Quantity | null {
  if (!(now > 0 && before > 0)) return null;
  const ratio = now / before;
  const half =
    normal95 * Math.sqrt(Math.max(0, varianceNow) / now ** 2 + Math.max(0, varianceBefore) / before ** 2);
  const percent = (of: number): number => 100 * (of - 1);
  return quantity(percent(ratio), percent(ratio * Math.exp(-half)), percent(ratio * Math.exp(half)), "%");
}
