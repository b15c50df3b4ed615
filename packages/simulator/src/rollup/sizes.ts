import { LineKind } from "../population/line.ts";
import type { LinePopulation } from "../population/line.ts";
import { Random, RandomStream } from "../random/random.ts";

/**
 * Layer-3 octets that packets of the rollups have: acknowledgements and other small ones, then data packets as
 * long as the ways over PPPoE, tunnels, IPoE and the mobile core let them be. A line has one of each sort.
 */
export const packetSizes = Uint16Array.of(52, 60, 72, 96, 1280, 1378, 1420, 1454, 1492, 1500);
export const sizeCount = packetSizes.length;

/** Indexes into `packetSizes`: the small ones, and the large ones of each kind of line. */
const smallSizes = [0, 1, 2, 3];
const largeSizes: Readonly<Record<number, readonly number[]>> = {
  [LineKind.pppoe]: [7, 7, 7, 5],
  [LineKind.ipoe]: [9, 9, 8, 4],
  [LineKind.business]: [8, 7, 6, 6],
  [LineKind.mobile]: [5, 6, 6, 4],
};

/** Sizes of each line's packets, small × 16 + large. */
export function drawSizes(lines: LinePopulation, seed: number): Uint8Array {
  const sizes = new Uint8Array(lines.count);
  for (let line = 0; line < lines.count; line++) {
    const random = new Random(seed, RandomStream.rollup, line);
    const large = largeSizes[lines.kind[line]];
    sizes[line] = smallSizes[random.below(smallSizes.length)] * 16 + large[random.below(large.length)];
  }
  return sizes;
}
