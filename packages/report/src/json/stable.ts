/**
 * JSON with the same bytes for the same value: keys sorted (a schema name
 * first, so that a reader meets it first), lists of plain values on one line.
 * Numbers that are not finite become null, as JSON has none.
 */
export function stableJson(value: unknown): string {
  return `${write(value, "")}\n`;
}

function write(value: unknown, indent: string): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item !== "object" || item === null))
      return `[${value.map((item) => write(item, "")).join(",")}]`;
    return `[\n${value.map((item) => inner + write(item, inner)).join(",\n")}\n${indent}]`;
  }
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .toSorted(([a], [b]) => order(a, b));
  if (entries.length === 0) return "{}";
  if (entries.every(([, item]) => typeof item !== "object") && "value" in value && "unit" in value)
    return `{ ${entries.map(([key, item]) => `${JSON.stringify(key)}: ${write(item, "")}`).join(", ")} }`;
  const lines = entries.map(([key, item]) => `${inner}${JSON.stringify(key)}: ${write(item, inner)}`);
  return `{\n${lines.join(",\n")}\n${indent}}`;
}

/** By UTF-16 code units: the order must not depend on a locale. */
function order(a: string, b: string): number {
  if (a === b) return 0;
  if (a === "schema") return -1;
  if (b === "schema") return 1;
  return a < b ? -1 : 1;
}
