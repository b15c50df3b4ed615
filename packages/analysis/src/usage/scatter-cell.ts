/** Cells of the plane of IN against OUT, both log10 octets a day: within one, lines are not told apart. */

import type { ScatterCells } from "../result.ts";

/** Decades. Wider cells are made of whole ones. */
export const cellWidth = 0.1;

/** Places are whole numbers of this part of a decade: what is in a cell does not hang on the last bit of a sum. */
const partsOfDecade = 100_000;

/** A place as it is written. */
export function place(log10Octets: number): number {
  return Math.round(log10Octets * partsOfDecade) / partsOfDecade + 0;
}

/** Number of the cell that a place is in; the cell's lower end is this times the width. */
export function cellAt(log10Octets: number, width = cellWidth): number {
  return Math.floor(Math.round(log10Octets * partsOfDecade) / Math.round(width * partsOfDecade));
}

/** Lines by cell, in the order of their corners; `xAt` and `yAt` give a line's place. */
export function countCells(
  lines: number,
  xAt: (line: number) => number,
  yAt: (line: number) => number,
): ScatterCells {
  const columns = new Map<number, Map<number, number>>();
  for (let line = 0; line < lines; line++) {
    const x = cellAt(xAt(line));
    const y = cellAt(yAt(line));
    let column = columns.get(x);
    if (column === undefined) columns.set(x, (column = new Map()));
    column.set(y, (column.get(y) ?? 0) + 1);
  }
  const cells: { x: number[]; y: number[]; lines: number[] } = { x: [], y: [], lines: [] };
  const ascending = (a: readonly [number, unknown], b: readonly [number, unknown]): number => a[0] - b[0];
  for (const [x, column] of [...columns].sort(ascending)) {
    for (const [y, count] of [...column].sort(ascending)) {
      cells.x.push(place(x * cellWidth));
      cells.y.push(place(y * cellWidth));
      cells.lines.push(count);
    }
  }
  return cells;
}
