import { type Code, unsigned } from "./code.ts";
import { i32 } from "./scalar.ts";

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];
export const getGlobal = (global: number): Code => [0x23, ...unsigned(global)];

export const when = (condition: Code, yes: Code, no: Code = []): Code => [
  ...condition,
  0x04,
  0x40,
  ...yes,
  ...(no.length > 0 ? [0x05, ...no] : []),
  0x0b,
];

/** Repeats `body` while `condition` holds; looked at before each turn. */
export const during = (condition: Code, body: Code): Code => [
  0x02,
  0x40,
  0x03,
  0x40,
  ...i32.eqz(condition),
  0x0d,
  1,
  ...body,
  0x0c,
  0,
  0x0b,
  0x0b,
];

/** `body` with `local` from 0 until `end`. */
export const each = (local: number, end: Code, body: Code): Code => [
  ...set(local, i32.const(0)),
  ...during(i32.ltU(get(local), end), [...body, ...set(local, i32.add(get(local), i32.const(1)))]),
];

/** Ends the function with a value. */
export const leave = (value: Code): Code => [...value, 0x0f];
