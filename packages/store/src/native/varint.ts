/** Bytes of `value` as unsigned LEB128. */
export function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) length++;
  return length;
}

/** Writes `value` as unsigned LEB128 and returns the offset after it. */
export function writeVarint(bytes: Uint8Array, offset: number, value: number): number {
  let rest = value;
  while (rest >= 128) {
    bytes[offset++] = (rest % 128) | 128;
    rest = Math.floor(rest / 128);
  }
  bytes[offset++] = rest;
  return offset;
}
