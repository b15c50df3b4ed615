/** A line's estimate is called reliable while its relative standard error is under this. */
export const reliableError = 0.3;

/**
 * Daily usage at which one line's relative standard error is 30 %, octets a day.
 *
 * A line of X octets a week has RSE² = V/X² = (V/X)/X, and V/X depends on the
 * sampling interval and the packets' sizes only, measured here over all lines:
 * X = (V/X)/0.3², a day is a seventh. null where nothing was sampled.
 */
export function reliabilityFloor(octets: number, variance: number): number | null {
  return octets > 0 && variance > 0 ? variance / octets / (7 * reliableError ** 2) : null;
}
