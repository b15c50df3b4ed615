import { hostIsLittleEndian, mappedWord } from "../address/word.ts";

/** Where a field lies: a variable of the generated code and a constant distance from it. */
export type Position = { readonly base: string; readonly distance: number };

function at({ base, distance }: Position, more = 0): string {
  const total = distance + more;
  return total === 0 ? base : `${base} + ${total}`;
}

/** Source that reads an unsigned integer of 1 to 8 octets (reduced-size encoding, RFC 7011, 6.2). */
export function unsigned(position: Position, length: number): string {
  const u8 = (more: number) => `view.getUint8(${at(position, more)})`;
  const u16 = (more: number) => `view.getUint16(${at(position, more)})`;
  const u32 = (more: number) => `view.getUint32(${at(position, more)})`;
  switch (length) {
    case 1:
      return u8(0);
    case 2:
      return u16(0);
    case 3:
      return `(${u16(0)} * 256 + ${u8(2)})`;
    case 4:
      return u32(0);
    case 5:
      return `(${u8(0)} * 4294967296 + ${u32(1)})`;
    case 6:
      return `(${u16(0)} * 4294967296 + ${u32(2)})`;
    case 7:
      return `((${u16(0)} * 256 + ${u8(2)}) * 4294967296 + ${u32(3)})`;
    case 8:
      return `(${u32(0)} * 4294967296 + ${u32(4)})`;
    default:
      throw new RangeError(`no integer has ${length} octets`);
  }
}

/** Source that reads the low 32 bits, for columns that have no more. */
export function unsigned32(position: Position, length: number): string {
  if (length <= 4) return unsigned(position, length);
  return `view.getUint32(${at(position, length - 4)})`;
}

/** Source that reads 32 bits as a signed integer. */
export function signed32(position: Position): string {
  return `view.getInt32(${at(position)})`;
}

/** Source that reads the low 16 bits. */
export function unsigned16(position: Position, length: number): string {
  if (length <= 2) return unsigned(position, length);
  return `view.getUint16(${at(position, length - 2)})`;
}

/** Source that reads the low 8 bits. */
export function unsigned8(position: Position, length: number): string {
  return `view.getUint8(${at(position, length - 1)})`;
}

/** Source that reads a float32 or float64. */
export function float(position: Position, length: number): string {
  return length === 8 ? `view.getFloat64(${at(position)})` : `view.getFloat32(${at(position)})`;
}

/**
 * Source of the milliseconds since the Unix epoch of an NTP timestamp. Its
 * seconds wrap in 2036; a moment before 1970 is taken for one after the wrap.
 * Source: RFC 7011, 6.1.9 and 6.1.10.
 */
export function ntpMilliseconds(position: Position): string {
  const seconds = `((view.getUint32(${at(position)}) - 2208988800) >>> 0)`;
  return `(${seconds} * 1000 + Math.floor(view.getUint32(${at(position, 4)}) * 1000 / 4294967296))`;
}

/** Source that reads a word of an address column: bytes stay in network order. */
export function addressWord(position: Position, word: number): string {
  return `view.getUint32(${at(position, 4 * word)}, ${hostIsLittleEndian})`;
}

/** The third word of an IPv4-mapped address, as source. */
export const mappedWordSource = String(mappedWord);
