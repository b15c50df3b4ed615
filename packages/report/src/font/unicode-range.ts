/** Sets of characters as CSS writes them. Source: CSS Fonts 4, 4.5 (`unicode-range`). */

/** First and last code point. */
export type Range = readonly [from: number, to: number];

/** "U+0000-00FF,U+2122", without wildcards. */
export function parseUnicodeRange(text: string): Range[] {
  return text.split(",").map((part): Range => {
    const [from, to] = part.trim().slice(2).split("-");
    return [parseInt(from, 16), parseInt(to ?? from, 16)];
  });
}

export function holds(ranges: readonly Range[], character: number): boolean {
  return ranges.some(([from, to]) => from <= character && character <= to);
}

/** The shortest writing of these code points, in order. */
export function unicodeRangeOf(characters: Iterable<number>): string {
  const runs: [from: number, to: number][] = [];
  for (const character of [...new Set(characters)].toSorted((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] === character - 1) run[1] = character;
    else runs.push([character, character]);
  }
  const hex = (character: number): string => character.toString(16).toUpperCase();
  return runs.map(([from, to]) => (from === to ? `U+${hex(from)}` : `U+${hex(from)}-${hex(to)}`)).join(",");
}
