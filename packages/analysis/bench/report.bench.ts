/**
 * A million lines through the statistics of one week and direction: sums,
 * medians, modes, densities, concentration, each with its interval.
 *
 * Usage: node bench/report.bench.ts [lines | --quick], default 1,000,000. Prints one JSON line.
 */
import assert from "node:assert/strict";
import { RandomStream } from "../src/bootstrap/random.ts";
import { describeUsage } from "../src/usage/distribution.ts";

const lines = process.argv.includes("--quick") ? 20_000 : Number(process.argv[2] ?? 1_000_000);
const random = new RandomStream("bench");
const octets = Float64Array.from({ length: lines }, () => 7 * 10 ** (8.2 + 0.55 * random.normal()));
// Packets of 1000 octets, one in 8192.
const packets = octets.map((x) => Math.round(x / 8192 / 1000));
const variance = octets.map((x) => x * 8192 * 1000);

const start = process.hrtime.bigint();
const usage = await describeUsage({ octets, variance, packets }, "bench");
const seconds = Number(process.hrtime.bigint() - start) / 1e9;

// The answer: log-normal lines have a Gini coefficient of 2Φ(σ/√2) − 1, 0.6296 for σ = 0.55 ln 10.
assert.ok(Math.abs(usage.gini!.value - 0.6296) < 3 / Math.sqrt(lines), `Gini ${usage.gini!.value}`);
assert.ok(Math.abs(Math.log10(usage.median.value * 1e6) - 8.2) < 3 / Math.sqrt(lines));

console.log(
  JSON.stringify({
    bench: "analysis/report",
    lines,
    replicates: usage.replicates,
    seconds: Number(seconds.toFixed(3)),
    drawsPerSecond: Math.round((lines * usage.replicates) / seconds),
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
    node: process.version,
  }),
);
