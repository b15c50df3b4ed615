/** Bins at or over this part of the peak belong to the hump. */
const humpHeight = 0.8;
/** A hump ends where so many bins on end are under its height: a noisy density dips. */
const gapBins = 3;

/** Where a density has its mode, as indices of its bins. */
export interface Mode {
  /** The highest bin, the lowest of them where several are as high. */
  readonly highest: number;
  /** The bin in the middle of the hump: what is published. */
  readonly middle: number;
}

/**
 * The mode of a density on a grid: the highest bin or, where that is off the
 * middle of its hump, the bin in the middle: the top of a quadratic put by least
 * squares through the hump's bins above 80 % of the peak, back on the grid.
 *
 * Fewer than three such bins, or a quadratic without a top among them, leave
 * the highest bin. null for a density that is zero everywhere.
 */
export function findMode(density: ArrayLike<number>): Mode | null {
  let highest = 0;
  for (let i = 1; i < density.length; i++) if (density[i] > density[highest]) highest = i;
  if (!(density[highest] > 0)) return null;
  const floor = humpHeight * density[highest];
  const last = humpEnd(density, highest, 1, floor);
  const first = humpEnd(density, highest, -1, floor);
  const top = quadraticTop(density, first, last, floor);
  return { highest, middle: top === null || top < first || top > last ? highest : Math.round(top) };
}

/** The furthest bin of the hump in one direction. */
function humpEnd(density: ArrayLike<number>, from: number, step: 1 | -1, floor: number): number {
  let end = from;
  for (let i = from + step; i >= 0 && i < density.length && Math.abs(i - end) <= gapBins; i += step) {
    if (density[i] >= floor) end = i;
  }
  return end;
}

/** Place of the maximum of the least-squares quadratic through the bins of [first, last] at or over `floor`. */
function quadraticTop(density: ArrayLike<number>, first: number, last: number, floor: number): number | null {
  const centre = (first + last) / 2;
  let n = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  let t0 = 0;
  let t1 = 0;
  let t2 = 0;
  for (let i = first; i <= last; i++) {
    const y = density[i];
    if (y < floor) continue;
    const x = i - centre;
    n++;
    s1 += x;
    s2 += x * x;
    s3 += x * x * x;
    s4 += x * x * x * x;
    t0 += y;
    t1 += x * y;
    t2 += x * x * y;
  }
  if (n < 3) return null;
  // Cramer's rule on the normal equations of y = a + b x + c x²; the common determinant cancels in −b / 2c.
  const b = n * (t1 * s4 - s3 * t2) - s1 * (t0 * s4 - s2 * t2) + s2 * (t0 * s3 - s2 * t1);
  const c = n * (s2 * t2 - t1 * s3) - s1 * (s1 * t2 - t1 * s2) + t0 * (s1 * s3 - s2 * s2);
  const determinant = n * (s2 * s4 - s3 * s3) - s1 * (s1 * s4 - s2 * s3) + s2 * (s1 * s3 - s2 * s2);
  return determinant > 0 && c < 0 ? centre - b / (2 * c) : null;
}
