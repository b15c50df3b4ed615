/** fig-5, fig-6 as they are written: points by lot within cells that hold k lines or more. */
import { cellAt, place, RandomStream, type Report, type ScatterFigure } from "@ishizue/analysis";
import { mapFigures } from "./parts.ts";

/** Cells are made wider by these, until few lines are left out. */
const widenings = [1, 2, 5, 10];
/** A width is wide enough when this part of the lines is shown. */
const shownPart = 0.95;
/** Decimals of a place within its cell. */
const steps = 1000;

export function discloseScatter(report: Report, k: number): Report {
  return mapFigures(report, (figure) =>
    figure.kind === "scatter" ? scattered(figure, k, `${report.seed}/${figure.id}/${figure.week}`) : figure,
  );
}

/** Cells of one width, by the numbers of their places: of all lines, and of the points that were drawn. */
interface Grid {
  readonly width: number;
  readonly lines: ReadonlyMap<string, number>;
  /** Lines in cells of k or more. */
  readonly shown: number;
}

/**
 * A point's place in its cell is drawn anew and owes nothing to where the line was, and the points stand in the order
 * of their cells, not in that of the lines. A figure without counts of all lines shows no point: nobody can say how
 * many lines a cell has.
 */
function scattered(figure: ScatterFigure, k: number, stream: string): ScatterFigure {
  const grid = gridOf(figure, k);
  const random = new RandomStream(`${stream}/place`);
  const points: { cell: [number, number]; x: number; y: number }[] = [];
  figure.x.forEach((x, index) => {
    const cell: [number, number] = [cellAt(x, grid.width), cellAt(figure.y[index], grid.width)];
    if ((grid.lines.get(String(cell)) ?? 0) >= k) points.push({ cell, x: 0, y: 0 });
  });
  points.sort((a, b) => a.cell[0] - b.cell[0] || a.cell[1] - b.cell[1]);
  const within = (cell: number): number =>
    place(cell * grid.width + Math.floor(random.uniform() * grid.width * steps) / steps);
  for (const point of points) {
    point.x = within(point.cell[0]);
    point.y = within(point.cell[1]);
  }
  const cells = [...grid.lines].filter(([, lines]) => lines >= k);
  const corner = (axis: 0 | 1) => cells.map(([cell]) => place(Number(cell.split(",")[axis]) * grid.width));
  const withheld = figure.lines === 0 ? 0 : (100 * (figure.lines - grid.shown)) / figure.lines;
  return {
    ...figure,
    units: { ...figure.units, withheld: "%" },
    notes: [
      ...figure.notes.filter((note) => !note.startsWith(notesBegin)),
      `${notesBegin} within its cell of ${grid.width} by ${grid.width} decades. Cells of fewer than ${k} lines are left out: ${Number(withheld.toPrecision(3))} % of the lines.`,
    ],
    x: points.map(({ x }) => x),
    y: points.map(({ y }) => y),
    cellWidth: grid.width,
    cells: { x: corner(0), y: corner(1), lines: cells.map(([, lines]) => lines) },
    k,
    withheld: Number(withheld.toPrecision(4)),
  };
}

const notesBegin = "A point's place is drawn by lot";

/** The narrowest cells in which most lines have k - 1 others beside them; the widest there are where none do. */
function gridOf(figure: ScatterFigure, k: number): Grid {
  const base = figure.cellWidth ?? 0.1;
  const cells = figure.cells ?? { x: [], y: [], lines: [] };
  let grid: Grid | null = null;
  // Cells that were disclosed are not joined again: what was left out beside them is not counted in them.
  for (const factor of figure.k === undefined ? widenings : [1]) {
    const width = place(base * factor);
    const lines = new Map<string, number>();
    cells.lines.forEach((count, index) => {
      // The middle of a cell is in no doubt as to the wider one that it lies in.
      const [x, y] = [cells.x[index] + base / 2, cells.y[index] + base / 2];
      const cell = `${cellAt(x, width)},${cellAt(y, width)}`;
      lines.set(cell, (lines.get(cell) ?? 0) + count);
    });
    let shown = 0;
    for (const count of lines.values()) if (count >= k) shown += count;
    grid = { width, lines, shown };
    if (shown >= shownPart * figure.lines) break;
  }
  return grid!;
}
