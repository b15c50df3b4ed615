import { lowerTail, normalDensity, upperTail } from "./normal.ts";

/** One log-normal part of a mixture; natural logarithms. */
export interface LogNormal {
  readonly weight: number;
  readonly mu: number;
  readonly sigma: number;
}

/** A mixture of log-normals; the weights add up to 1. */
export type Mixture = readonly LogNormal[];

/** What tables 1 and 2 and the concentration say of a distribution. */
export interface MixtureMoments {
  readonly mean: number;
  readonly median: number;
  /** Where the density of log x is highest. */
  readonly mode: number;
  /** Shares of the total of the heaviest 10 % and 1 %, 0–1. */
  readonly top10: number;
  readonly top1: number;
}

/** The same shape, every value multiplied by exp(`shift`). */
export function moved(mixture: Mixture, shift: number): Mixture {
  return mixture.map(({ weight, mu, sigma }) => ({ weight, mu: mu + shift, sigma }));
}

export function mixtureMean(mixture: Mixture): number {
  let sum = 0;
  for (const { weight, mu, sigma } of mixture) sum += weight * Math.exp(mu + 0.5 * sigma * sigma);
  return sum;
}

/** P(ln X < y). */
export function cumulative(mixture: Mixture, y: number): number {
  let sum = 0;
  for (const { weight, mu, sigma } of mixture) sum += weight * lowerTail((y - mu) / sigma);
  return sum;
}

/** P(ln X > y), accurate far out. */
function exceedance(mixture: Mixture, y: number): number {
  let sum = 0;
  for (const { weight, mu, sigma } of mixture) sum += weight * upperTail((y - mu) / sigma);
  return sum;
}

/** Density of ln X. */
export function logDensity(mixture: Mixture, y: number): number {
  let sum = 0;
  for (const { weight, mu, sigma } of mixture) sum += (weight * normalDensity((y - mu) / sigma)) / sigma;
  return sum;
}

/** E[X; ln X < y]. */
export function meanBelow(mixture: Mixture, y: number): number {
  let sum = 0;
  for (const { weight, mu, sigma } of mixture) {
    sum += weight * Math.exp(mu + 0.5 * sigma * sigma) * lowerTail((y - mu) / sigma - sigma);
  }
  return sum;
}

/** E[X; ln X > y]. */
export function meanAbove(mixture: Mixture, y: number): number {
  let sum = 0;
  for (const { weight, mu, sigma } of mixture) {
    sum += weight * Math.exp(mu + 0.5 * sigma * sigma) * upperTail((y - mu) / sigma - sigma);
  }
  return sum;
}

/** ln x at which P(X < x) = p, by Newton's steps kept inside a shrinking bracket. */
export function logQuantile(mixture: Mixture, p: number, start?: number): number {
  let low = Infinity;
  let high = -Infinity;
  for (const { mu, sigma } of mixture) {
    low = Math.min(low, mu - 9 * sigma);
    high = Math.max(high, mu + 9 * sigma);
  }
  const tail = p > 0.5;
  let y = start ?? 0.5 * (low + high);
  for (let i = 0; i < 100; i++) {
    // In the upper half the difference is taken of the small numbers.
    const excess = tail ? 1 - p - exceedance(mixture, y) : cumulative(mixture, y) - p;
    if (excess > 0) high = y;
    else low = y;
    let next = y - excess / logDensity(mixture, y);
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    if (Math.abs(next - y) < 1e-12) return next;
    y = next;
  }
  return y;
}

/**
 * ln of the mode (the highest point of the density of ln X) and of the middle of the hump around it: half way
 * between the points where the density falls to 80 % of its peak. Found on a grid, then between its points.
 */
