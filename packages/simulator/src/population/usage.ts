import { Random, RandomStream, shuffle } from "../random/random.ts";
import { LineKind } from "./line.ts";
import type { LinePopulation } from "./line.ts";
import { stratifiedValues } from "./mixture.ts";
import type { Mixture } from "./mixture.ts";
import { businessMixture, usageMixture } from "./year.ts";

/** Daily usage of every line in a year, octets, mean over the week. */
export interface LineUsage {
  readonly octetsIn: Float64Array;
  readonly octetsOut: Float64Array;
}

/** How much a line's upload follows its download, and last year's place this year's. */
const inOutCorrelation = 0.72;
const yearCorrelation = 0.995;
/** The year whose places the others grow out of, one step a year. */
const originYear = 2007;

/**
 * Draws every line's usage so that even a small population has the year's mean, median, mode and
 * concentration: each group's values are the means of equal slices of the fitted distribution, and lines are
 * ranked into them by a correlated normal pair that moves a little from year to year.
 *
 * Shape: one value a line in the order of `lines`. PPPoE and IPoE consumers are one group, as in table 1.
 */
export function drawUsage(lines: LinePopulation, year: number, seed: number): LineUsage {
  const octetsIn = new Float64Array(lines.count);
  const octetsOut = new Float64Array(lines.count);
  const places = linePlaces(lines, year, seed);
  const draw = (kinds: readonly number[], mixtureIn: Mixture, mixtureOut: Mixture): void => {
    const members = Uint32Array.from(
      Array.from({ length: lines.count }, (_, line) => line).filter((line) =>
        kinds.includes(lines.kind[line]),
      ),
    );
    if (members.length === 0) return;
    // Equal places are as good as impossible, but the order must not depend on the sort.
    shuffle(members, new Random(seed, RandomStream.population, year));
    rankInto(octetsIn, members, places.in, mixtureIn);
    rankInto(octetsOut, members, places.out, mixtureOut);
  };
  draw(
    [LineKind.pppoe, LineKind.ipoe],
    usageMixture("broadband", "in", year),
    usageMixture("broadband", "out", year),
  );
  draw([LineKind.business], businessMixture("in", year), businessMixture("out", year));
  draw([LineKind.mobile], usageMixture("mobile", "in", year), usageMixture("mobile", "out", year));
  return { octetsIn, octetsOut };
}

function rankInto(octets: Float64Array, members: Uint32Array, places: Float64Array, mixture: Mixture): void {
  const order = members.slice().sort((a, b) => places[a] - places[b] || a - b);
  const values = stratifiedValues(mixture, order.length);
  for (let i = 0; i < order.length; i++) octets[order[i]] = values[i];
}

/** A line's place in its group as a pair of correlated normals: an autoregression over the years. */
function linePlaces(
  lines: LinePopulation,
  year: number,
  seed: number,
): { readonly in: Float64Array; readonly out: Float64Array } {
  const placeIn = new Float64Array(lines.count);
  const placeOut = new Float64Array(lines.count);
  const fresh = Math.sqrt(1 - yearCorrelation * yearCorrelation);
  const own = Math.sqrt(1 - inOutCorrelation * inOutCorrelation);
  for (let line = 0; line < lines.count; line++) {
    const origin = new Random(seed, RandomStream.usageYear, line);
    let out = origin.normal();
    let free = origin.normal();
    for (let y = originYear; y < year; y++) {
      out = yearCorrelation * out + fresh * origin.normal();
      free = yearCorrelation * free + fresh * origin.normal();
    }
    placeOut[line] = out;
    placeIn[line] = inOutCorrelation * out + own * free;
  }
  return { in: placeIn, out: placeOut };
}
