import type { NativeBlock } from "../query/native-block.ts";
import { columnOf } from "./columns.ts";
import { Change, type Credit } from "./revised-rows.ts";

/** What a re-attribution changed. Octets are estimates (N·b) of counted records, at each end that changed. */
export type RevisionTotals = {
  records: number;
  /** Of nobody before, of a line now. */
  gainedOctets: number;
  /** Of a line before, of nobody now. */
  lostOctets: number;
  /** Of another line than before. */
  movedOctets: number;
  /** Of the same line, of which access or class became known. */
  filledOctets: number;
};

const totalOf = [undefined, "gainedOctets", "lostOctets", "movedOctets", "filledOctets"] as const;

export const noTotals = (): RevisionTotals => ({
  records: 0,
  gainedOctets: 0,
  lostOctets: 0,
  movedOctets: 0,
  filledOctets: 0,
});

/** Adds a record of which there are `copies`. */
export function count(
  totals: RevisionTotals,
  block: NativeBlock,
  row: number,
  credit: Credit,
  copies: number,
): void {
  totals.records += copies;
  if (columnOf(block, "counted", "octets").values[row] === 0) return;
  const octets =
    copies *
    columnOf(block, "sampling_interval", "words").values[row] *
    columnOf(block, "octets", "numbers").values[row];
  for (const { change } of [credit.in, credit.out]) {
    const name = totalOf[change];
    if (name !== undefined) totals[name] += octets;
  }
}

/** SQL of the same over rows of `flow_revisions`. */
export const totalsSql = `toUInt64(countIf(f.sign = 1)), ${(["gained", "lost", "moved", "filled"] as const)
  .map((change) => {
    const ends = ["in", "out"].map((end) => `toUInt64(f.change_${end} = ${Change[change]})`).join(" + ");
    return `sumIf(toUInt64(f.sampling_interval) * f.octets * (${ends}), f.sign = 1 AND f.counted = 1)`;
  })
  .join(", ")}`;
