// Rows of line_hour a second of one thread, of a week of 20,000 lines (500 with --quick). Prints one JSON line.
import { cpus } from "node:os";
import { Binomial, LineHourRows, LineWeeks, RollupProvider } from "../src/index.ts";

const lines = process.argv.includes("--quick") ? 500 : 20_000;
const prepareStart = performance.now();
const provider = new RollupProvider({ weeks: ["2023-W22"], lines });
const prepared = provider.prepare(0);
const prepareMs = performance.now() - prepareStart;

const weeks = new LineWeeks(prepared.input, (chance) => new Binomial(chance));
const rows = new LineHourRows(100_000);
let made = 0;
let estimate = 0;
const take = (): void => {
  made += rows.rowCount;
  for (let row = 0; row < rows.rowCount; row++) estimate += rows.in.octets[row] + rows.out.octets[row];
  rows.rowCount = 0;
};
const start = performance.now();
const before = process.cpuUsage();
weeks.run(0, lines, rows, take);
take();
const used = process.cpuUsage(before);
const seconds = (performance.now() - start) / 1000;

// Its own answer: the estimate of what was sampled comes near the truth.
const truth = prepared.input.lineDay.reduce((sum, octets) => sum + octets, 0);
if (Math.abs(estimate / truth - 1) > 0.01)
  throw new Error(`estimate ${estimate} is far from the truth ${truth}`);

console.log(
  JSON.stringify({
    bench: "simulator/rollup",
    lines,
    rows: made,
    prepareMs: Math.round(prepareMs),
    rowsPerSecond: Math.round(made / seconds),
    rowsPerCpuSecond: Math.round(made / ((used.user + used.system) / 1e6)),
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
    cpu: cpus()[0]?.model ?? "",
    runtime: `node ${process.version}`,
  }),
);
