import { applicationCount } from "../mix/application.ts";
import type { PortTable } from "../mix/port.ts";
import { lineKindNames } from "../population/line.ts";
import { hypergeometric } from "../random/binomial.ts";
import { Random, RandomStream } from "../random/random.ts";
import type { RollupProvider, RollupWeek } from "./provider.ts";
import { packetSizes, sizeCount } from "./sizes.ts";

/**
 * Rows of `port_hour` of one kind of line, direction and hour.
 *
 * Shape: one value a port of the provider's table; rows without a sampled packet are none.
 * Units: sampled packets, octets in them and Σb², N not in them.
 */
export interface PortHour {
  readonly kind: number;
  readonly direction: number;
  /** Index of the hour in the week. */
  readonly hour: number;
  readonly packets: Float64Array;
  readonly octets: Float64Array;
  readonly squared: Float64Array;
}

/**
 * Deals the sampled packets of each kind, direction, size and hour to ports: true packets by the mix of that hour,
 * sampled ones among them without replacement, so that ports add up to what the lines have. True octets are added
 * to `truth`: (kind × 2 + direction) × ports + port.
 */
export function* portHours(
  provider: RollupProvider,
  prepared: RollupWeek,
  truth: Float64Array,
): Generator<PortHour, void, undefined> {
  const { ports, seed } = provider;
  const { week, sums, input } = prepared;
  const hours = week.hours.length;
  const count = ports.port.length;
  const packets = new Float64Array(count);
  const octets = new Float64Array(count);
  const squared = new Float64Array(count);
  for (let kind = 0; kind < lineKindNames.length; kind++) {
    for (let direction = 0; direction < 2; direction++) {
      const random = new Random(seed, RandomStream.rollupTotals, 1, week.startMs, kind * 2 + direction);
      const trueOctets = new Float64Array(applicationCount);
      for (let hour = 0; hour < hours; hour++) {
        packets.fill(0);
        octets.fill(0);
        squared.fill(0);
        const mix = ((kind * 2 + direction) * hours + hour) * applicationCount;
        const ends = runningEnds(input.shape.application.subarray(mix, mix + applicationCount));
        for (let size = 0; size < sizeCount; size++) {
          const cell = sums.place(kind, direction, size) + hour;
          const bytes = packetSizes[size];
          const dealt = new Deal(sums.packets[cell], sums.sampled[cell], random);
          const give = (port: number, sampled: number): void => {
            packets[port] += sampled;
            octets[port] += sampled * bytes;
            squared[port] += sampled * bytes * bytes;
          };
          for (let app = 0; app < applicationCount && dealt.left > 0; app++) {
            const sampled = dealt.next(ends[app]);
            trueOctets[app] += dealt.whole * bytes;
            dealToPorts(dealt.whole, sampled, ports.first[app], ports.count[app], random, give);
          }
        }
        yield { kind, direction, hour, packets, octets, squared };
      }
      addPortTruth(ports, trueOctets, truth.subarray((kind * 2 + direction) * count));
    }
  }
}

/** One application's sampled packets among its ports, which have equal parts of it. */
function dealToPorts(
  whole: number,
  sampled: number,
  first: number,
  count: number,
  random: Random,
  give: (port: number, sampled: number) => void,
): void {
  if (sampled === 0) return;
  if (count === 1) give(first, sampled);
  else if (8 * sampled < whole && sampled < count) {
    // So few of so many that to draw one twice is as good as impossible.
    for (let i = 0; i < sampled; i++) give(first + random.below(count), 1);
  } else {
    const dealt = new Deal(whole, sampled, random);
    for (let i = 0; i < count; i++) give(first + i, dealt.next((i + 1) / count));
  }
}

/** Adds a week's true octets of the applications to those of their ports, to the octet. */
function addPortTruth(ports: PortTable, trueOctets: Float64Array, truth: Float64Array): void {
  for (let app = 0; app < applicationCount; app++) {
    const count = ports.count[app];
    let given = 0;
    for (let i = 0; i < count; i++) {
      const end = Math.floor((trueOctets[app] * (i + 1)) / count);
      truth[ports.first[app] + i] += end - given;
      given = end;
    }
  }
}

/** Shares out whole things by running ends of weights (the last is 1), and how many of each were sampled. */
export class Deal {
  /** Things of the last share. */
  whole = 0;
  /** Things not given yet, and sampled ones among them. */
  left: number;
  #sampled: number;
  #given = 0;
  readonly #all: number;
  readonly #random: Random;

  constructor(all: number, sampled: number, random: Random) {
    this.#all = all;
    this.left = all;
    this.#sampled = sampled;
    this.#random = random;
  }

  /** Gives the share up to `end`, and says how many of it were sampled. */
  next(end: number): number {
    this.whole = Math.min(this.left, Math.floor(this.#all * end + 1e-6) - this.#given);
    const sampled = hypergeometric(this.whole, this.left, this.#sampled, this.#random);
    this.#given += this.whole;
    this.left -= this.whole;
    this.#sampled -= sampled;
    return sampled;
  }
}

/** Running ends of the applications' shares of one hour; the last is 1. */
function runningEnds(applications: Float64Array): Float64Array {
  const total = applications.reduce((a, b) => a + b, 0);
  const ends = new Float64Array(applicationCount);
  let end = 0;
  for (let app = 0; app < applicationCount; app++) {
    end += total > 0 ? applications[app] / total : 0;
    ends[app] = end;
  }
  ends[applicationCount - 1] = 1;
  return ends;
}
