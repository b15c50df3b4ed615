import { isMapped, networkWord } from "./word.ts";

/**
 * The text of the address in the four words at `wordOffset`.
 *
 * Shape: `words` holds network-order bytes (see word.ts).
 * Outcomes: IPv4-mapped addresses as dotted IPv4 (`192.0.2.1`), all others in
 * the recommended form: lower case, no leading zeros, the longest run of two or
 * more zero groups (the first of equals) as `::`.
 * Source: RFC 5952, section 4.
 */
export function formatAddress(words: Uint32Array, wordOffset: number): string {
  if (isMapped(words, wordOffset)) {
    const value = networkWord(words[wordOffset + 3]);
    return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
  }
  let runStart = -1;
  let runLength = 1;
  for (let group = 0; group < 8; group++) {
    let end = group;
    while (end < 8 && groupAt(words, wordOffset, end) === 0) end++;
    if (end - group > runLength) {
      runStart = group;
      runLength = end - group;
    }
    if (end > group) group = end;
  }
  let text = "";
  for (let group = 0; group < 8; group++) {
    if (group === runStart) {
      text += "::";
      group += runLength - 1;
      continue;
    }
    if (text !== "" && !text.endsWith(":")) text += ":";
    text += groupAt(words, wordOffset, group).toString(16);
  }
  return text;
}

function groupAt(words: Uint32Array, wordOffset: number, group: number): number {
  const value = networkWord(words[wordOffset + (group >> 1)]);
  return (group & 1) === 0 ? value >>> 16 : value & 0xffff;
}
