import { Random, RandomStream, shuffle } from "../random/random.ts";
import { LineKind } from "./line.ts";
import type { LinePopulation } from "./line.ts";
import { stratifiedValues } from "./mixture.ts";
import { businessMixture, usageMixture, usageTarget } from "./year.ts";
import type { UsageDirection, UsageService } from "./year.ts";

/** Daily usage of every line in a year, octets, mean over the week. */
export interface LineUsage {
  readonly octetsIn: Float64Array;
  readonly octetsOut: Float64Array;
}

/** How much a line's upload follows its download, and last year's place this year's. */
const inOutCorrelation = 0.72;
const yearCorrelation = 0.995;
/** How much the IPoE line of a household follows its PPPoE line. */
const householdCorrelation = 0.6;
/** The year whose places the others grow out of, one step a year. */
const originYear = 2007;

/**
 * Draws every line's usage so that even a small population has the year's mean, median, mode and
 * concentration: each group's values are the means of equal slices of the fitted distribution, and lines are
 * ranked into them by a correlated normal pair that moves a little from year to year.
 *
 * Shape: one value a line in the order of `lines`. PPPoE and IPoE consumers are one group, as in table 1.
 * Lines whose `active` is 0 are none of the population and have nothing.
 */
export function drawUsage(lines: LinePopulation, year: number, seed: number, active?: Uint8Array): LineUsage {
  const octetsIn = new Float64Array(lines.count);
  const octetsOut = new Float64Array(lines.count);
  const places = linePlaces(lines, year, seed);
  const draw = (
    kinds: readonly number[],
    valuesOf: (direction: UsageDirection, count: number) => Float64Array,
  ): void => {
    const members = membersOf(lines, kinds, active);
    if (members.length === 0) return;
    // Equal places are as good as impossible, but the order must not depend on the sort.
    shuffle(members, new Random(seed, RandomStream.population, year));
    rankInto(octetsIn, members, places.in, valuesOf("in", members.length));
    rankInto(octetsOut, members, places.out, valuesOf("out", members.length));
  };
  draw([LineKind.pppoe, LineKind.ipoe], (direction, count) =>
    usageValues("broadband", direction, year, count),
  );
  draw([LineKind.business], (direction, count) => stratifiedValues(businessMixture(direction, year), count));
  draw([LineKind.mobile], (direction, count) => usageValues("mobile", direction, year, count));
  return { octetsIn, octetsOut };
}

/** Lines of some kinds that are there, in order. */
function membersOf(lines: LinePopulation, kinds: readonly number[], active?: Uint8Array): Uint32Array {
  const members = new Uint32Array(lines.count);
  let count = 0;
  for (let line = 0; line < lines.count; line++) {
    if (kinds.includes(lines.kind[line]) && (active === undefined || active[line] === 1))
      members[count++] = line;
  }
  return members.slice(0, count);
}

/** `stratifiedValues` of a year; part of the way between two published years, as far between the values of both. */
function usageValues(
  service: UsageService,
  direction: UsageDirection,
  year: number,
  count: number,
): Float64Array {
  const from = Math.floor(year);
  const { shapeYear: first } = usageTarget(service, direction, from);
  const { shapeYear: second } = usageTarget(service, direction, from + 1);
  if (from === year || first === second) {
    return stratifiedValues(usageMixture(service, direction, year), count);
  }
  const values = stratifiedValues(usageMixture(service, direction, from), count);
  const later = stratifiedValues(usageMixture(service, direction, from + 1), count);
  return values.map((value, i) => value * (later[i] / value) ** (year - from));
}

function rankInto(
  octets: Float64Array,
  members: Uint32Array,
  places: Float64Array,
  values: Float64Array,
): void {
  const order = members.slice().sort((a, b) => places[a] - places[b] || a - b);
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
  const origins = new Float64Array(lines.count);
  const fresh = Math.sqrt(1 - yearCorrelation * yearCorrelation);
  const own = Math.sqrt(1 - inOutCorrelation * inOutCorrelation);
  for (let line = 0; line < lines.count; line++) {
    const origin = new Random(seed, RandomStream.usageYear, line);
    let out = origin.normal();
    let free = origin.normal();
    const partner = lines.partner[line];
    if (partner >= 0) {
      const apart = Math.sqrt(1 - householdCorrelation * householdCorrelation);
      out = householdCorrelation * origins[partner] + apart * out;
    }
    origins[line] = out;
    for (let y = originYear; y < year; y++) {
      out = yearCorrelation * out + fresh * origin.normal();
      free = yearCorrelation * free + fresh * origin.normal();
    }
    placeOut[line] = out;
    placeIn[line] = inOutCorrelation * out + own * free;
  }
  return { in: placeIn, out: placeOut };
}
