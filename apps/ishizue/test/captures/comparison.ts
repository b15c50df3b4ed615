import type { FieldValue, MessageRecord } from "@ishizue/wire";

/** One value on which a reference and this project do not agree. */
export type Difference = {
  readonly where: string;
  readonly name: string;
  readonly reference: string;
  readonly ours: string;
};

/** What comparing one case with one reference found. */
export class Comparison {
  /** Values of the reference that were looked at and compared. */
  values = 0;
  readonly differences: Difference[] = [];

  /** Compares one value; `ours` undefined says that we have none of that name. */
  equal(where: string, name: string, reference: string, ours: string | undefined): void {
    this.values++;
    if (ours === reference) return;
    this.differences.push({ where, name, reference, ours: ours ?? "(none)" });
  }
}

/** A value as text; one with parts as JSON. */
export function textOf(value: FieldValue): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

/** Every value of a record under one of `names`, repeated elements one by one. */
export function valuesOf(record: MessageRecord, names: readonly string[]): FieldValue[] {
  const values: FieldValue[] = [];
  for (const name of names) {
    const value = record[name];
    if (value === undefined) continue;
    if (Array.isArray(value)) values.push(...(value as FieldValue[]));
    else values.push(value);
  }
  return values;
}

/**
 * Compares the values that a reference gives for one field of one record with
 * ours: each must be among ours, as often as the reference has it.
 */
export function compareField(
  comparison: Comparison,
  where: string,
  name: string,
  references: readonly string[],
  ours: readonly string[],
): void {
  const left = [...ours];
  for (const reference of references) {
    const index = left.indexOf(reference);
    if (index >= 0) {
      left.splice(index, 1);
      comparison.equal(where, name, reference, reference);
    } else {
      comparison.equal(where, name, reference, left.length === 0 ? undefined : left.join(" | "));
    }
  }
}
