import { Random, RandomStream } from "../random/random.ts";
import { LineKind } from "./line.ts";
import type { LinePopulation } from "./line.ts";

/**
 * How many times as many lines a service has as a year before, where the reports' growth of a service and of the
 * mean line tell it (totals of growth.csv over the means of tables 1 and 2), and in other years.
 */
const lineGrowth = {
  broadband: {
    usual: 1.02,
    years: new Map([
      [2022, 1.12],
      [2023, 1],
    ]),
  },
  mobile: { usual: 1.15, years: new Map([[2023, 1.15]]) },
} as const;
/** Years before the last one asked for that are looked at; whoever was there before has always been there. */
const memory = 40;

/**
 * When each line joined, as the year of published figures (fractions: part of the way to the next), so that the
 * whole population is there in `lastYear` and fewer before. Nobody leaves.
 */
export function joinedYears(lines: LinePopulation, lastYear: number, seed: number): Float64Array {
  const joined = new Float64Array(lines.count);
  for (let line = 0; line < lines.count; line++) {
    const place = 1 - new Random(seed, RandomStream.line, line, 1).uniform();
    joined[line] = yearOfShare(
      lines.kind[line] === LineKind.mobile ? "mobile" : "broadband",
      place,
      lastYear,
    );
  }
  return joined;
}

/** The year in which a service has `share` (0, 1] of the lines of `lastYear`; −Infinity before memory. */
function yearOfShare(service: keyof typeof lineGrowth, share: number, lastYear: number): number {
  const { usual, years } = lineGrowth[service];
  const wanted = Math.log(share);
  let level = 0;
  let year = lastYear;
  for (let step = 0; step < memory; step++) {
    const within = Math.ceil(year);
    const part = year - (within - 1);
    const rate = Math.log(years.get(within) ?? usual);
    if (level - part * rate < wanted) return year - (level - wanted) / rate;
    level -= part * rate;
    year = within - 1;
  }
  return -Infinity;
}

/** 1 of every line that is there in `year`. */
export function activeLines(joined: Float64Array, year: number): Uint8Array {
  return Uint8Array.from(joined, (from) => (from <= year ? 1 : 0));
}
