// A thread that describes usage, one lot of lines after the other.
import { parentPort } from "node:worker_threads";
import type { SampledUsage } from "../correction/cells.ts";
import { describeUsage } from "./distribution.ts";
import type { DescribeOptions } from "./distribution.ts";

/** What the parent asks; the answer is the UsageDistribution. */
export interface DescribeOrder {
  readonly lines: SampledUsage;
  readonly stream: string;
  readonly options: Omit<DescribeOptions, "signal">;
}

const port = parentPort;
port?.on("message", ({ lines, stream, options }: DescribeOrder) => {
  // A fault is the thread's, and ends it: the parent hears of it.
  void describeUsage(lines, stream, options).then((usage) => port.postMessage(usage));
});
