/**
 * WebAssembly's binary format, as much of it as the ledger's batch look-up needs: expressions are lists of octets, put
 * together by functions that are named as the instructions are.
 *
 * Source: WebAssembly Core Specification 3.0, chapter 5.
 */

export type Code = readonly number[];

/** A function of i32 parameters and locals (f64 after them), which may return an i32. */
export interface WasmFunction {
  readonly name: string;
  readonly parameters: number;
  readonly returns: boolean;
  readonly locals: number;
  readonly floatLocals: number;
  readonly body: Code;
}

const i32Type = 0x7f;
const f64Type = 0x7c;

function unsigned(value: number): number[] {
  const octets: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) octets.push((rest % 128) | 128);
  return [...octets, rest];
}

function signed(value: number): number[] {
  const octets: number[] = [];
  let rest = value | 0;
  for (; rest < -64 || rest > 63; rest >>= 7) octets.push((rest & 127) | 128);
  return [...octets, rest & 127];
}

const of =
  (...opcode: number[]) =>
  (...operands: Code[]): Code => [...operands.flat(), ...opcode];

export const i32 = {
  const: (value: number): Code => [0x41, ...signed(value)],
  eqz: of(0x45),
  eq: of(0x46),
  ltU: of(0x49),
  geU: of(0x4f),
  add: of(0x6a),
  sub: of(0x6b),
  mul: of(0x6c),
  and: of(0x71),
  or: of(0x72),
  xor: of(0x73),
  shl: of(0x74),
  shrU: of(0x76),
  truncSatF64U: of(0xfc, 3),
  load: (memory: number, address: Code, offset = 0): Code => [...address, 0x28, ...place(2, memory, offset)],
  store: (memory: number, address: Code, value: Code, offset = 0): Code => [
    ...address,
    ...value,
    0x36,
    ...place(2, memory, offset),
  ],
};

export const f64 = {
  zero: [0x44, 0, 0, 0, 0, 0, 0, 0, 0] as Code,
  lt: of(0x63),
  ge: of(0x66),
  sub: of(0xa1),
  mul: of(0xa2),
  convertI32U: of(0xb8),
  load: (memory: number, address: Code, offset = 0): Code => [...address, 0x2b, ...place(3, memory, offset)],
};

function place(alignment: number, memory: number, offset: number): Code {
  return memory === 0
    ? [alignment, ...unsigned(offset)]
    : [alignment | 0x40, ...unsigned(memory), ...unsigned(offset)];
}

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

const magicAndVersion = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

function section(id: number, entries: Code[]): Code {
  const body = [...unsigned(entries.length), ...entries.flat()];
  return [id, ...unsigned(body.length), ...body];
}

function text(name: string): Code {
  const octets = [...Buffer.from(name)];
  return [...unsigned(octets.length), ...octets];
}

/**
 * A module that imports its own memory (0: `own.memory`) and a shared one (1: `shared.memory`), i32 globals and then one
 * f64 global of those names from `is`, and exports the functions.
 */
export function wasmModule(
  globals: readonly string[],
  floatGlobal: string,
  functions: readonly WasmFunction[],
): Uint8Array {
  const imports: Code[] = [
    [...text("own"), ...text("memory"), 0x02, 0x00, ...unsigned(1)],
    [...text("shared"), ...text("memory"), 0x02, 0x03, ...unsigned(1), ...unsigned(65_536)],
    ...globals.map((name) => [...text("is"), ...text(name), 0x03, i32Type, 0]),
    [...text("is"), ...text(floatGlobal), 0x03, f64Type, 0],
  ];
  const types = functions.map(({ parameters, returns }): Code => [
    0x60,
    ...unsigned(parameters),
    ...Array.from({ length: parameters }, () => i32Type),
    ...(returns ? [1, i32Type] : [0]),
  ]);
  const bodies = functions.map(({ locals, floatLocals, body }): Code => {
    const code = [2, ...unsigned(locals), i32Type, ...unsigned(floatLocals), f64Type, ...body, 0x0b];
    return [...unsigned(code.length), ...code];
  });
  return Uint8Array.from([
    ...magicAndVersion,
    ...section(1, types),
    ...section(2, imports),
    ...section(
      3,
      functions.map((_, index) => unsigned(index)),
    ),
    ...section(
      7,
      functions.map(({ name }, index): Code => [...text(name), 0x00, ...unsigned(index)]),
    ),
    ...section(10, bodies),
  ]);
}
