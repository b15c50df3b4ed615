/**
 * The colours of every figure. Each differs from the others in lightness too,
 * so the figures survive a greyscale printer; none carries meaning alone: lines
 * differ in stroke and are named where they run. Blue and vermilion stay apart
 * for every common kind of colour blindness (Okabe and Ito, 2008).
 *
 * In the page each value is replaced by a custom property of the same name, so
 * that the figures follow the reader's light or dark setting; values are
 * therefore all different.
 */
export const PALETTE = {
  ink: "#1d2530",
  soft: "#59626f",
  rule: "#a9b0ba",
  hair: "#e4e7eb",
  paper: "#ffffff",
  wash: "#f1f3f5",
  out: "#134469",
  in: "#b4521a",
  total: "#2b3440",
  green: "#1f7550",
  violet: "#7d4a9f",
  teal: "#3a8f89",
  grey: "#8b939e",
  alarm: "#a3242b",
} as const;

export type Colour = (typeof PALETTE)[keyof typeof PALETTE];

/** The same roles on a dark page. */
export const DARK: Readonly<Record<keyof typeof PALETTE, string>> = {
  ink: "#e9ebef",
  soft: "#a5adb9",
  rule: "#5b6470",
  hair: "#2c323b",
  paper: "#15181d",
  wash: "#1f242b",
  out: "#6ca6e8",
  in: "#f5b27e",
  total: "#d9dee6",
  green: "#3fa878",
  violet: "#c79fe4",
  teal: "#4f9d97",
  grey: "#6f7885",
  alarm: "#ff8f8f",
};
