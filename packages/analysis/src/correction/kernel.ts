import { cellCount, meaningOf } from "./cells.ts";
import { guessPacketSize } from "./packet-sizes.ts";
import type { PacketSize, PacketSizes } from "./packet-sizes.ts";
import { usageBins, usageBinWidth, usageFloor, usageOctets } from "./usage-grid.ts";

/** Five points of Gauss–Hermite quadrature over a standard normal. */
export const normalNodes = [-2.85697001387, -1.355626179974, 0, 1.355626179974, 2.85697001387] as const;
export const normalWeights = [
  0.011257411328, 0.222075922006, 0.533333333333, 0.222075922006, 0.011257411328,
] as const;

/** Likelihoods under this part of a cell's highest are left out. */
const negligible = 1e-7;
/** Packets from which on a line's own noise (under 1 %) is no more than a tenth of a bin. */
const asGoodAsExact = 12_000;
const binLog = usageBinWidth * Math.LN10;

/** Likelihood of a cell over the bins of true usage: `values[i]` is of bin `first + i`. */
export interface KernelRow {
  readonly first: number;
  readonly values: Float64Array;
}

/**
 * How likely each cell is for a line of each usage: rows are worked out when
 * they are first asked for.
 *
 * A cell of k packets: Poisson of mean x/s, s (octets a day that a packet stands
 * for) log-normal about the best guess of the line's mean. A cell of many
 * packets: a Poisson scaled to the line's own variance, averaged over the bin.
 */
export class Kernel {
  readonly #sizes: PacketSizes | null;
  readonly #rows: (KernelRow | undefined)[] = Array.from({ length: cellCount });

  constructor(sizes: PacketSizes | null) {
    this.#sizes = sizes;
  }

  row(cell: number): KernelRow {
    return (this.#rows[cell] ??= this.#make(cell));
  }

  #make(cell: number): KernelRow {
    const meaning = meaningOf(cell);
    const sizes = this.#sizes;
    const likelihood = new Float64Array(usageBins);
    if (meaning.kind === "exact") {
      likelihood[binOf((meaning.from + meaning.to) / 2)] = 1;
    } else if (sizes === null) {
      // Nothing was sampled anywhere: a line without octets has none.
      likelihood[0] = meaning.kind === "zero" ? 1 : 0;
    } else if (meaning.kind === "many") {
      const { from, to, unit } = meaning;
      const packets = 10 ** ((from + to) / 2) / unit;
      const guess = guessPacketSize(sizes, packets, unit);
      const moved = Math.log10(guess.unit / unit);
      fillMany(likelihood, from + moved, to + moved, 1 / (1 / packets + guess.variance));
    } else {
      const packets = meaning.kind === "zero" ? 0 : meaning.packets;
      fillFew(
        likelihood,
        packets,
        guessPacketSize(sizes, packets, meaning.kind === "zero" ? 0 : meaning.unit),
      );
    }
    return trimmed(likelihood);
  }
}

function binOf(log: number): number {
  return Math.max(0, Math.min(usageBins - 1, Math.floor((log - usageFloor) / usageBinWidth + 1e-9)));
}

function fillFew(likelihood: Float64Array, packets: number, { unit, variance }: PacketSize): void {
  const spread = Math.sqrt(Math.log1p(variance));
  let logFactorial = 0;
  for (let i = 2; i <= packets; i++) logFactorial += Math.log(i);
  for (let node = 0; node < normalNodes.length; node++) {
    const perPacket = unit * Math.exp(spread * normalNodes[node] - 0.5 * spread * spread);
    for (let bin = 0; bin < usageBins; bin++) {
      const mean = usageOctets[bin] / perPacket;
      likelihood[bin] += normalWeights[node] * Math.exp(packets * Math.log(mean) - mean - logFactorial);
    }
  }
}

/** A Poisson of so many `packets` (not whole, so that its variance is the line's), seen anywhere in [from, to). */
function fillMany(likelihood: Float64Array, from: number, to: number, packets: number): void {
  if (packets > asGoodAsExact) {
    likelihood[binOf((from + to) / 2)] = 1;
    return;
  }
  const deviation = 1 / Math.sqrt(packets);
  const steps = Math.max(1, Math.ceil((2 * binLog) / deviation));
  const places = [1 / 6, 1 / 2, 5 / 6];
  for (const place of places) {
    const log = (from + place * (to - from)) * Math.LN10;
    for (let bin = 0; bin < usageBins; bin++) {
      const lower = (usageFloor + bin * usageBinWidth) * Math.LN10;
      if (Math.abs(lower + binLog / 2 - log) > binLog + 7 * deviation) continue;
      let sum = 0;
      for (let step = 0; step < steps; step++) {
        const distance = lower + ((step + 0.5) / steps) * binLog - log;
        sum += Math.exp(packets * (1 + distance - Math.exp(distance)));
      }
      likelihood[bin] += sum / steps / places.length;
    }
  }
}

function trimmed(likelihood: Float64Array): KernelRow {
  const highest = likelihood.reduce((a, b) => Math.max(a, b), 0);
  let first = 0;
  let end = likelihood.length;
  while (first < end - 1 && likelihood[first] < negligible * highest) first++;
  while (end > first + 1 && likelihood[end - 1] < negligible * highest) end--;
  return { first, values: likelihood.slice(first, end) };
}
