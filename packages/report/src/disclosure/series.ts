/** Curves with their bands. */
import { short, widened } from "./widen.ts";

export interface Series {
  readonly value: readonly (number | null)[];
  readonly lower: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
}

/** Divided by `base`, bands reaching out by `half` at least (default 0.5 % of the value); nothing where the base is nothing. */
export function divided({ value, lower, upper }: Series, base: number, half?: number): Series {
  const bands = value.map((each, i) => {
    const [low, high] = [lower[i], upper[i]];
    if (each === null || low === null || high === null || !(base > 0)) return null;
    return low === high
      ? ([low / base, high / base] as const)
      : widened(each / base, low / base, high / base, half);
  });
  return {
    value: value.map((each) => (each === null ? null : base > 0 ? short(each / base) : 0)),
    lower: bands.map((band) => (band === null ? null : short(Math.max(0, band[0])))),
    upper: bands.map((band) => (band === null ? null : short(band[1]))),
  };
}
