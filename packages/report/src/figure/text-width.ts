/** How wide words are, so that what stands beside them can be placed: figures are laid out without a browser. */

/** Advance widths of IBM Plex Sans Regular, thousandths of the size, from the space to "~". */
const ASCII = [
  236, 333, 419, 713, 500, 927, 778, 242, 335, 335, 500, 600, 272, 399, 272, 383, 600, 600, 600, 600, 600,
  600, 600, 600, 600, 600, 292, 292, 600, 600, 600, 444, 921, 641, 653, 621, 671, 583, 559, 695, 707, 400,
  510, 634, 501, 812, 707, 708, 606, 722, 640, 581, 572, 678, 722, 891, 722, 722, 580, 333, 278, 333, 600,
  500, 333, 534, 580, 503, 580, 549, 324, 528, 568, 250, 250, 527, 272, 873, 568, 560, 580, 580, 367, 487,
  351, 568, 492, 768, 507, 499, 464, 480, 200, 480, 541,
];
/** Of other letters and signs, and of Japanese ones. */
const other = 600;
const square = 1000;
const firstSquare = 0x2e80;

/** px, of a text in one line; `size` in px. A little less than the heavy cut takes. */
export function textWidth(words: string, size: number): number {
  let sum = 0;
  for (const letter of words) {
    const character = letter.codePointAt(0) as number;
    sum += ASCII[character - 0x20] ?? (character >= firstSquare ? square : other);
  }
  return (sum * size) / 1000;
}
