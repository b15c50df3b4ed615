import type { PlacedField } from "./layout.ts";

/** Names an element by [enterprise, id]; a bare id is IANA's. */
export type ElementKey = number | readonly [enterprise: number, id: number];

/**
 * The first field of the layout that is one of `keys`, tried in their order,
 * and that has between `least` and `most` octets. Where an element occurs more
 * than once the first is the outermost.
 */
export function chooseField(
  fields: readonly PlacedField[],
  keys: readonly ElementKey[],
  least = 1,
  most = 8,
): PlacedField | undefined {
  for (const key of keys) {
    const [enterprise, id] = typeof key === "number" ? [0, key] : key;
    const found = fields.find(
      (field) =>
        field.enterprise === enterprise && field.id === id && field.length >= least && field.length <= most,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}
