// Records a second, generated and encoded, of a week of 2,000 lines (200 with --quick). Prints one JSON line.
import { cpus } from "node:os";
import { simulate } from "../src/index.ts";

const quick = process.argv.includes("--quick");
const lines = quick ? 200 : 2000;
const recordsTarget = quick ? 50_000 : 2_000_000;

const prepareStart = performance.now();
const provider = simulate({ weeks: [{ week: "2026-W20", year: 2023 }], lines, recordsTarget });
const prepareMs = performance.now() - prepareStart;
let octets = 0;
const start = performance.now();
for (const event of provider.run()) if (event.kind === "datagram") octets += event.bytes.length;
const seconds = (performance.now() - start) / 1000;
const records = provider.counts.records[0] + provider.counts.records[1];

// Its own answer: the estimate of what was sent comes near the truth.
const [tally] = provider.tallies;
let truth = 0;
let estimate = 0;
for (let flow = 0; flow < 4; flow++) {
  truth +=
    tally.serviceOctets(flow >>> 1, flow & 1) + tally.strayOctets[2 * flow] + tally.strayOctets[2 * flow + 1];
  estimate += provider.exporters[flow >>> 1].samplingInterval * tally.sampledOctets[flow];
}
if (Math.abs(estimate / truth - 1) > 0.05)
  throw new Error(`estimate ${estimate} is far from the truth ${truth}`);

console.log(
  JSON.stringify({
    bench: "simulator/run",
    lines,
    records,
    datagrams: provider.counts.datagrams[0] + provider.counts.datagrams[1],
    megabytes: Math.round(octets / 1e6),
    prepareMs: Math.round(prepareMs),
    recordsPerSecond: Math.round(records / seconds),
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
    cpu: cpus()[0]?.model ?? "",
    runtime: `node ${process.version}`,
  }),
);
