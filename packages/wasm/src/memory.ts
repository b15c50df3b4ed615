import { type Code, unsigned } from "./code.ts";

export const memory = {
  /** Copies `length` octets from one memory into another. */
  copy: (into: number, at: Code, from: number, fromAt: Code, length: Code): Code => [
    ...at,
    ...fromAt,
    ...length,
    0xfc,
    10,
    ...unsigned(into),
    ...unsigned(from),
  ],
  /** Sets `length` octets. */
  fill: (index: number, at: Code, octet: Code, length: Code): Code => [
    ...at,
    ...octet,
    ...length,
    0xfc,
    11,
    ...unsigned(index),
  ],
};
