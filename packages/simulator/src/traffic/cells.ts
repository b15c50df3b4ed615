import { applicationCount, applications } from "../mix/application.ts";
import { DirectionIndex } from "../mix/split.ts";
import { Random, RandomStream } from "../random/random.ts";

/** Packet size classes of a cell: acknowledgements and other small packets, and full data packets. */
export const sizeClassCount = 2;
/** Cells of a line: direction × application × size class. */
export const cellsPerLine = 2 * applicationCount * sizeClassCount;

/**
 * A week's traffic of every row (a line, or traffic of no line) before it is laid over the hours.
 *
 * Shape: index row × cellsPerLine + (direction × applicationCount + application) × 2 + size class (0 small,
 * 1 large).
 * Units: `packets` a week (not whole), `octetsPerPacket` layer 3.
 */
export interface WeekCells {
  readonly rows: number;
  readonly packets: Float64Array;
  readonly octetsPerPacket: Uint16Array;
}

/** Acknowledgements sent for each data packet that arrives, and how long they are. */
const acknowledgements = 0.45;
const acknowledgementOctets = 66;
const dataOctets = 1400;

/**
 * Turns weekly octets by direction and application into packets of two sizes: each direction carries the
 * acknowledgements of the other, and data packets make up the rest.
 *
 * Shape of `octets`: (row × 2 + direction) × applicationCount + application.
 */
export function makeCells(octets: Float64Array, rows: number, seed: number): WeekCells {
  const packets = new Float64Array(rows * cellsPerLine);
  const octetsPerPacket = new Uint16Array(rows * cellsPerLine);
  for (let row = 0; row < rows; row++) {
    const random = new Random(seed, RandomStream.mix, row, 1);
    const at = row * 2 * applicationCount;
    let totalIn = 0;
    let totalOut = 0;
    for (let app = 0; app < applicationCount; app++) {
      totalIn += octets[at + app];
      totalOut += octets[at + applicationCount + app];
    }
    const smallShare = smallShares(totalIn, totalOut);
    for (let app = 0; app < applicationCount; app++) {
      const { large, largeSpread, small, smallSpread } = applications[app];
      const largeOctets = large - random.below(largeSpread + 1);
      const smallOctets = small + random.below(smallSpread + 1);
      for (const direction of [DirectionIndex.in, DirectionIndex.out]) {
        const share = smallShare[direction];
        const total = octets[at + direction * applicationCount + app];
        const cell = row * cellsPerLine + (direction * applicationCount + app) * sizeClassCount;
        octetsPerPacket[cell] = smallOctets;
        octetsPerPacket[cell + 1] = largeOctets;
        packets[cell] = (total * share) / smallOctets;
        packets[cell + 1] = (total * (1 - share)) / largeOctets;
      }
    }
  }
  return { rows, packets, octetsPerPacket };
}

/** Share of each direction's octets in small packets, IN and OUT. */
export function smallShares(totalIn: number, totalOut: number): readonly [number, number] {
  const acknowledging = (data: number): number =>
    (acknowledgements * acknowledgementOctets * data) / dataOctets;
  const shareIn = totalIn > 0 ? Math.min(0.9, Math.max(0.03, acknowledging(totalOut) / totalIn)) : 0;
  const shareOut =
    totalOut > 0 ? Math.min(0.5, 0.002 + acknowledging(totalIn * (1 - shareIn)) / totalOut) : 0;
  return [shareIn, shareOut];
}

/** Packets of a week in rows [from, to). */
export function packetsOf(cells: WeekCells, from: number, to: number): number {
  let sum = 0;
  for (let i = from * cellsPerLine; i < to * cellsPerLine; i++) sum += cells.packets[i];
  return sum;
}
