// A thread that describes usage, one lot of lines after the other.
import { parentPort } from "node:worker_threads";
import type { SampledUsage } from "../correction/cells.ts";
import { describeUsage } from "./distribution.ts";
import type { DescribeOptions, UsageDistribution } from "./distribution.ts";

/** What the parent asks. */
export interface DescribeOrder {
  readonly lines: SampledUsage;
  readonly stream: string;
  readonly options: Omit<DescribeOptions, "signal" | "onPart">;
}

/** What the thread says: how far it is, and in the end the answer. */
export type DescribeNews = { readonly part: number } | { readonly usage: UsageDistribution };

const port = parentPort;
port?.on("message", ({ lines, stream, options }: DescribeOrder) => {
  const say = (news: DescribeNews): void => port.postMessage(news);
  // A fault is the thread's, and ends it: the parent hears of it.
  void describeUsage(lines, stream, { ...options, onPart: (part) => say({ part }) }).then((usage) =>
    say({ usage }),
  );
});
