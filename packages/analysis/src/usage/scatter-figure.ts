import { RandomStream } from "../bootstrap/random.ts";
import type { ScatterFigure, Service } from "../result.ts";
import { directionNote, serviceNames } from "../words.ts";
import type { LineUsage } from "./line-usage.ts";
import { cellWidth, countCells, place } from "./scatter-cell.ts";
import { populationNote } from "./usage-table.ts";

/** Lines that are drawn by lot. */
const points = 5000;

/**
 * fig-5, fig-6: IN against OUT of single lines, of those with octets in both
 * directions; `stream` names the lot. Estimates of single lines: what sampling
 * does to each is not taken off. null where no line has both.
 */
export function scatterFigure(
  id: string,
  service: Service,
  week: string,
  usage: LineUsage,
  stream: string,
): ScatterFigure | null {
  const both: number[] = [];
  let oneWay = 0;
  let silent = 0;
  const [into, out] = [usage.in.octets, usage.out.octets];
  for (let line = 0; line < into.length; line++) {
    if (into[line] > 0 && out[line] > 0) both.push(line);
    else if (into[line] > 0 || out[line] > 0) oneWay++;
    else silent++;
  }
  if (both.length === 0) return null;
  const log = (octets: number): number => place(Math.log10(octets / 7));
  const cells = countCells(
    both.length,
    (i) => log(out[both[i]]),
    (i) => log(into[both[i]]),
  );
  const random = new RandomStream(stream);
  const drawn = Math.min(points, both.length);
  // Fisher and Yates, as far as lines are drawn.
  for (let i = 0; i < drawn; i++) {
    const other = i + Math.floor(random.uniform() * (both.length - i));
    [both[i], both[other]] = [both[other], both[i]];
  }
  return {
    kind: "scatter",
    units: { x: "1", y: "1", cellWidth: "1", lines: "count", oneWay: "count", silent: "count" },
    id,
    title: `IN against OUT of ${serviceNames[service]} lines`,
    notes: [
      populationNote(service),
      directionNote,
      `${drawn} of ${both.length} lines with octets in both directions, drawn by lot; log10 of octets a day. ` +
        "A line's place has the sampling error of that line alone.",
    ],
    week,
    service,
    lines: both.length,
    oneWay,
    silent,
    x: both.slice(0, drawn).map((line) => log(out[line])),
    y: both.slice(0, drawn).map((line) => log(into[line])),
    cellWidth,
    cells,
  };
}
