import { usageBinWidth, usageBins, usageFloor } from "./usage-grid.ts";

/**
 * What sampling left of every line's week: the same place in each array is the
 * same line. `variance` 0 with octets says that the line's octets are exact.
 */
export interface SampledUsage {
  /** Estimated octets of the week. */
  readonly octets: Float64Array;
  /** Variance of that estimate. */
  readonly variance: Float64Array;
  /** Packets sampled. */
  readonly packets: Float64Array;
}

/** Lines with fewer sampled packets are told apart packet by packet. */
export const fewPackets = 64;
/** Octets a day that one sampled packet stands for: 10^0 up to 10^8. */
const unitsPerDecade = 10;
const unitBins = 8 * unitsPerDecade;
/** A published bin of usage has two of these. */
const finePerBin = 2;
const fineBins = usageBins * finePerBin;
const finePerDecade = finePerBin / usageBinWidth;

const firstMany = 1 + (fewPackets - 1) * unitBins;
const firstExact = firstMany + unitBins * fineBins;
export const cellCount = firstExact + fineBins;

/** The cell of lines without a sampled packet. */
export const zeroCell = 0;

/** Packets behind a line's estimate: those sampled. A record cut at the week's end can leave octets without one. */
export function packetsOf(octets: number, variance: number, packets: number): number {
  return packets >= 1 ? packets : Math.max(1, (octets * octets) / variance);
}

/**
 * Cell of one line's week. To the correction the lines of a cell are the same:
 * as many packets of the same mean size and, where there are many, the same octets.
 */
export function cellOf(octets: number, variance: number, packets: number): number {
  if (!(octets > 0)) return zeroCell;
  const daily = octets / 7;
  const fine = (): number => clamp(Math.floor((Math.log10(daily) - usageFloor) * finePerDecade), fineBins);
  if (!(variance > 0)) return firstExact + fine();
  const count = Math.round(packetsOf(octets, variance, packets));
  const unit = clamp(Math.floor(Math.log10(daily / count) * unitsPerDecade), unitBins);
  return count < fewPackets ? 1 + (count - 1) * unitBins + unit : firstMany + unit * fineBins + fine();
}

/** What a cell says of its lines. */
export type CellMeaning =
  | { readonly kind: "zero" }
  /** `unit`: octets a day that a packet stands for. */
  | { readonly kind: "few"; readonly packets: number; readonly unit: number }
  /** log10 of octets a day, from and to. */
  | { readonly kind: "many"; readonly from: number; readonly to: number; readonly unit: number }
  | { readonly kind: "exact"; readonly from: number; readonly to: number };

export function meaningOf(cell: number): CellMeaning {
  if (cell === zeroCell) return { kind: "zero" };
  const unitOf = (bin: number): number => 10 ** ((bin + 0.5) / unitsPerDecade);
  if (cell < firstMany) {
    const unit = (cell - 1) % unitBins;
    return { kind: "few", packets: 1 + (cell - 1 - unit) / unitBins, unit: unitOf(unit) };
  }
  const fine = (cell - firstMany) % fineBins;
  const from = usageFloor + fine / finePerDecade;
  const to = usageFloor + (fine + 1) / finePerDecade;
  if (cell >= firstExact) return { kind: "exact", from, to };
  return { kind: "many", from, to, unit: unitOf((cell - firstMany - fine) / fineBins) };
}

function clamp(index: number, count: number): number {
  return index < 0 ? 0 : index >= count ? count - 1 : index;
}

/** How many lines lie in each cell, with the cells that any line lies in. */
export class CellCounts {
  readonly counts = new Float64Array(cellCount);
  #occupied: number[] = [];

  get occupied(): readonly number[] {
    return this.#occupied;
  }

  /** Lines counted. */
  get lines(): number {
    return this.#occupied.reduce((sum, cell) => sum + this.counts[cell], 0);
  }

  add(cell: number): void {
    if (this.counts[cell] === 0) this.#occupied.push(cell);
    this.counts[cell]++;
  }

  clear(): void {
    for (const cell of this.#occupied) this.counts[cell] = 0;
    this.#occupied = [];
  }
}
