/** How a page marks its words; every function gives the text itself where there is no colour. */
export interface Paint {
  readonly head: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly bad: (text: string) => string;
}

const same = (text: string): string => text;

export const plain: Paint = { head: same, dim: same, good: same, warn: same, bad: same };

/** ECMA-48 select graphic rendition: of the sixteen colours that a terminal's own theme keeps readable. */
export const coloured: Paint = {
  head: sgr(1, 22),
  dim: sgr(2, 22),
  good: sgr(32, 39),
  warn: sgr(33, 39),
  bad: sgr(31, 39),
};

function sgr(on: number, off: number): (text: string) => string {
  return (text) => `\u001b[${on}m${text}\u001b[${off}m`;
}
