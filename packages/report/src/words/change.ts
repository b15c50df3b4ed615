import type { Quantity } from "@ishizue/analysis";

/** A difference with its 95 % interval. */
export interface Change {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
}

/** Half the width of an interval. */
function half({ lower, upper }: Quantity): number {
  return (upper - lower) / 2;
}

/** `now` less `before`, of two that were sampled apart from one another; null where one is not known. */
export function difference(now: Quantity | null, before: Quantity | null): Change | null {
  if (now === null || before === null || now.unit !== before.unit) return null;
  const value = now.value - before.value;
  const reach = Math.hypot(half(now), half(before));
  return finite({ value, lower: value - reach, upper: value + reach });
}

/** How many times as much `now` is as `before`; null where one is not known or not above zero. */
export function ratio(now: Quantity | null, before: Quantity | null): Change | null {
  if (now === null || before === null || now.unit !== before.unit || !(before.lower > 0)) return null;
  const value = now.value / before.value;
  // First order: the relative errors of both add up in squares.
  const reach = value * Math.hypot(half(now) / now.value, half(before) / before.value);
  return now.value > 0 ? finite({ value, lower: value - reach, upper: value + reach }) : null;
}

/** By how many per cent `now` is more than `before`; null where one is not known or `before` is not above zero. */
export function growth(now: Quantity | null, before: Quantity | null): Change | null {
  const times = ratio(now, before);
  if (times === null) return null;
  const percent = (value: number): number => 100 * (value - 1);
  return { value: percent(times.value), lower: percent(times.lower), upper: percent(times.upper) };
}

/** 1: more, −1: less, 0: the interval holds no change too. */
export function sign({ lower, upper }: Change): -1 | 0 | 1 {
  if (lower > 0) return 1;
  return upper < 0 ? -1 : 0;
}

function finite(change: Change): Change | null {
  return [change.value, change.lower, change.upper].every(Number.isFinite) ? change : null;
}
