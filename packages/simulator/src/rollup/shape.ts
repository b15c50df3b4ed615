import { applicationCount, applications } from "../mix/application.ts";
import { directionShares } from "../mix/split.ts";
import { applicationShares } from "../mix/year.ts";
import { hourWeight } from "../population/hours.ts";
import { LineKind, lineKindFacts, lineKindNames } from "../population/line.ts";
import { Random, RandomStream } from "../random/random.ts";
import type { SimulatedWeek } from "../week/week.ts";

/** Ways in which a line's day can depart from its kind's, and how far each hour does (natural log). */
export const habitCount = 64;
const habitSigma = 0.7;

/**
 * What all lines of a week have in common.
 *
 * Units: `application` octets of an application in an hour, and `base` those of all of them, relative, over the
 * hours of the week: 1 in all for each kind and direction.
 */
export interface WeekShape {
  /** ((kind × 2 + direction) × hours + hour) × applications + application. */
  readonly application: Float64Array;
  /** (kind × 2 + direction) × hours + hour. */
  readonly base: Float64Array;
  /** habit × 24 + hour of the day; 1 in the mean of all habits at every hour. */
  readonly habit: Float64Array;
}

/** `totals`: octets of each kind and direction, kind × 2 + direction, from which the mix of each direction follows. */
export function weekShape(week: SimulatedWeek, totals: Float64Array, seed: number): WeekShape {
  const hours = week.hours.length;
  const application = new Float64Array(lineKindNames.length * 2 * hours * applicationCount);
  const base = new Float64Array(lineKindNames.length * 2 * hours);
  for (const [kind, name] of lineKindNames.entries()) {
    const shares = mixOf(kind, week.year, totals);
    for (let direction = 0; direction < 2; direction++) {
      const first = (kind * 2 + direction) * hours;
      for (const [app, { lean }] of applications.entries()) {
        const weights = week.hours.map(({ day, hour }) => hourWeight(name, lean, day + 1, hour));
        const sum = weights.reduce((a, b) => a + b, 0);
        for (let hour = 0; hour < hours; hour++) {
          const weight = (shares[direction][app] * weights[hour]) / sum;
          application[(first + hour) * applicationCount + app] = weight;
          base[first + hour] += weight;
        }
      }
    }
  }
  return { application, base, habit: drawHabits(seed) };
}

/** Shares of the applications in each direction of a kind of line. PPPoE and business lines are one group, as in table 3. */
function mixOf(kind: number, year: number, totals: Float64Array): readonly [Float64Array, Float64Array] {
  const shares = applicationShares(lineKindFacts[lineKindNames[kind]].service, year);
  // Over IPv6 alone, ICMP would be another protocol number: left out.
  if (kind === LineKind.ipoe) shares[applications.findIndex(({ key }) => key === "icmp")] = 0;
  const group = kind === LineKind.business ? LineKind.pppoe : kind;
  const other = group === LineKind.pppoe ? LineKind.business : group;
  const of = (direction: number): number =>
    totals[group * 2 + direction] + (other === group ? 0 : totals[other * 2 + direction]);
  const both = directionShares(shares, of(0), of(1));
  return [both.in, both.out];
}

function drawHabits(seed: number): Float64Array {
  const habit = new Float64Array(habitCount * 24);
  const random = new Random(seed, RandomStream.rollupTotals, 0);
  for (let i = 0; i < habit.length; i++) habit[i] = Math.exp(habitSigma * random.normal());
  for (let hour = 0; hour < 24; hour++) {
    let sum = 0;
    for (let which = 0; which < habitCount; which++) sum += habit[which * 24 + hour];
    for (let which = 0; which < habitCount; which++) habit[which * 24 + hour] *= habitCount / sum;
  }
  return habit;
}
