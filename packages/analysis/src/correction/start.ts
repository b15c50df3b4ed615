import { zeroCell } from "./cells.ts";
import type { CellCounts } from "./cells.ts";
import type { Kernel } from "./kernel.ts";
import { expectLines, logLikelihoodOf, mixtureLength, nothing, normalise } from "./maximise.ts";
import { usageBinWidth, usageBins, usageCentre } from "./usage-grid.ts";

/** Humps of the smooth start, and the steps that they are fitted by. */
const humps = 3;
const coldSteps = 60;
const warmSteps = 20;
const narrowest = 0.15;

/** Normal in log10 of octets a day. */
interface Hump {
  weight: number;
  mean: number;
  deviation: number;
}

export interface SmoothStart {
  /** Shares of the bins, as in `maximise`. */
  readonly mixture: Float64Array;
  readonly humps: readonly Readonly<Hump>[];
  /** Share of the lines that use nothing. */
  readonly idle: number;
}

/**
 * A smooth first guess of how usage is distributed: three log-normal humps and a
 * share of lines that use nothing, fitted to the cells by expectation–maximisation.
 *
 * What lies under a packet's worth a week is told by the sample only as a whole;
 * there the guess's own shape stays. Lines without a packet are lines that use
 * little, unless that some use nothing is likelier by more than one number fitted
 * more would make it (Schwarz's criterion).
 */
export function smoothStart(cells: CellCounts, kernel: Kernel): SmoothStart {
  const next = new Float64Array(mixtureLength);
  expectLines(cells, kernel, new Float64Array(mixtureLength).fill(1 / mixtureLength), next);
  const { mean, deviation } = momentsOf(next);
  const first = Array.from({ length: humps }, (_, i) => ({
    weight: 1 / humps,
    mean: mean + (i - (humps - 1) / 2) * deviation,
    deviation: Math.max(narrowest, deviation),
  }));
  const lines = cells.lines;
  const zeroShare = cells.counts[zeroCell] / Math.max(1, lines);
  const busy = fitHumps(cells, kernel, first, 0, coldSteps);
  if (zeroShare === 0) return busy;
  const withIdle = fitHumps(cells, kernel, first, zeroShare / 2, coldSteps);
  const gain =
    logLikelihoodOf(cells, kernel, withIdle.mixture) - logLikelihoodOf(cells, kernel, busy.mixture);
  return gain > 0.5 * Math.log(lines) ? withIdle : busy;
}

/** The smooth guess of other cells of about the same distribution. */
export function refitStart(
  cells: CellCounts,
  kernel: Kernel,
  { humps: fitted, idle }: SmoothStart,
): SmoothStart {
  return fitHumps(cells, kernel, fitted, idle, warmSteps);
}

function fitHumps(
  cells: CellCounts,
  kernel: Kernel,
  first: readonly Readonly<Hump>[],
  firstIdle: number,
  steps: number,
): SmoothStart {
  const fitted = first.map((hump) => ({ ...hump }));
  const parts = fitted.map(() => new Float64Array(usageBins));
  const mixture = new Float64Array(mixtureLength);
  const next = new Float64Array(mixtureLength);
  let idle = firstIdle;
  mix(fitted, idle, parts, mixture);
  for (let step = 0; step < steps; step++) {
    expectLines(cells, kernel, mixture, next);
    normalise(next);
    idle = next[nothing];
    refit(fitted, parts, next);
    mix(fitted, idle, parts, mixture);
  }
  return { mixture, humps: fitted, idle };
}

/** Moves every hump to the mean and deviation of its part of the expected lines. */
function refit(fitted: Hump[], parts: readonly Float64Array[], expected: Float64Array): void {
  const all = new Float64Array(usageBins);
  for (const part of parts) for (let bin = 0; bin < usageBins; bin++) all[bin] += part[bin];
  for (const [i, part] of parts.entries()) {
    let weight = 0;
    let sum = 0;
    let squares = 0;
    for (let bin = 0; bin < usageBins; bin++) {
      if (part[bin] === 0) continue;
      const lines = (expected[bin] * part[bin]) / all[bin];
      const x = usageCentre(bin);
      weight += lines;
      sum += lines * x;
      squares += lines * x * x;
    }
    const hump = fitted[i];
    hump.weight = weight;
    if (weight < 1e-9) continue;
    hump.mean = sum / weight;
    hump.deviation = Math.max(narrowest, Math.sqrt(Math.max(0, squares / weight - hump.mean ** 2)));
  }
}

/** Fills in each hump's weight over the bins, and the mixture of them all. */
function mix(
  fitted: readonly Hump[],
  idle: number,
  parts: readonly Float64Array[],
  mixture: Float64Array,
): void {
  mixture.fill(0);
  for (const [i, { weight, mean, deviation }] of fitted.entries()) {
    const part = parts[i];
    const scale = (weight * usageBinWidth) / (deviation * Math.sqrt(2 * Math.PI));
    for (let bin = 0; bin < usageBins; bin++) {
      const away = (usageCentre(bin) - mean) / deviation;
      // Past eight deviations there is nothing of a hump.
      part[bin] = Math.abs(away) < 8 ? scale * Math.exp(-0.5 * away * away) : 0;
      mixture[bin] += part[bin];
    }
  }
  mixture[nothing] = idle;
  normalise(mixture);
}

function momentsOf(expected: Float64Array): { mean: number; deviation: number } {
  let weight = 0;
  let sum = 0;
  let squares = 0;
  for (let bin = 0; bin < usageBins; bin++) {
    const x = usageCentre(bin);
    weight += expected[bin];
    sum += expected[bin] * x;
    squares += expected[bin] * x * x;
  }
  return {
    mean: sum / weight,
    deviation: Math.sqrt(Math.max(0, squares / weight - (sum / weight) ** 2)),
  };
}
