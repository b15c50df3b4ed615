// A thread that makes the rows of lines, a range at a time.
import { parentPort, workerData } from "node:worker_threads";
import { Binomial, LineHourRows, LineWeeks } from "@ishizue/simulator";
import type { LineWeekInput } from "@ishizue/simulator";
import { encodeLineHours } from "./blocks.ts";

/** What the parent says. */
export type LineOrder =
  | { readonly kind: "week"; readonly input: LineWeekInput }
  | { readonly kind: "lines"; readonly from: number; readonly to: number }
  | { readonly kind: "sums" };

/** What the thread answers: a block of `line_hour`, or the sums of all that it made of a week. */
export type LineNews =
  | { readonly kind: "block"; readonly block: Uint8Array<ArrayBuffer>; readonly rows: number }
  | { readonly kind: "sums"; readonly packets: Float64Array; readonly sampled: Float64Array };

/** Lines whose rows make one block. */
export interface LineWorkerSetup {
  readonly linesPerBlock: number;
}

if (parentPort !== null) {
  const port = parentPort;
  const { linesPerBlock } = workerData as LineWorkerSetup;
  let lines: LineWeeks | null = null;
  let rows = new LineHourRows(0);
  port.on("message", (order: LineOrder) => {
    if (order.kind === "week") {
      const draws = new Map<number, Binomial>();
      lines = new LineWeeks(order.input, (chance) => {
        const draw = draws.get(chance) ?? new Binomial(chance);
        draws.set(chance, draw);
        return draw;
      });
      const capacity = linesPerBlock * order.input.week.hours.length;
      if (rows.capacity !== capacity) rows = new LineHourRows(capacity);
      return;
    }
    if (lines === null) throw new Error("lines before their week");
    if (order.kind === "sums") {
      const { packets, sampled } = lines.sums;
      port.postMessage({ kind: "sums", packets, sampled } satisfies LineNews);
      return;
    }
    rows.rowCount = 0;
    lines.run(order.from, order.to, rows, () => {
      throw new Error("a block is as large as its lines");
    });
    const block = encodeLineHours(rows);
    port.postMessage({ kind: "block", block, rows: rows.rowCount } satisfies LineNews, [block.buffer]);
  });
}
