/**
 * Upper tail of the standard normal, P(Z > z), with relative accuracy about 1e-14 in both tails: a power
 * series near the middle, a continued fraction beyond (Abramowitz and Stegun 26.2.11 and 26.2.14).
 */
export function upperTail(z: number): number {
  if (z < 0) return 1 - upperTailPositive(-z);
  return upperTailPositive(z);
}

/** P(Z < z), accurate in the lower tail too. */
export function lowerTail(z: number): number {
  return z > 0 ? 1 - upperTailPositive(z) : upperTailPositive(-z);
}

const inverseRootTwoPi = 0.3989422804014327;

/** Density of the standard normal. */
export function normalDensity(z: number): number {
  return inverseRootTwoPi * Math.exp(-0.5 * z * z);
}

function upperTailPositive(z: number): number {
  if (z > 38) return 0;
  const density = normalDensity(z);
  if (z < 2.6) {
    let term = z;
    let sum = z;
    for (let k = 3; term > 1e-17 * sum; k += 2) {
      term *= (z * z) / k;
      sum += term;
    }
    return 0.5 - density * sum;
  }
  let fraction = z;
  for (let k = z > 5 ? 30 : 80; k > 0; k--) fraction = z + k / fraction;
  return density / fraction;
}
