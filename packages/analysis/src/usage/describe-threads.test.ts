import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomStream } from "../bootstrap/random.ts";
import type { SampledUsage } from "../correction/cells.ts";
import { DescribeThreads } from "./describe-threads.ts";
import { describeUsage } from "./distribution.ts";

/** Lines of packets of 1000 octets, one in 8192. */
function sampled(lines: number): SampledUsage {
  const random = new RandomStream("threads");
  const packets = Float64Array.from({ length: lines }, () => Math.round(10 ** (1 + random.normal())));
  return {
    packets,
    octets: packets.map((count) => count * 8_192_000),
    variance: packets.map((count) => count * 8191 * 8192 * 1e6),
  };
}

void test("lines are described in a thread as they are without one", async () => {
  const threads = new DescribeThreads();
  try {
    const options = { replicates: 4 };
    const [few, many, more] = await Promise.all([
      threads.describe(sampled(300), "a", options),
      threads.describe(sampled(12_000), "a", options),
      threads.describe(sampled(12_000), "b", options),
    ]);
    assert.deepEqual(few, await describeUsage(sampled(300), "a", options));
    assert.deepEqual(many, await describeUsage(sampled(12_000), "a", options));
    assert.deepEqual(more, await describeUsage(sampled(12_000), "b", options));
  } finally {
    await threads.close();
  }
});

void test("more lots than threads all have their turn", async () => {
  const threads = new DescribeThreads();
  try {
    const lots = Array.from({ length: 7 }, () => threads.describe(sampled(12_000), "a", { replicates: 2 }));
    const [first, ...others] = await Promise.all(lots);
    for (const other of others) assert.deepEqual(other, first);
  } finally {
    await threads.close();
  }
});

void test("work is given up with the signal's reason, and its thread ends", async () => {
  const threads = new DescribeThreads();
  const abort = new AbortController();
  const asked = threads.describe(sampled(50_000), "a", { replicates: 10_000, signal: abort.signal });
  setTimeout(() => abort.abort(new Error("enough")), 20);
  await assert.rejects(asked, /^Error: enough$/);
  await threads.close();
});

void test("a fault in a thread is the caller's", async () => {
  const threads = new DescribeThreads();
  try {
    const { octets, variance, packets } = sampled(12_000);
    octets.fill(Number.NaN);
    await assert.rejects(threads.describe({ octets, variance, packets }, "a", { replicates: 2 }), RangeError);
  } finally {
    await threads.close();
  }
});
