/** Prefix lengths of the bits in five words of the header, longest first. */
export function lengthsOf(header: Uint32Array, at: number): Uint8Array {
  const found: number[] = [];
  for (let length = 128; length >= 0; length--) {
    if (((header[at + (length >>> 5)] >>> (length & 31)) & 1) === 1) found.push(length);
  }
  return Uint8Array.from(found);
}
