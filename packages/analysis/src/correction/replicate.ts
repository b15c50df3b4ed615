import type { RandomStream } from "../bootstrap/random.ts";
import { cellOf, fewPackets, meaningOf, packetsOf, zeroCell } from "./cells.ts";
import type { SampledUsage } from "./cells.ts";
import type { Correction } from "./correct.ts";
import { normalNodes, normalWeights } from "./kernel.ts";
import { nothing } from "./maximise.ts";
import { groupOf, guessPacketSize } from "./packet-sizes.ts";
import { usageBinWidth, usageCentre, usageOctets } from "./usage-grid.ts";

/** Lines' weeks as they may have been, and as another sampling of them would have shown them. */
export interface Replicate {
  /** Octets of the week. */
  readonly truth: Float64Array;
  readonly sampled: Float64Array;
  /** Cells of what was sampled. */
  readonly cells: Int32Array;
}

export function makeReplicate(lines: number): Replicate {
  return { truth: new Float64Array(lines), sampled: new Float64Array(lines), cells: new Int32Array(lines) };
}

/** What is known of a line in a cell of few packets, to draw from. */
interface Posterior {
  /** Cumulative over node × bins, then the lines that use nothing; up to 1. */
  readonly cumulative: Float64Array;
  readonly firstBin: number;
  readonly bins: number;
  /** Octets a day that a packet stands for, by node. */
  readonly units: Float64Array;
  readonly withinLine: number;
  readonly meanError: number;
}

/** Lines of so many packets, and exact ones, are known so well that each is in every replicate once: the heaviest make the shares. */
const wellKnown = 20_000;

/** Places of a line in `LineReplicates`, side by side, so that a line drawn by lot costs one cache line. */
const Place = { octets: 0, variance: 1, packets: 2, cell: 3 } as const;
const places = 4;

/**
 * Draws lines, with replacement, as they may truly be given what was sampled of
 * them and the corrected distribution, and from that a new sampling. A statistic
 * of the one less that of the other is its error, as it may be.
 *
 * Few packets: usage and packet size from the line's posterior, then a Poisson
 * count. Many packets: normal about the line's own estimate. Exact lines stay.
 * Source: the parametric bootstrap, Efron and Tibshirani (1993), 6.5.
 */
export class LineReplicates {
  readonly #count: number;
  readonly #lines: Float64Array;
  readonly #correction: Correction;
  readonly #random: RandomStream;
  readonly #posteriors = new Map<number, Posterior>();
  /** Lines that are drawn with replacement. */
  readonly #drawn: Int32Array;

