/** A report laid out as places with a value each, so that two can be held against one another. */
import type { Quantity, Report } from "@ishizue/analysis";

export type Leaf =
  | { readonly kind: "quantity"; readonly quantity: Quantity }
  | { readonly kind: "numbers"; readonly numbers: readonly (number | null)[] }
  | { readonly kind: "plain"; readonly plain: string };

/** Which of a list's objects is meant: by what names it, not by where it stands. */
const naming = ["id", "week", "service", "access", "direction", "label"];

/** Every value by its place: the keys on the way, parts of lists by their own names. In reading order. */
export function leavesOf(report: Report): Map<string, Leaf> {
  const leaves = new Map<string, Leaf>();
  visit(report, [], leaves);
  return leaves;
}

/** Between the parts of a place. */
export const separator = " › ";

function visit(value: unknown, place: readonly string[], leaves: Map<string, Leaf>): void {
  const put = (leaf: Leaf): void => {
    leaves.set(place.join(separator), leaf);
  };
  if (value === undefined) return;
  if (Array.isArray(value)) {
    if (value.every((item) => item === null || typeof item === "number"))
      put({ kind: "numbers", numbers: value as (number | null)[] });
    // Notes, weeks: each says by itself that it is there.
    else if (value.every((item) => typeof item === "string"))
      for (const item of value) leaves.set([...place, item].join(separator), { kind: "plain", plain: "" });
    else value.forEach((item, index) => visit(item, [...place, nameOf(item, index)], leaves));
    return;
  }
  if (typeof value !== "object" || value === null) {
    put({ kind: "plain", plain: typeof value === "string" ? value : JSON.stringify(value) });
    return;
  }
  if (isQuantity(value)) {
    put({ kind: "quantity", quantity: value });
    return;
  }
  for (const [key, part] of Object.entries(value)) visit(part, [...place, key], leaves);
}

function isQuantity(value: object): value is Quantity {
  return (
    "value" in value && "lower" in value && "upper" in value && "unit" in value && !Array.isArray(value.value)
  );
}

function nameOf(item: unknown, index: number): string {
  if (typeof item !== "object" || item === null) return String(index);
  // A key says which of them by itself.
  if ("key" in item && typeof item.key === "string") return item.key;
  const words = naming.flatMap((name) => {
    const word = (item as Record<string, unknown>)[name];
    return typeof word === "string" ? [word] : [];
  });
  return words.length > 0 ? words.join(" ") : String(index);
}
