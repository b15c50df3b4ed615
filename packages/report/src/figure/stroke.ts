/** How lines differ where colour must not be the only difference. */

/** The dash of a line, px; empty is solid. */
export type Dash = readonly number[];
export const SOLID: Dash = [];
/** The week of the report is solid; the last week before it dashed; older ones dotted. */
export function dashOfAge(age: number): Dash {
  if (age === 0) return SOLID;
  return age === 1 ? [6, 3.5] : [1.5, 3];
}
