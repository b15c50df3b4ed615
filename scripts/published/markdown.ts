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
  /** With what the simulated lines truly did. */
  readonly truth?: boolean;
}

export function headOf(prefix: string, { kind, plain, truth }: Shape): string[] {
  const of = prefix === "" ? "" : `${prefix} `;
  return [
    `${of}published`,
    ...(truth === true ? ["simulated"] : []),
    ...(plain ? ["sampled", "corrected"] : ["ours"]),
    "95 %",
    kind === "points" ? "Δ points" : "Δ %",
  ];
}

/** A difference in bold type: the published number is outside our interval. */
export function cellsOf(one: Comparison, { kind, plain, truth }: Shape): string[] {
  const { published, ours } = one;
  const printed = formatNumber(published.value, published.decimals);
  const digits = ours === null ? 0 : digitsOf(ours);
  const number = (value: number | undefined): string =>
    value === undefined ? absent : formatNumber(value, digits);
  const difference = differenceOf(one, kind);
  const text = signed(difference);
  return [
    printed,
    ...(truth === true ? [number(one.truth)] : []),
    ...(plain ? [number(one.plain?.value)] : []),
    ...(ours === null
      ? [absent, absent, absent]
      : [
          number(ours.value),
          `${number(ours.lower)}–${number(ours.upper)}`,
          isInside(one) ? text : `**${text}**`,
        ]),
  ];
}
