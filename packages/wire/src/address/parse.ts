import { mappedWord, networkWord } from "./word.ts";

const groups = new Uint16Array(8);

/**
 * Writes the address that `text` spells into the four words at `wordOffset`.
 *
 * Shape: network-order bytes (see word.ts); IPv4 as ::ffff:a.b.c.d.
 * Outcomes: true; false where `text` is not exactly one address (zone
 * identifiers, prefix lengths, blanks and IPv4 numbers with a leading zero,
 * which some parsers read as octal, are refused), and then nothing is written.
 * Source: RFC 4291, section 2.2; dotted quads as inet_pton reads them.
 */
export function parseAddress(text: string, words: Uint32Array, wordOffset: number): boolean {
  if (!text.includes(":")) {
    const value = dottedQuad(text, 0);
    if (value < 0) return false;
    words[wordOffset] = 0;
    words[wordOffset + 1] = 0;
    words[wordOffset + 2] = mappedWord;
    words[wordOffset + 3] = networkWord(value);
    return true;
  }
  if (!readGroups(text)) return false;
  for (let word = 0; word < 4; word++) {
    words[wordOffset + word] = networkWord(((groups[2 * word] << 16) | groups[2 * word + 1]) >>> 0);
  }
  return true;
}

/** The value of the dotted quad that fills `text` from `start`, or -1. */
function dottedQuad(text: string, start: number): number {
  let value = 0;
  let octets = 0;
  let position = start;
  while (octets < 4) {
    let octet = 0;
    let digits = 0;
    for (; position < text.length; position++, digits++) {
      const digit = text.charCodeAt(position) - 48;
      if (digit < 0 || digit > 9) break;
      if (digits > 0 && octet === 0) return -1;
      octet = octet * 10 + digit;
      if (octet > 255) return -1;
    }
    if (digits === 0) return -1;
    value = value * 256 + octet;
    octets++;
    if (octets < 4 && text.charCodeAt(position++) !== 46) return -1;
  }
  return position === text.length ? value : -1;
}

/** Reads `text` as eight groups into the scratch array; false where it is no IPv6 address. */
function readGroups(text: string): boolean {
  let count = 0;
  let gap = -1;
  let position = 0;
  if (text.startsWith("::")) {
    gap = 0;
    position = 2;
  }
  while (position < text.length) {
    if (count === 8) return false;
    const start = position;
    let group = 0;
    for (; position < text.length; position++) {
      const digit = hexDigit(text.charCodeAt(position));
      if (digit < 0) break;
      if (position - start === 4) return false;
      group = group * 16 + digit;
    }
    if (position < text.length && text[position] === ".") {
      const value = dottedQuad(text, start);
      if (value < 0 || count > 6) return false;
      groups[count++] = Math.floor(value / 65536);
      groups[count++] = value % 65536;
      break;
    }
    if (position === start) return false;
    groups[count++] = group;
    if (position === text.length) break;
    if (text[position++] !== ":") return false;
    if (text[position] === ":") {
      if (gap >= 0) return false;
      gap = count;
      position++;
    } else if (position === text.length) {
      return false;
    }
  }
  if (gap < 0) return count === 8;
  if (count > 7) return false;
  const after = count - gap;
  groups.copyWithin(8 - after, gap, count);
  groups.fill(0, gap, 8 - after);
  return true;
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
