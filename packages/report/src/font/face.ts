/**
 * The fonts that travel with a report: IBM Plex Sans, and IBM Plex Sans JP for what it lacks, cut by their packages into
 * files of some hundred characters each. A report takes along those that its own characters are in.
 */
import japaneseSubsets from "@fontsource/ibm-plex-sans-jp/unicode.json" with { type: "json" };
import latinSubsets from "@fontsource/ibm-plex-sans/unicode.json" with { type: "json" };
import { holds, parseUnicodeRange, type Range, unicodeRangeOf } from "./unicode-range.ts";

/** How a text is set. */
export interface Style {
  readonly weight: 400 | 600;
  readonly italic: boolean;
}

interface Subset {
  /** In the name of its files. */
  readonly name: string;
  readonly ranges: readonly Range[];
}

interface Family {
  readonly name: string;
  readonly folder: string;
  readonly subsets: readonly Subset[];
  readonly hasItalic: boolean;
}

/** One file, and the characters that are taken from it. */
export interface Face {
  readonly family: string;
  readonly style: Style;
  /** Of its package, and so of its licence. */
  readonly folder: string;
  /** In the folder of fonts. */
  readonly file: string;
  readonly unicodeRange: string;
}

/** What the page and the figures are set in, in this order; the rest where the files are not beside them. */
export const SANS =
  "'IBM Plex Sans', 'IBM Plex Sans JP', 'Helvetica Neue', Helvetica, Arial, 'Hiragino Sans', 'Hiragino Kaku Gothic ProN', 'Yu Gothic', 'Noto Sans CJK JP', 'Noto Sans JP', Meiryo, sans-serif";

const FAMILIES: readonly Family[] = [
  {
    name: "IBM Plex Sans",
    folder: "ibm-plex-sans",
    subsets: subsetsOf(latinSubsets),
    hasItalic: true,
  },
  {
    name: "IBM Plex Sans JP",
    folder: "ibm-plex-sans-jp",
    subsets: subsetsOf(japaneseSubsets),
    hasItalic: false,
  },
];

/** Within the ranges of a subset, and yet in no file of it. */
const LACKING = "≤≥";

/** "[12]" in the list is "12" in the name of a file. */
function subsetsOf(ranges: Readonly<Record<string, string>>): Subset[] {
  return Object.entries(ranges).map(([name, range]) => ({
    name: name.replace(/[[\]]/g, ""),
    ranges: parseUnicodeRange(range),
  }));
}

/**
 * The faces that `text` needs in that style, in the order of families and subsets. Characters that no family has are
 * the reader's system's.
 */
export function facesOf(text: string, style: Style): Face[] {
  const taken = new Map<Subset, number[]>();
  for (const letter of new Set(text)) {
    const character = letter.codePointAt(0) as number;
    if (character < 0x20 || LACKING.includes(letter)) continue;
    const subset = FAMILIES.filter(({ hasItalic }) => hasItalic || !style.italic)
      .flatMap(({ subsets }) => subsets)
      .find(({ ranges }) => holds(ranges, character));
    if (subset !== undefined) taken.set(subset, [...(taken.get(subset) ?? []), character]);
  }
  return FAMILIES.flatMap(({ name: family, folder, subsets }) =>
    subsets.flatMap((subset) => {
      const characters = taken.get(subset);
      return characters === undefined
        ? []
        : [
            {
              family,
              style,
              folder,
              file: `${folder}-${subset.name}-${style.weight}-${style.italic ? "italic" : "normal"}.woff2`,
              unicodeRange: unicodeRangeOf(characters),
            },
          ];
    }),
  );
}

/** `@font-face` rules; `folder`: where the files lie, as seen from the page. */
export function faceRules(faces: readonly Face[], folder: string): string {
  return faces
    .map(
      ({ family, style, file, unicodeRange }) =>
        `@font-face { font-family: '${family}'; font-style: ${style.italic ? "italic" : "normal"}; font-weight: ${style.weight}; font-display: swap; src: url(${folder}/${file}) format('woff2'); unicode-range: ${unicodeRange}; }\n`,
    )
    .join("");
}
