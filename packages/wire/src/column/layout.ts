import { type FieldSpecifier, type Template, variableLength } from "../template/template.ts";
import type { Position } from "./expression.ts";

/** A field with its place in the generated code. */
export type PlacedField = {
  readonly enterprise: number;
  readonly id: number;
  readonly length: number;
  readonly position: Position;
};

/** Every fixed-length field of a record layout with its place, and the source that finds the places. */
export type RecordLayout = {
  readonly fields: readonly PlacedField[];
  /** Statements of a loop body that set the position variables from `o`; empty for a fixed layout. */
  readonly walk: string;
  /** The variable that holds the end of a variable-length record after `walk`. */
  readonly end: string;
};

/**
 * Places the fields of a template. In a fixed layout all lie at constant
 * distances from the record's start `o`; after each variable-length field a
 * new base variable begins. The walk proves every length before it is used
 * and breaks out with `cut = 1` where the set ends too early.
 * Source: RFC 7011, 7.
 */
export function placeFields(template: Template): RecordLayout {
  const fields: PlacedField[] = [];
  let base = "o";
  let distance = 0;
  let bases = 0;
  let walk = "";
  for (const field of template.fields) {
    if (isVariable(field, template.netflow9)) {
      const next = `q${++bases}`;
      walk += `let ${next} = ${base} + ${distance};
        if (${next} >= end) { cut = 1; break; }
        let l${bases} = view.getUint8(${next}++);
        if (l${bases} === 255) {
          if (${next} + 2 > end) { cut = 1; break; }
          l${bases} = view.getUint16(${next});
          ${next} += 2;
        }
        ${next} += l${bases};
      `;
      base = next;
      distance = 0;
    } else {
      fields.push({ ...field, position: { base, distance } });
      distance += field.length;
    }
  }
  if (bases === 0) return { fields, walk: "", end: "" };
  walk += `const next = ${base} + ${distance};
    if (next > end) { cut = 1; break; }
  `;
  return { fields, walk, end: "next" };
}

function isVariable(field: FieldSpecifier, netflow9: boolean): boolean {
  return field.length === variableLength && !netflow9;
}
