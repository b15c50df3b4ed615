import type { FlowRows } from "@ishizue/store";
import type { FlowBatch } from "@ishizue/wire";

/** No exporter's active time-out is longer; a record cannot stand for more than this. */
export const MAX_DURATION_MS = 24 * 3_600_000;

/** Times the store can hold (DateTime: 1970 to 2106). */
const LAST_MS = 0xffff_ffff * 1000;

type Times = Pick<FlowBatch, "flowStartMs" | "flowEndMs" | "arrivalMs">;
type SettledTimes = Pick<FlowRows, "flowStart" | "flowEnd" | "timeOrigin">;

/**
 * Decides the times of the first `count` records (method.md, "From records to
 * octets", 4): the exporter's where its end is within the skew bound of the
 * arrival, else the arrival, and then `timeOrigin` is 1. A start that is
 * missing, after the end, or further back than `MAX_DURATION_MS` becomes the
 * end.
 *
 * `maxSkewMs` may be Infinity: then any time that the store can hold is the
 * exporter's. Returns how many took the arrival.
 */
export function resolveTimes(from: Times, count: number, maxSkewMs: number, into: SettledTimes): number {
  const { flowStartMs, flowEndMs, arrivalMs } = from;
  const { flowStart, flowEnd, timeOrigin } = into;
  let byArrival = 0;
  for (let row = 0; row < count; row++) {
    const end = flowEndMs[row];
    const arrival = arrivalMs[row];
    // Written so that no comparison holds for NaN.
    if (end > 0 && end <= LAST_MS && Math.abs(arrival - end) <= maxSkewMs) {
      const start = flowStartMs[row];
      flowStart[row] = start > 0 && start <= end && end - start <= MAX_DURATION_MS ? start : end;
      flowEnd[row] = end;
      timeOrigin[row] = 0;
    } else {
      flowStart[row] = arrival;
      flowEnd[row] = arrival;
      timeOrigin[row] = 1;
      byArrival++;
    }
  }
  return byArrival;
}
