import { type Code, unsigned } from "./code.ts";

export const memory = {
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
