import { type Code, load, of, signed, store } from "./code.ts";

export const i32 = {
  const: (value: number): Code => [0x41, ...signed(value)],
  eqz: of(0x45),
  eq: of(0x46),
  ne: of(0x47),
  ltU: of(0x49),
  gtU: of(0x4b),
  geU: of(0x4f),
  ctz: of(0x68),
  popcnt: of(0x69),
  add: of(0x6a),
  sub: of(0x6b),
  mul: of(0x6c),
  /** Traps where the divisor is 0. */
  remU: of(0x70),
  and: of(0x71),
  or: of(0x72),
  xor: of(0x73),
  shl: of(0x74),
  shrS: of(0x75),
  shrU: of(0x76),
  rotl: of(0x77),
  truncSatF64U: of(0xfc, 3),
  load: load(2, 0x28),
  load8U: load(0, 0x2d),
  load16U: load(1, 0x2f),
  store: store(2, 0x36),
  store8: store(0, 0x3a),
  store16: store(1, 0x3b),
};

export const i64 = {
  ne: of(0x52),
  load: load(3, 0x29),
  truncSatF64U: of(0xfc, 7),
  store: store(3, 0x37),
};

export const f64 = {
  zero: [0x44, 0, 0, 0, 0, 0, 0, 0, 0] as Code,
  const: (value: number): Code => [0x44, ...new Uint8Array(Float64Array.of(value).buffer)],
  lt: of(0x63),
  ge: of(0x66),
  sub: of(0xa1),
  mul: of(0xa2),
  convertI32U: of(0xb8),
  load: load(3, 0x2b),
  store: store(3, 0x39),
};