  constructor({ octets, variance, packets }: SampledUsage, correction: Correction, random: RandomStream) {
    this.#correction = correction;
    this.#random = random;
    this.#count = octets.length;
    this.#lines = new Float64Array(places * octets.length);
    const drawn = new Int32Array(octets.length);
    let others = 0;
    for (let i = 0; i < octets.length; i++) {
      this.#lines[places * i + Place.octets] = octets[i];
      this.#lines[places * i + Place.variance] = variance[i];
      this.#lines[places * i + Place.packets] = packets[i];
      this.#lines[places * i + Place.cell] = correction.cells[i];
      if (!this.#isWellKnown(i)) drawn[others++] = i;
    }
    this.#drawn = drawn.subarray(0, others);
  }

  #isWellKnown(i: number): boolean {
    const line = places * i;
    return (
      this.#lines[line + Place.octets] > 0 &&
      (!(this.#lines[line + Place.variance] > 0) || this.#lines[line + Place.packets] >= wellKnown)
    );
  }

  /** Fills every place of `into`: those of all lines, or of so many drawn from all where they are fewer. */
  draw(into: Replicate): void {
    const random = this.#random;
    const lines = this.#lines;
    // The measured mean of packet sizes is off by so many of its standard errors.
    const sizeError = random.normal();
    for (let place = 0; place < into.truth.length; place++) {
      const i =
        into.truth.length < this.#count
          ? Math.floor(random.uniform() * this.#count)
          : this.#isWellKnown(place)
            ? place
            : this.#drawn[Math.floor(random.uniform() * this.#drawn.length)];
      const octets = lines[places * i + Place.octets];
      const variance = lines[places * i + Place.variance];
      const cell = lines[places * i + Place.cell];
      if (octets > 0 && !(variance > 0)) {
        into.truth[place] = octets;
        into.sampled[place] = octets;
        into.cells[place] = cell;
        continue;
      }
      const packets = lines[places * i + Place.packets];
      const count = octets > 0 ? Math.round(packetsOf(octets, variance, packets)) : 0;
      if (count < fewPackets) this.#drawFew(into, place, cell, count, sizeError);
      else this.#drawMany(into, place, octets, variance, count);
    }
  }

  #drawFew(into: Replicate, place: number, cell: number, count: number, sizeError: number): void {
    const random = this.#random;
    const { cumulative, bins, units, firstBin, withinLine, meanError } = this.#posteriorOf(cell, count);
    const at = placeOf(cumulative, random.uniform());
    into.truth[place] = 0;
    into.sampled[place] = 0;
    into.cells[place] = zeroCell;
    if (at === cumulative.length - 1) return;
    const node = Math.floor(at / bins);
    const unit = units[node] * Math.exp(meanError * sizeError);
    const log = usageCentre(firstBin + (at % bins)) + usageBinWidth * (random.uniform() - 0.5);
    const mean = 10 ** log / units[node];
    into.truth[place] = 7 * mean * unit;
    const drawn = poisson(random, mean);
    if (drawn === 0) return;
    // The mean of so many packets is gamma: sizes are not negative.
    const shape = drawn / Math.max(1e-6, withinLine);
    const weekly = 7 * unit * (random.gamma(shape) / shape) * drawn;
    into.sampled[place] = weekly;
    into.cells[place] = cellOf(weekly, weekly, drawn);
  }

  #drawMany(into: Replicate, place: number, octets: number, variance: number, count: number): void {
    const random = this.#random;
    const within = Math.max(0, (variance * count) / (octets * octets) - 1);
    const guess = guessPacketSize(this.#correction.sizes!, count, octets / count / 7);
    const unit = guess.unit * Math.max(0.05, 1 + Math.sqrt(guess.variance) * random.normal());
    const mean = Math.max(1, count + Math.sqrt(count) * random.normal());
    into.truth[place] = 7 * mean * unit;
    const drawn = Math.max(1, Math.round(mean + Math.sqrt(mean) * random.normal()));
    const size = unit * Math.max(0.05, 1 + Math.sqrt(within / drawn) * random.normal());
    const weekly = 7 * drawn * size;
    into.sampled[place] = weekly;
    into.cells[place] = cellOf(weekly, weekly, drawn);
  }

  #posteriorOf(cell: number, count: number): Posterior {
    let posterior = this.#posteriors.get(cell);
    if (posterior === undefined) {
      posterior = makePosterior(this.#correction, cell, count);
      this.#posteriors.set(cell, posterior);
    }
    return posterior;
  }
}

function makePosterior({ sizes, mixture, kernel }: Correction, cell: number, count: number): Posterior {
  if (sizes === null) {
    // Nothing was sampled anywhere: no octets are no octets.
    const units = new Float64Array(0);
    return { cumulative: Float64Array.of(1), firstBin: 0, bins: 0, units, withinLine: 0, meanError: 0 };
  }
  const { first, values } = kernel.row(cell);
  const meaning = meaningOf(cell);
  const guess = guessPacketSize(sizes, count, meaning.kind === "few" ? meaning.unit : 0);
  const spread = Math.sqrt(Math.log1p(guess.variance));
  const units = Float64Array.from(
    normalNodes,
    (node) => guess.unit * Math.exp(spread * node - 0.5 * spread * spread),
  );
  const bins = values.length;
  const cumulative = new Float64Array(units.length * bins + 1);
  let sum = 0;
  for (let node = 0; node < units.length; node++) {
    for (let bin = 0; bin < bins; bin++) {
      const mean = usageOctets[first + bin] / units[node];
      // Poisson, as a part of its highest: the factor is the same for every place.
      const likelihood = Math.exp(count * Math.log(mean / Math.max(1, count)) - mean + count);
      sum += normalWeights[node] * likelihood * mixture[first + bin];
      cumulative[node * bins + bin] = sum;
    }
  }
  sum += cell === zeroCell ? mixture[nothing] : 0;
  cumulative[cumulative.length - 1] = sum;
  for (let i = 0; i < cumulative.length; i++) cumulative[i] /= sum;
  const { withinLine, meanError } = sizes[groupOf(count)];
  return { cumulative, firstBin: first, bins, units, withinLine, meanError };
}

/** First place whose cumulative share is over `u`. */
function placeOf(cumulative: Float64Array, u: number): number {
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulative[middle] > u) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** A Poisson count: by inversion, above a mean of 80 by a normal with its skewness. */
function poisson(random: RandomStream, mean: number): number {
  if (mean > 80) {
    const z = random.normal();
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * z + (z * z - 1) / 6));
  }
  const u = random.uniform();
  let probability = Math.exp(-mean);
  let cumulative = probability;
  let count = 0;
  while (u > cumulative && count < 400) {
    count++;
    probability *= mean / count;
    cumulative += probability;
  }
  return count;
}