export function logHump(mixture: Mixture): { readonly mode: number; readonly middle: number } {
  let low = Infinity;
  let high = -Infinity;
  for (const { mu } of mixture) {
    low = Math.min(low, mu);
    high = Math.max(high, mu);
  }
  const step = Math.max((high - low) / 160, 0.02);
  let best = low;
  let peak = 0;
  for (let y = low - step; y <= high + step; y += step) {
    const density = logDensity(mixture, y);
    if (density > peak) {
      peak = density;
      best = y;
    }
  }
  const before = logDensity(mixture, best - step);
  const after = logDensity(mixture, best + step);
  const curvature = before - 2 * peak + after;
  const mode = curvature < 0 ? best + (0.5 * step * (before - after)) / curvature : best;
  const edge = (towards: number): number => {
    let inside = peak;
    for (let away = towards; Math.abs(away) < 20; away += towards) {
      const density = logDensity(mixture, best + away);
      if (density < 0.8 * peak) return best + away - (towards * (0.8 * peak - density)) / (inside - density);
      inside = density;
    }
    return best;
  };
  return { mode, middle: 0.5 * (edge(-step) + edge(step)) };
}

/** ln of the mode. */
export function logMode(mixture: Mixture): number {
  return logHump(mixture).mode;
}

/** The numbers that the tables publish, of a mixture. */
export function mixtureMoments(mixture: Mixture): MixtureMoments {
  const mean = mixtureMean(mixture);
  const median = logQuantile(mixture, 0.5);
  const ninth = logQuantile(mixture, 0.9, median);
  return {
    mean,
    median: Math.exp(median),
    mode: Math.exp(logMode(mixture)),
    top10: meanAbove(mixture, ninth) / mean,
    top1: meanAbove(mixture, logQuantile(mixture, 0.99, ninth)) / mean,
  };
}

/**
 * `count` values that stand for the mixture: the mean of each of `count` slices of equal probability, light
 * to heavy. Their mean is the mixture's exactly, and so are the shares of the heaviest.
 */
export function stratifiedValues(mixture: Mixture, count: number): Float64Array {
  if (count > mostExactSlices) return tabulatedValues(mixture, count);
  const values = new Float64Array(count);
  let y = logQuantile(mixture, 0.5 / count);
  let below = 0;
  let above = mixtureMean(mixture);
  for (let i = 0; i < count; i++) {
    let slice: number;
    if (i === count - 1) {
      slice = above;
    } else {
      y = logQuantile(mixture, (i + 1) / count, y);
      const nextBelow = meanBelow(mixture, y);
      const nextAbove = meanAbove(mixture, y);
      // Of the two differences the one of the smaller numbers loses fewer digits.
      slice = nextBelow < nextAbove ? nextBelow - below : above - nextAbove;
      below = nextBelow;
      above = nextAbove;
    }
    values[i] = slice * count;
  }
  return values;
}

/** Slices more than this are read off a table of the distribution. */
const mostExactSlices = 5000;
/** Step of that table in ln x (values within it are told apart by nothing else), and of that for many slices. */
const tableStep = 0.002;
const fineStep = 0.0005;
const manySlices = 100_000;

/** As `stratifiedValues`, from a table of the distribution and of its partial means; their mean is exact too. */
function tabulatedValues(mixture: Mixture, count: number): Float64Array {
  const low = logQuantile(mixture, 1e-3 / count);
  const high = logQuantile(mixture, 1 - 1e-3 / count);
  const step = count > manySlices ? fineStep : tableStep;
  const points = Math.ceil((high - low) / step) + 1;
  const values = new Float64Array(count);
  let probability = 0;
  let below = 0;
  let slice = 0;
  for (let point = 0; point < points && slice < count; point++) {
    const last = point === points - 1;
    const y = low + point * step;
    const nextProbability = last ? 1 : cumulative(mixture, y);
    // Far out in the tails a step can be too small for the digits there are: it goes with the next.
    if (nextProbability <= probability) continue;
    const nextBelow = last ? mixtureMean(mixture) : meanBelow(mixture, y);
    const density = (nextBelow - below) / (nextProbability - probability);
    // The step's probability, shared out to the slices that it lies in.
    let from = probability;
    while (from < nextProbability && slice < count) {
      const end = slice === count - 1 ? 1 : (slice + 1) / count;
      const to = Math.min(end, nextProbability);
      values[slice] += (to - from) * density * count;
      from = to;
      if (to === end) slice++;
    }
    probability = nextProbability;
    below = nextBelow;
  }
  return values;
}
