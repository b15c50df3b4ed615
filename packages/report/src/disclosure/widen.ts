/**
 * Intervals of a normalised report. How wide one is tells how many packets stand behind it, and with them the volume:
 * they reach out so far at least that of most providers' sums they do not.
 */
import type { Quantity } from "@ishizue/analysis";

/** Of a value; of a share, points. */
const leastPart = 0.005;
const leastPoints = 0.05;

/** Both ends, at least `half` from the value, and not under zero where the lower end is not. */
export function widened(
  value: number,
  lower: number,
  upper: number,
  half = leastPart * Math.abs(value),
): [lower: number, upper: number] {
  const from = Math.min(lower, value - half);
  return [short(lower >= 0 ? Math.max(0, from) : from), short(Math.max(upper, value + half))];
}

/** A known number has no interval and gets none. `signed`: no share, but a change. */
export function widenedQuantity(quantity: Quantity, signed = false): Quantity {
  const { value, lower, upper, unit } = quantity;
  if (lower === upper) return quantity;
  if (unit !== "%") {
    const [from, to] = widened(value, lower, upper);
    return { ...quantity, lower: from, upper: to };
  }
  const [from, to] = [Math.min(lower, value - leastPoints), Math.max(upper, value + leastPoints)];
  return {
    ...quantity,
    lower: short(signed ? from : Math.max(0, from)),
    upper: short(signed ? to : Math.min(100, to)),
  };
}

/** Six significant digits, as every number of a report. */
export function short(value: number): number {
  return Number(value.toPrecision(6)) + 0;
}
