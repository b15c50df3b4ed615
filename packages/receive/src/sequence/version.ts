import { isRecord, wholeOr } from "./state.ts";
import { isRecordUnit, isSequenceUnit, type SequenceUnit } from "./unit.ts";

/** What the messages of one protocol version told of an exporter. */
export type VersionTotals = {
  /** As `DecodeOutcome.version`. */
  readonly version: number;
  /** What `received` and `lost` count. */
  readonly unit: SequenceUnit;
  /** Messages taken, duplicates among them. */
  messages: number;
  /** Data records in them, options data included. */
  records: number;
  /** In `unit`, without duplicates; records that could not be counted are not in it. */
  received: number;
  /** In `unit`. */
  lost: number;
  /** Messages that had come before. */
  duplicates: number;
  /** Messages that came after a later one. */
  reordered: number;
  /** Times that the exporter began to count anew. */
  restarts: number;
  /** Messages not tracked because a bound was reached. */
  untracked: number;
};

export function newVersionTotals(version: number, unit: SequenceUnit): VersionTotals {
  return {
    version,
    unit,
    messages: 0,
    records: 0,
    received: 0,
    lost: 0,
    duplicates: 0,
    reordered: 0,
    restarts: 0,
    untracked: 0,
  };
}

/** null where `value` is none. */
export function restoreVersionTotals(value: unknown): VersionTotals | null {
  if (!isRecord(value) || !isSequenceUnit(value["unit"])) return null;
  const totals = newVersionTotals(wholeOr(value["version"], 0), value["unit"]);
  totals.messages = wholeOr(value["messages"], 0);
  totals.records = wholeOr(value["records"], 0);
  totals.received = wholeOr(value["received"], 0);
  totals.lost = wholeOr(value["lost"], 0);
  totals.duplicates = wholeOr(value["duplicates"], 0);
  totals.reordered = wholeOr(value["reordered"], 0);
  totals.restarts = wholeOr(value["restarts"], 0);
  totals.untracked = wholeOr(value["untracked"], 0);
  return totals;
}

/** The lost part of what was sent, 0 to 1; null where nothing tells. */
export function lostShare(totals: Pick<VersionTotals, "unit" | "received" | "lost">): number | null {
  const sent = totals.received + totals.lost;
  return totals.unit === "none" || sent === 0 ? null : totals.lost / sent;
}

/**
 * Records lost. Exact where the protocol counts records; else the lost messages
 * times the mean of records a message, which is sound as long as the lost ones
 * were like those that came. null where the protocol has no number.
 */
export function lostRecords(
  totals: Pick<VersionTotals, "unit" | "messages" | "records" | "lost">,
): number | null {
  if (totals.unit === "none") return null;
  if (isRecordUnit(totals.unit)) return totals.lost;
  return totals.messages === 0 ? 0 : Math.round((totals.lost * totals.records) / totals.messages);
}
