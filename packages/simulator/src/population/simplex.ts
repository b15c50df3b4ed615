/**
 * Least value of `cost` near `start` by the downhill simplex.
 *
 * Shape: returns the best point; `steps` are the first simplex's edges. Deterministic.
 * Source: J. A. Nelder, R. Mead, "A simplex method for function minimization" (1965).
 */
export function minimise(
  cost: (point: Float64Array) => number,
  start: Float64Array,
  steps: Float64Array,
  evaluations: number,
): Float64Array {
  const n = start.length;
  const points: { point: Float64Array; value: number }[] = Array.from({ length: n + 1 }, (_, i) => {
    const point = start.slice();
    if (i > 0) point[i - 1] += steps[i - 1];
    return { point, value: cost(point) };
  });
  const centre = new Float64Array(n);
  const along = (factor: number): { point: Float64Array; value: number } => {
    const worst = points[n].point;
    const point = centre.map((c, j) => c + factor * (worst[j] - c));
    return { point, value: cost(point) };
  };
  for (let used = n + 1; used < evaluations;) {
    points.sort((p, q) => p.value - q.value);
    if (points[n].value - points[0].value < 1e-13) break;
    centre.fill(0);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) centre[j] += points[i].point[j] / n;
    const reflected = along(-1);
    used++;
    if (reflected.value < points[0].value) {
      const expanded = along(-2);
      used++;
      points[n] = expanded.value < reflected.value ? expanded : reflected;
    } else if (reflected.value < points[n - 1].value) {
      points[n] = reflected;
    } else {
      const contracted = along(reflected.value < points[n].value ? -0.5 : 0.5);
      used++;
      if (contracted.value < Math.min(reflected.value, points[n].value)) {
        points[n] = contracted;
      } else {
        for (let i = 1; i <= n; i++) {
          const point = points[i].point.map((x, j) => 0.5 * (x + points[0].point[j]));
          points[i] = { point, value: cost(point) };
        }
        used += n;
      }
    }
  }
  points.sort((p, q) => p.value - q.value);
  return points[0].point;
}
