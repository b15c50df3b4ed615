import type { Quantity, Report } from "@ishizue/analysis";
import { decimalsFor, formatNumber, isExact } from "../quantity/format.ts";
import { type Leaf, leavesOf, separator } from "./leaves.ts";

/** Decimals that are added at the most: numbers of a report have six digits. */
const mostDecimals = 6;

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

/** What `after` says differently from `before`, in the order in which a report is read; what came or went whole is one change. */
export function diffReports(before: Report, after: Report): ReportChange[] {
  const [old, now] = [leavesOf(before), leavesOf(after)];
  const changes: ReportChange[] = [];
  for (const [place, leaf] of old) {
    const other = now.get(place);
    if (other !== undefined && !isSame(leaf, other))
      changes.push({ place, what: "changed", ...printBoth(leaf, other), overlaps: overlap(leaf, other) });
  }
  const [gone, come] = [onlyIn(old, now), onlyIn(now, old)];
  for (const [place, words] of gone)
    changes.push({ place, what: "removed", before: words, after: "", overlaps: null });
  for (const [place, words] of come)
    changes.push({ place, what: "added", before: "", after: words, overlaps: null });
  return inOrder(changes, [...old.keys()], [...now.keys()]);
}

/** Places of `one` that `other` has nothing of, the widest of them, with what stands there or how much. */
function onlyIn(one: ReadonlyMap<string, Leaf>, other: ReadonlyMap<string, Leaf>): Map<string, string> {
  const known = new Set([...other.keys()].flatMap(prefixesOf));
  const values = new Map<string, Leaf[]>();
  for (const [place, leaf] of one) {
    const widest = prefixesOf(place).find((prefix) => !known.has(prefix));
    if (widest === undefined) continue;
    const list = values.get(widest);
    if (list === undefined) values.set(widest, [leaf]);
    else list.push(leaf);
  }
  return new Map(
    [...values].map(([place, [leaf, ...more]]) => [
      place,
      more.length === 0 ? print(leaf) : `${more.length + 1} values`,
    ]),
  );
}

/** "a", "a › b", … of "a › b › c", itself the last. */
function prefixesOf(place: string): string[] {
  const parts = place.split(separator);
  return parts.map((_, index) => parts.slice(0, index + 1).join(separator));
}

/** By where each first stands among the old places; what is new stands after what is before it among the new ones. */
function inOrder(
  changes: readonly ReportChange[],
  old: readonly string[],
  now: readonly string[],
): ReportChange[] {
  const at = new Map<string, number>();
  const put = (place: string, position: number): void => {
    for (const prefix of prefixesOf(place)) if (!at.has(prefix)) at.set(prefix, position);
  };
  for (const [index, place] of old.entries()) put(place, index);
  let last = -1;
  for (const place of now) {
    last = at.get(place) ?? last;
    put(place, last + 0.5);
  }
  return changes.toSorted((a, b) => (at.get(a.place) ?? 0) - (at.get(b.place) ?? 0));
}

/** A change on one line. */
export function describeChange({ place, what, before, after, overlaps }: ReportChange): string {
  const value = what === "added" ? after : before;
  const words = value === "" ? "" : `: ${value}`;
  if (what === "added") return `+ ${place}${words}`;
  if (what === "removed") return `− ${place}${words}`;
  const within = overlaps === null ? "" : overlaps ? " (intervals overlap)" : " (intervals do not overlap)";
  return `  ${place}: ${before} → ${after}${within}`;
}

/** "14 differences: 2 numbers whose intervals do not overlap, 9 whose intervals do, 3 others". */
export function summariseChanges(changes: readonly ReportChange[]): string {
  const apart = changes.filter(({ overlaps }) => overlaps === false).length;
  const within = changes.filter(({ overlaps }) => overlaps === true).length;
  const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;
  return `${count(changes.length, "difference")}: ${count(apart, "number")} whose intervals do not overlap, ${within} whose intervals do, ${count(changes.length - apart - within, "other")}`;
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
  if (one.quantity.unit !== other.quantity.unit || (isExact(one.quantity) && isExact(other.quantity)))
    return null;
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
  if (one.kind === "quantity" && other.kind === "quantity")
    return printQuantities(one.quantity, other.quantity);
  return { before: print(one), after: print(other) };
}

/** With as many decimals as it takes to see what changed. */
function printQuantities(one: Quantity, other: Quantity): { before: string; after: string } {
  let more = 0;
  let [before, after] = [printQuantity(one), printQuantity(other)];
  while (before === after && more < mostDecimals)
    [before, after] = [printQuantity(one, ++more), printQuantity(other, more)];
  return { before, after };
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

function printQuantity({ value, lower, upper, unit }: Quantity, more = 0): string {
  const decimals = Math.max(decimalsFor(unit, [value]), smallDecimals(value)) + more;
  const words = unit === "count" || unit === "1" ? "" : ` ${unit}`;
  if (lower === value && upper === value) return `${formatNumber(value, decimals)}${words}`;
  return `${formatNumber(value, decimals)} (${formatNumber(lower, decimals)}–${formatNumber(upper, decimals)})${words}`;
}

/** Enough for three digits of a small number, so that a change of it can be seen. */
function smallDecimals(value: number): number {
  if (value === 0 || Number.isInteger(value)) return 0;
  return Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value)))));
}
