import { zeroCell } from "./cells.ts";
import type { CellCounts } from "./cells.ts";
import type { Kernel } from "./kernel.ts";
import { usageBins } from "./usage-grid.ts";

/** Place of the lines that use nothing at all, behind the bins. */
export const nothing = usageBins;
export const mixtureLength = usageBins + 1;

/** No bin has less than this part of the lines: a cell that nothing explains is not divided by zero. */
const least = 1e-14;

/**
 * One step of expectation–maximisation: into `next` goes how many of the lines
 * each bin is expected to hold, given the cells that they were seen in and the
 * shares `mixture` of the bins. Returns the logarithm of the likelihood of the
 * cells under `mixture` (up to a constant of the cells).
 */
export function expectLines(
  cells: CellCounts,
  kernel: Kernel,
  mixture: Float64Array,
  next: Float64Array,
): number {
  next.fill(0);
  let logLikelihood = 0;
  for (const cell of cells.occupied) {
    const { first, values } = kernel.row(cell);
    const lines = cells.counts[cell];
    let sum = cell === zeroCell ? mixture[nothing] : 0;
    for (let i = 0; i < values.length; i++) sum += mixture[first + i] * values[i];
    logLikelihood += lines * Math.log(sum);
    const scale = lines / sum;
    for (let i = 0; i < values.length; i++) next[first + i] += mixture[first + i] * values[i] * scale;
    if (cell === zeroCell) next[nothing] += mixture[nothing] * scale;
  }
  return logLikelihood;
}

/** Logarithm of the likelihood of cells under a mixture. */
export function logLikelihoodOf(cells: CellCounts, kernel: Kernel, mixture: Float64Array): number {
  let logLikelihood = 0;
  for (const cell of cells.occupied) {
    const { first, values } = kernel.row(cell);
    let sum = cell === zeroCell ? mixture[nothing] : 0;
    for (let i = 0; i < values.length; i++) sum += mixture[first + i] * values[i];
    logLikelihood += cells.counts[cell] * Math.log(sum);
  }
  return logLikelihood;
}

/** Shares of the bins after so many steps from `start`; adds up to 1. */
export function maximise(
  cells: CellCounts,
  kernel: Kernel,
  start: Float64Array,
  steps: number,
): Float64Array {
  let mixture = Float64Array.from(start);
  let next = new Float64Array(mixtureLength);
  for (let step = 0; step < steps; step++) {
    expectLines(cells, kernel, mixture, next);
    normalise(next);
    [mixture, next] = [next, mixture];
  }
  return mixture;
}

/** Makes shares of counts: they add up to 1, but for what `least` adds. */
export function normalise(mixture: Float64Array): void {
  let sum = 0;
  for (let i = 0; i < mixture.length; i++) sum += mixture[i];
  for (let i = 0; i < mixture.length; i++) mixture[i] = Math.max(least, mixture[i] / sum);
}
