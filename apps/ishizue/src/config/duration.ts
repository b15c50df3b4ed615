import { z } from "zod";

/** 90s, 10m, 1h, 30d, or a number of seconds, in milliseconds; "off" where a bound may be lifted. */
export const duration = z
  .union([
    z.number().nonnegative(),
    z.string().regex(/^\d+(\.\d+)?\s*(ms|s|m|h|d)$/, "write it as 90s, 10m, 1h or 30d"),
  ])
  .transform((value) => {
    if (typeof value === "number") return value * 1000;
    const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/.exec(value);
    if (match === null) throw new Error("unreachable: the expression above matched");
    const unit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[
      match[2] as "ms" | "s" | "m" | "h" | "d"
    ];
    return Number(match[1]) * unit;
  });
