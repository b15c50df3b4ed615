import { binCentre, humpTop } from "./hump.ts";
import type { Mixture, MixtureMoments } from "./mixture.ts";
import { logHump, logQuantile, meanAbove, mixtureMean, moved } from "./mixture.ts";
import { minimise } from "./simplex.ts";

/** What a mixture is fitted to; the concentration may be unknown. Octets (or any unit) a day, shares 0–1. */
export interface UsageTarget {
  readonly mean: number;
  readonly median: number;
  readonly mode: number;
  readonly top10?: number;
  readonly top1?: number;
}

/**
 * Coordinates: main hump's width; weight, depth and width of the light part; weight, height and width of the
 * heavy part. Where the main hump lies follows from the median.
 */
const first = Float64Array.of(
  Math.log(0.9),
  Math.log(0.6),
  Math.log(1.6),
  Math.log(1.5),
  Math.log(0.03),
  2.5,
  Math.log(1.2),
);
const steps = Float64Array.of(0.3, 0.5, 0.3, 0.3, 0.8, 0.8, 0.3);

/** exp(theta) against the main hump's 1, made into weights. */
function shapeOf(theta: Float64Array): Mixture {
  const light = Math.exp(theta[1]);
  const heavy = Math.exp(theta[4]);
  const total = 1 + light + heavy;
  return [
    { weight: light / total, mu: -Math.exp(theta[2]), sigma: Math.exp(theta[3]) },
    { weight: 1 / total, mu: 0, sigma: Math.exp(theta[0]) },
    { weight: heavy / total, mu: theta[5], sigma: Math.exp(theta[6]) },
  ];
}

/** Narrowest and widest that a part may be (natural log), by coordinate: main, light, heavy. */
const widths = [
  [0, 0.6, 2.6],
  [3, 1.15, 2.6],
  [6, 0.45, 2.6],
] as const;
/**
 * The heavy part where nothing says how much the heaviest have: a hump of its own, as the reports' figures of
 * the early years show it (peer to peer), instead of a tail that a handful of lines fill.
 */
const widestHump = 1;

/** Grows as a part gets narrower or wider than is believable, or a weight too great. */
function strain(theta: Float64Array, hump: boolean): number {
  let sum = 0;
  for (const [i, narrowest, most] of widths) {
    const widest = hump && i === 6 ? widestHump : most;
    const low = Math.log(narrowest) - theta[i];
    const high = theta[i] - Math.log(widest);
    if (low > 0) sum += low * low;
    if (high > 0) sum += high * high;
  }
  const bare = theta[4] - Math.log(0.6);
  if (bare > 0) sum += bare * bare;
  const buried = theta[1] - Math.log(1.5);
  if (buried > 0) sum += buried * buried;
  return sum;
}

function cost(theta: Float64Array, target: UsageTarget, pull: number): number {
  const shape = shapeOf(theta);
  const median = logQuantile(shape, 0.5, 0);
  const mean = mixtureMean(shape);
  if (!Number.isFinite(mean)) return 1e9;
  const spread = Math.log(mean) - median - Math.log(target.mean / target.median);
  const { mode, middle } = logHump(shape);
  const lean = mode - median - Math.log(target.mode / target.median);
  let sum = 4 * spread * spread + 4 * lean * lean + strain(theta, target.top1 === undefined);
  if (target.top10 !== undefined || target.top1 !== undefined) {
    // A small population shows the middle of the hump, not its highest point: held to a thin tail, the hump gets
    // wide and lopsided, so they are told to lie together.
    sum += 0.02 * (middle - mode) ** 2;
    const ninth = logQuantile(shape, 0.9, median);
    if (target.top10 !== undefined) sum += 25 * (meanAbove(shape, ninth) / mean - target.top10) ** 2;
    if (target.top1 !== undefined) {
      const last = logQuantile(shape, 0.99, ninth);
      sum += 25 * (meanAbove(shape, last) / mean - target.top1) ** 2;
    }
  }
  for (let i = 0; i < theta.length; i++) sum += pull * ((theta[i] - first[i]) / steps[i]) ** 2;
  return sum;
}

/**
 * A mixture of three log-normals (light, main, heavy) with the given mean, median, mode of log x and shares
 * of the heaviest.
 *
 * Shape: light part, main hump, heavy part; natural logarithms of the target's unit.
 * Outcomes: always a mixture; how near it comes is for `mixtureMoments` to say (targets may contradict one
 * another). Deterministic.
 */
export function fitMixture(target: UsageTarget): Mixture {
  // The pull towards a plain shape is let go in stages, so that what the targets leave open stays plain.
  let theta: Float64Array = first;
  for (const pull of [3e-3, 1e-4, 1e-6, 1e-8]) {
    theta = minimise((point) => cost(point, target, pull), theta, steps, pull > 1e-7 ? 700 : 1500);
  }
  const isOff = (point: Float64Array): number => offBin(placed(point, target), target);
  if (isOff(theta) > 0) {
    const near = { ...target, mode: nearBin(target.mode) };
    theta = minimise((point) => cost(point, near, 1e-8) + 100 * isOff(point) ** 2, theta, steps, 2500);
  }
  return placed(theta, target);
}

/** The shape where its median is the target's. */
function placed(theta: Float64Array, { median }: UsageTarget): Mixture {
  const shape = shapeOf(theta);
  return moved(shape, Math.log(median) - logQuantile(shape, 0.5, 0));
}

/** How far the top of the hump may lie from the middle of the published mode's bin: a good half of the way to its end. */
const mostOff = 0.35 * 0.05 * Math.LN10;
/** What a published mode may be moved by, which is rounded from the middle of its bin. */
const mostRounded = Math.log(1.025);

/** How much further than it may the top of the hump, on the published grid, lies from the published mode's bin. */
function offBin(mixture: Mixture, { mode }: UsageTarget): number {
  return Math.max(0, Math.abs(humpTop(mixture) - binCentre(mode)) - mostOff);
}

/** A published mode, nearer to the middle of its bin where it was rounded away from it: 6 MB is 10^6.8 octets. */
function nearBin(mode: number): number {
  const rounded = binCentre(mode) - Math.log(mode);
  return mode * Math.exp(Math.max(-mostRounded, Math.min(mostRounded, rounded)));
}

/** How far a fit is from its target, as relative errors and (for shares) differences. */
export function fitErrors(found: MixtureMoments, target: UsageTarget): MixtureMoments {
  return {
    mean: found.mean / target.mean - 1,
    median: found.median / target.median - 1,
    mode: found.mode / target.mode - 1,
    top10: target.top10 === undefined ? 0 : found.top10 - target.top10,
    top1: target.top1 === undefined ? 0 : found.top1 - target.top1,
  };
}
