import type { Quantity, Report } from "@ishizue/analysis";
import { decimalsFor, formatNumber } from "../quantity/format.ts";
import { type Leaf, leavesOf } from "./leaves.ts";

/** One thing that two reports say differently. */
export interface ReportChange {
  /** The keys on the way to it. */
  readonly place: string;
  readonly what: "added" | "removed" | "changed";
  /** In print; empty where there was nothing. */
  readonly before: string;
  readonly after: string;
  /** Whether the 95 % intervals of both have values in common; null where it is no number with one. */
  readonly overlaps: boolean | null;
}

/** What `after` says differently from `before`, in the order in which a report is read. */
export function diffReports(before: Report, after: Report): ReportChange[] {
  const [old, now] = [leavesOf(before), leavesOf(after)];
  const changes: ReportChange[] = [];
  for (const [place, leaf] of old) {
    const other = now.get(place);
    if (other === undefined) {
      changes.push({ place, what: "removed", before: print(leaf), after: "", overlaps: null });
    } else if (!isSame(leaf, other)) {
      changes.push({ place, what: "changed", ...printBoth(leaf, other), overlaps: overlap(leaf, other) });
    }
  }
  for (const [place, leaf] of now) {
    if (!old.has(place))
      changes.push({ place, what: "added", before: "", after: print(leaf), overlaps: null });
  }
  return changes;
}

/** A change on one line. */
export function describeChange({ place, what, before, after, overlaps }: ReportChange): string {
  if (what === "added") return `+ ${place}: ${after}`;
  if (what === "removed") return `− ${place}: ${before}`;
  const within = overlaps === null ? "" : overlaps ? " (intervals overlap)" : " (intervals do not overlap)";
  return `  ${place}: ${before} → ${after}${within}`;
}

function isSame(one: Leaf, other: Leaf): boolean {
  if (one.kind === "quantity" && other.kind === "quantity") {
    const [a, b] = [one.quantity, other.quantity];
    return a.value === b.value && a.lower === b.lower && a.upper === b.upper && a.unit === b.unit;
  }
  if (one.kind === "numbers" && other.kind === "numbers") {
    return (
      one.numbers.length === other.numbers.length &&
      one.numbers.every((number, index) => number === other.numbers[index])
    );
  }
  return one.kind === "plain" && other.kind === "plain" && one.plain === other.plain;
}

function overlap(one: Leaf, other: Leaf): boolean | null {
  if (one.kind !== "quantity" || other.kind !== "quantity") return null;
  if (one.quantity.unit !== other.quantity.unit) return null;
  return one.quantity.lower <= other.quantity.upper && other.quantity.lower <= one.quantity.upper;
}

function printBoth(one: Leaf, other: Leaf): { before: string; after: string } {
  if (one.kind === "numbers" && other.kind === "numbers" && one.numbers.length === other.numbers.length) {
    const largest = largestDifference(one.numbers, other.numbers);
    const count = one.numbers.filter((number, index) => number !== other.numbers[index]).length;
    return {
      before: print(one),
      after: `${count} of them others, by ${Number(largest.toPrecision(3))} at the most`,
    };
  }
  return { before: print(one), after: print(other) };
}

function largestDifference(one: readonly (number | null)[], other: readonly (number | null)[]): number {
  let largest = 0;
  one.forEach((number, index) => {
    largest = Math.max(largest, Math.abs((number ?? 0) - (other[index] ?? 0)));
  });
  return largest;
}

function print(leaf: Leaf): string {
  if (leaf.kind === "plain") return leaf.plain;
  if (leaf.kind === "numbers") return `${leaf.numbers.length} numbers`;
  return printQuantity(leaf.quantity);
}

function printQuantity({ value, lower, upper, unit }: Quantity): string {
  const decimals = Math.max(decimalsFor(unit, [value]), smallDecimals(value));
  const words = unit === "count" || unit === "1" ? "" : ` ${unit}`;
  if (lower === value && upper === value) return `${formatNumber(value, decimals)}${words}`;
  return `${formatNumber(value, decimals)} (${formatNumber(lower, decimals)}–${formatNumber(upper, decimals)})${words}`;
}

/** Enough for three digits of a small number, so that a change of it can be seen. */
function smallDecimals(value: number): number {
  if (value === 0 || Number.isInteger(value)) return 0;
  return Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value)))));
}
