/**
 * Address words: an IPv6 address is four 32-bit words in a Uint32Array whose
 * *bytes* lie in network order, so a column of them can be handed to a store
 * as it is. On a little-endian host the numeric value of such a word is
 * therefore the byte-swapped number; only the functions here know that.
 */

/** True where the host keeps the low byte first (x86, ARM); pass it to DataView reads of address words. */
export const hostIsLittleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/**
 * Turns a number (first octet in the high byte) into an address word, or an
 * address word into a number: the operation is its own inverse.
 */
export function networkWord(value: number): number {
  if (!hostIsLittleEndian) return value >>> 0;
  return ((value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0;
}

/** The third word of ::ffff:a.b.c.d, the form in which IPv4 is kept (RFC 4291, 2.5.5.2). */
export const mappedWord = networkWord(0x0000ffff);

/** Whether the four words at `wordOffset` hold an IPv4 address in its mapped form. */
export function isMapped(words: Uint32Array, wordOffset: number): boolean {
  return words[wordOffset] === 0 && words[wordOffset + 1] === 0 && words[wordOffset + 2] === mappedWord;
}
