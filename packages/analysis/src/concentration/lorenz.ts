/** Share of the heaviest lines and inequality of all, as parts of 1. */
export interface Concentration {
  readonly top10: number;
  readonly top1: number;
  readonly gini: number;
}

/**
 * Concentration of octets over lines that are given lightest first: `sums[i]`
 * octets held by `counts[i]` lines alike (one each where `counts` is null), and
 * `zeroLines` with none. A boundary inside a group of lines cuts it in
 * proportion, so that a top tenth of 15 lines is one and a half of them.
 *
 * null where there are no octets.
 */
export function concentrationOf(
  counts: ArrayLike<number> | null,
  sums: ArrayLike<number>,
  zeroLines: number,
): Concentration | null {
  let lines = zeroLines;
  let octets = 0;
  for (let i = 0; i < sums.length; i++) {
    lines += counts === null ? 1 : counts[i];
    octets += sums[i];
  }
  if (!(octets > 0)) return null;
  let above = 0;
  let held = 0;
  let top10 = 0;
  let top1 = 0;
  let area = 0;
  for (let i = sums.length - 1; i >= 0; i--) {
    const count = counts === null ? 1 : counts[i];
    if (count === 0) continue;
    const sum = sums[i];
    top10 += sum * Math.min(1, Math.max(0, (0.1 * lines - above) / count));
    top1 += sum * Math.min(1, Math.max(0, (0.01 * lines - above) / count));
    // Lorenz curve from the heavy end: L falls from 1 − held to 1 − held − sum over count/lines.
    area += (count / lines) * (2 * (octets - held) - sum);
    above += count;
    held += sum;
  }
  return { top10: top10 / octets, top1: top1 / octets, gini: 1 - area / octets };
}

/** Points of a Lorenz curve, both from 0 to 1. */
export interface LorenzCurve {
  readonly lines: readonly number[];
  readonly octets: readonly number[];
}

/**
 * Lorenz curve of lines sorted lightest first (zero lines left out of `sorted`,
 * given as a number), at most `points` points: even steps up to 90 % of the
 * lines, then finer towards the heaviest, where the curve turns.
 */
export function lorenzCurve(sorted: Float64Array, zeroLines: number, points = 150): LorenzCurve {
  const all = sorted.length + zeroLines;
  let total = 0;
  for (let i = 0; i < sorted.length; i++) total += sorted[i];
  const lines: number[] = [0];
  const octets: number[] = [0];
  if (!(total > 0)) return { lines: [0, 1], octets: [0, 0] };
  const body = Math.floor(points * 0.6);
  const tail = points - body - 1;
  let at = 0;
  let held = 0;
  for (let step = 1; step <= body + tail; step++) {
    const fraction = step <= body ? (0.9 * step) / body : 1 - 0.1 * (1 - (step - body) / tail) ** 2;
    const rank = Math.round(fraction * all) - zeroLines;
    while (at < rank) held += sorted[at++];
    const x = Math.max(0, rank + zeroLines) / all;
    if (x === lines.at(-1)) continue;
    lines.push(x);
    octets.push(step === body + tail ? 1 : held / total);
  }
  return { lines, octets };
}
