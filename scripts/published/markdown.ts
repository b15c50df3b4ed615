/** Tables in Markdown of numbers beside each other. */
import { formatNumber } from "@ishizue/report";
import { type Comparison, differenceOf, digitsOf, isInside, signed } from "./comparison.ts";

export const absent = "–";

/** Every column but the first is of numbers. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |\n`;
  return (
    line(head) +
    line(head.map((_, column) => (column === 0 ? "---" : "---:"))) +
    rows.map((row) => line(row)).join("")
  );
}

/** How a group of columns tells one comparison. */
export interface Shape {
  readonly kind: "relative" | "points";
  /** With the number as sampled, where ours is corrected. */
  readonly plain: boolean;
}

export function headOf(prefix: string, { kind, plain }: Shape): string[] {
  const of = prefix === "" ? "" : `${prefix} `;
  return [
    `${of}published`,
    ...(plain ? ["sampled", "corrected"] : ["ours"]),
    "95 %",
    kind === "points" ? "Δ points" : "Δ %",
  ];
}

/** A difference in bold type: the published number is outside our interval. */
export function cellsOf(one: Comparison, { kind, plain }: Shape): string[] {
  const { published, ours } = one;
  const printed = formatNumber(published.value, published.decimals);
  if (ours === null) return [printed, ...(plain ? [absent] : []), absent, absent, absent];
  const digits = digitsOf(ours);
  const number = (value: number): string => formatNumber(value, digits);
  const difference = differenceOf(one, kind);
  const text = signed(difference);
  return [
    printed,
    ...(plain ? [one.plain === null ? absent : number(one.plain.value)] : []),
    number(ours.value),
    `${number(ours.lower)}–${number(ours.upper)}`,
    isInside(one) ? text : `**${text}**`,
  ];
}
