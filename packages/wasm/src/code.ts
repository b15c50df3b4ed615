/** Instructions in WebAssembly's binary format. */
export type Code = readonly number[];

/** LEB128 of a number from 0 on. */
export function unsigned(value: number): number[] {
  const octets: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) octets.push((rest % 128) | 128);
  return [...octets, rest];
}

/** LEB128 of a 32-bit number with a sign. */
export function signed(value: number): number[] {
  const octets: number[] = [];
  let rest = value | 0;
  for (; rest < -64 || rest > 63; rest >>= 7) octets.push((rest & 127) | 128);
  return [...octets, rest & 127];
}

/** An instruction behind its operands. */
export const of =
  (...opcode: number[]) =>
  (...operands: Code[]): Code => [...operands.flat(), ...opcode];

/** Which memory, how it is aligned (a hint, as a power of two) and how far behind the address. */
export function place(alignment: number, memory: number, offset: number): Code {
  return memory === 0
    ? [alignment, ...unsigned(offset)]
    : [alignment | 0x40, ...unsigned(memory), ...unsigned(offset)];
}

export const load =
  (alignment: number, ...opcode: number[]) =>
  (memory: number, address: Code, offset = 0): Code => [
    ...address,
    ...opcode,
    ...place(alignment, memory, offset),
  ];

export const store =
  (alignment: number, ...opcode: number[]) =>
  (memory: number, address: Code, value: Code, offset = 0): Code => [
    ...address,
    ...value,
    ...opcode,
    ...place(alignment, memory, offset),
  ];
