// A thread that draws and samples simulated providers, and counts which intervals over their lines hold the truth.
import { parentPort } from "node:worker_threads";
import { drawProvider, populations, samplePackets } from "../src/correction/provider.fixture.ts";
import type { Quantity } from "../src/result.ts";
import { describeUsage } from "../src/usage/distribution.ts";

/** Seeds `from` up to `to`; the answer is a CoverageCount. */
export interface CoverageOrder {
  readonly name: keyof typeof populations;
  readonly from: number;
  readonly to: number;
  readonly lines: number;
  readonly replicates: number;
}

/** Intervals that hold the truth, by what they are of. */
export type CoverageCount = Readonly<Record<string, number>>;

const measures = ["mean", "median", "mode", "top10", "top1"] as const;

async function count({ name, from, to, lines, replicates }: CoverageOrder): Promise<CoverageCount> {
  const held: Record<string, number> = {};
  const none = new Float64Array(lines);
  const add = (measure: string, interval: Quantity, truth: Quantity): void => {
    const holds = interval.lower <= truth.value && truth.value <= interval.upper;
    held[measure] = (held[measure] ?? 0) + (holds ? 1 : 0);
  };
  for (let seed = from; seed < to; seed++) {
    const provider = drawProvider(populations[name], lines, `${name} ${seed}`);
    const truth = await describeUsage({ octets: provider.truth, variance: none, packets: none }, "truth");
    const sampled = samplePackets(provider, `${name} sampled ${seed}`);
    const usage = await describeUsage(sampled, `errors ${seed}`, { replicates });
    for (const measure of measures) {
      add(measure, usage[measure]!, truth[measure]!);
      if (measure !== "mean") add(`${measure} corrected`, usage.corrected![measure]!, truth[measure]!);
    }
  }
  return held;
}

const port = parentPort;
port?.on("message", (order: CoverageOrder) => {
  // A fault is the thread's, and ends it: the parent hears of it.
  void count(order).then((held) => port.postMessage(held));
});
