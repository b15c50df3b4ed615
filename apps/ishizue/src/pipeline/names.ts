/**
 * UTF-8 bytes of line names by index, made once each: what the store's encoder
 * asks for, a row at a time. Names of an index never change.
 */
export function nameBytes(lines: { name(index: number): string }): (index: number) => Uint8Array {
  const encoder = new TextEncoder();
  const cache: Uint8Array[] = [];
  return (index) => (cache[index] ??= encoder.encode(lines.name(index)));
}
