/**
 * Decides the time of a record (method.md, "From records to octets", 4): the
 * exporter's when it is within the skew bound of the arrival, else the arrival.
 */
export interface RecordTime {
  startMs: number;
  endMs: number;
  /** true: the exporter's time was missing or out of bound, the arrival was used. */
  fromArrival: boolean;
  /** true: the start was missing, after the end, or further back than `MAX_DURATION_MS`; the end was used. */
  startDropped: boolean;
}

/** No exporter's active time-out is longer; a record cannot stand for more than this. */
export const MAX_DURATION_MS = 24 * 3_600_000;

/** Times the store can hold (DateTime: 1970 to 2106). */
const LAST_MS = 0xffff_ffff * 1000;

/**
 * Fills `out` (reused by the caller). `startMs`, `endMs`: as exported, 0 where
 * absent. `maxSkewMs` may be Infinity: then any time that the store can hold
 * is the exporter's.
 */
export function resolveRecordTime(
  startMs: number,
  endMs: number,
  arrivalMs: number,
  maxSkewMs: number,
  out: RecordTime,
): void {
  const known = endMs > 0 && endMs <= LAST_MS;
  if (!known || Math.abs(arrivalMs - endMs) > maxSkewMs) {
    out.startMs = arrivalMs;
    out.endMs = arrivalMs;
    out.fromArrival = true;
    out.startDropped = false;
    return;
  }
  out.endMs = endMs;
  out.fromArrival = false;
  const usable = startMs > 0 && startMs <= endMs && endMs - startMs <= MAX_DURATION_MS;
  out.startMs = usable ? startMs : endMs;
  out.startDropped = !usable && startMs !== endMs && startMs !== 0;
}
