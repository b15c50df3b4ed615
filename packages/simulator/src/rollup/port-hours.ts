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
      const weights = portWeights(ports);
      for (let hour = 0; hour < hours; hour++) {
        packets.fill(0);
        octets.fill(0);
        squared.fill(0);
        const mix = ((kind * 2 + direction) * hours + hour) * applicationCount;
        weights.fill(input.shape.application.subarray(mix, mix + applicationCount));
        for (let size = 0; size < sizeCount; size++) {
          const cell = sums.place(kind, direction, size) + hour;
          const bytes = packetSizes[size];
          const dealt = new Deal(sums.packets[cell], sums.sampled[cell], random);
          for (let port = 0; port < count && dealt.left > 0; port++) {
            const sampled = dealt.next(weights.ends[port]);
            truth[(kind * 2 + direction) * count + port] += dealt.whole * bytes;
            packets[port] += sampled;
            octets[port] += sampled * bytes;
            squared[port] += sampled * bytes * bytes;
          }
        }
        yield { kind, direction, hour, packets, octets, squared };
      }
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

/** Running ends of the ports' shares of one hour. */
function portWeights(ports: PortTable): {
  readonly ends: Float64Array;
  fill: (applications: Float64Array) => void;
} {
  const ends = new Float64Array(ports.port.length);
  return {
    ends,
    fill: (applications) => {
      const total = applications.reduce((a, b) => a + b, 0);
      let end = 0;
      for (let app = 0; app < applicationCount; app++) {
        const share = total > 0 ? applications[app] / total / ports.count[app] : 0;
        for (let i = 0; i < ports.count[app]; i++) {
          end += share;
          ends[ports.first[app] + i] = end;
        }
      }
      ends[ends.length - 1] = 1;
    },
  };
}
