import type { SimulatedWeek } from "../week/week.ts";

/** What goes wrong at one exporter in a week; times since the epoch. */
export interface ExporterFaults {
  /** Restarts: from when to when it exports nothing. */
  readonly outages: readonly { readonly fromMs: number; readonly toMs: number }[];
  /** Times in which this share of its datagrams is lost on the way. */
  readonly losses: readonly { readonly fromMs: number; readonly toMs: number; readonly share: number }[];
}

export const noFaults: ExporterFaults = { outages: [], losses: [] };

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** Restart of five minutes in the night to Thursday at the edge, and loss on Friday evening at the gateway. */
export function weekFaults(week: SimulatedWeek): readonly [ExporterFaults, ExporterFaults] {
  const restart = week.startMs + 3 * dayMs + 3 * hourMs + 20 * 60_000;
  const evening = week.startMs + 4 * dayMs + 20 * hourMs;
  return [
    { outages: [{ fromMs: restart, toMs: restart + 300_000 }], losses: [] },
    { outages: [], losses: [{ fromMs: evening, toMs: evening + 3 * hourMs, share: 0.01 }] },
  ];
}

/** How many milliseconds of [fromMs, toMs) an exporter is down. */
export function downMs(faults: ExporterFaults, fromMs: number, toMs: number): number {
  let down = 0;
  for (const outage of faults.outages) {
    down += Math.max(0, Math.min(toMs, outage.toMs) - Math.max(fromMs, outage.fromMs));
  }
  return down;
}

/** Share of datagrams lost at a moment. */
export function lossAt(faults: ExporterFaults, atMs: number): number {
  for (const { fromMs, toMs, share } of faults.losses) if (atMs >= fromMs && atMs < toMs) return share;
  return 0;
}
