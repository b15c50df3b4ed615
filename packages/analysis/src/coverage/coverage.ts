import { estimate, share } from "../quantity/quantity.ts";
import type { Queryable } from "../queryable.ts";
import { binInWeek, binParameters } from "../quality/counters.ts";
import type { CoverageFigure } from "../result.ts";
import { hoursOfWeek, slotsPerWeek } from "../week/hours.ts";
import type { Week } from "../week/iso-week.ts";

/** The figure with the number of the week's hours in which anything was received. */
export interface Coverage {
  readonly figure: CoverageFigure;
  readonly hoursSeen: number;
}

/**
 * coverage: by hour of the week, the estimated rate of counted edge records and
 * how much of it has a line. An hour with no message and no record is null.
 */
export async function coverageOf(store: Queryable, week: Week): Promise<Coverage> {
  const rows = await store.query<{
    start: number;
    seen: number;
    attributed: number;
    unattributed: number;
    attributedVariance: number;
    unattributedVariance: number;
  }>(
    `SELECT toUnixTimestamp(toStartOfHour(q.bin)) AS start,
      toFloat64(sum(q.messages) + sum(q.records)) AS seen,
      toFloat64(sum(q.attributed_octets)) AS attributed,
      toFloat64(sum(q.unattributed_no_lease_octets) + sum(q.unattributed_other_time_octets) + sum(q.unattributed_outside_octets)) AS unattributed,
      greatest(sum(q.attributed_variance), 0) AS attributedVariance,
      greatest(sum(q.unattributed_variance), 0) AS unattributedVariance
    FROM quality_5m AS q
    WHERE ${binInWeek} AND q.revision <= {revision:UInt32}
    GROUP BY start ORDER BY start`,
    binParameters(week),
  );
  const hours = hoursOfWeek(week);
  const seenIn = new Uint8Array(slotsPerWeek);
  const attributed = new Float64Array(slotsPerWeek);
  const unattributed = new Float64Array(slotsPerWeek);
  const attributedVariance = new Float64Array(slotsPerWeek);
  const unattributedVariance = new Float64Array(slotsPerWeek);
  let hoursSeen = 0;
  for (const row of rows) {
    if (row.seen === 0) continue;
    const slot = hours.slotOf[(row.start - hours.firstHour) / 3600];
    hoursSeen++;
    seenIn[slot]++;
    attributed[slot] += row.attributed;
    unattributed[slot] += row.unattributed;
    attributedVariance[slot] += row.attributedVariance;
    unattributedVariance[slot] += row.unattributedVariance;
  }
  const slots = Array.from({ length: slotsPerWeek }, (_, slot) => slot);
  const rates = slots.map((slot) =>
    seenIn[slot] > 0
      ? estimate(
          attributed[slot] + unattributed[slot],
          attributedVariance[slot] + unattributedVariance[slot],
          "bit/s",
          8 / (3600 * seenIn[slot]),
        )
      : null,
  );
  const shares = slots.map((slot) =>
    share(attributed[slot], attributedVariance[slot], unattributed[slot], unattributedVariance[slot]),
  );
  return {
    hoursSeen,
    figure: {
      kind: "coverage",
      id: "coverage",
      title: "What was seen, and how much of it has a line",
      notes: [
        "Estimated octets of the edge exporters' counted records, as a mean rate over the hour; hours in which nothing was received are left open.",
        ...hours.notes,
      ],
      hours: slots,
      units: {
        bitsPerSecond: "bit/s",
        bitsPerSecondLower: "bit/s",
        bitsPerSecondUpper: "bit/s",
        attributedShare: "%",
        attributedShareLower: "%",
        attributedShareUpper: "%",
      },
      bitsPerSecond: rates.map((rate) => rate?.value ?? null),
      bitsPerSecondLower: rates.map((rate) => rate?.lower ?? null),
      bitsPerSecondUpper: rates.map((rate) => rate?.upper ?? null),
      attributedShare: shares.map((each) => each?.value ?? null),
      attributedShareLower: shares.map((each) => each?.lower ?? null),
      attributedShareUpper: shares.map((each) => each?.upper ?? null),
    },
  };
}
