// The whole `ishizue report` of a provider's week against the same week a year before: the store is filled with the sums
// of its lines, then the command runs as a process of its own.
// --lines N (1,000,000; 3,000 with --quick), --data DIR (keeps the store there, and takes it as it is where it has the
// weeks: filling takes longer than reporting), --print (report.pdf and PNG too, by Chromium), --runs N (1: the fastest counts).
// Memory is that of command, engine and printer together. Checks the report against the truth. Prints one JSON line.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";
import type { Quantity } from "@ishizue/analysis";
import { readReport } from "@ishizue/report";
import { RollupProvider } from "@ishizue/simulator";
import { parseConfig } from "../src/config/load.ts";
import { Stages } from "../src/progress/stages.ts";
import { rollupStages, writeRollups } from "../src/simulate/rollups.ts";
import { ProcessTree } from "./report/process-tree.ts";

const { values } = parseArgs({
  options: {
    lines: { type: "string" },
    data: { type: "string" },
    runs: { type: "string", default: "1" },
    print: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
  },
});
const lines = Number(values.lines ?? (values.quick ? 3000 : 1_000_000));
/** In the order of time. */
const weeks = ["2025-W20", "2026-W20"] as const;
const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "ishizue-report-"));
const folder = values.data === undefined ? scratch : resolve(values.data);
const dataDir = join(folder, "data");
const truthDir = join(folder, "truth");
/** Written when all is filled, so that a store left half full is not taken for one. */
const filled = join(folder, `filled-${lines}`);

async function fill(): Promise<void> {
  if (existsSync(filled)) return;
  mkdirSync(folder, { recursive: true });
  await writeRollups({
    provider: new RollupProvider({ weeks, lines, seed: 1 }),
    dataDir,
    truthDir,
    config: parseConfig({}, "bench"),
    stages: new Stages(rollupStages(weeks.length)),
  });
  writeFileSync(filled, "");
}

interface Run {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

async function report(out: string): Promise<Run> {
  const asked = ["--week", weeks[1], "--compare", weeks[0], "--out", out];
  const started = performance.now();
  const command = spawn(
    process.execPath,
    [main, "--data", dataDir, "report", ...asked, ...(values.print ? [] : ["--no-print"])],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  const tree = new ProcessTree(command.pid ?? 0);
  const looking = setInterval(() => tree.look(), 50);
  const code = await new Promise<number | null>((ended) => command.once("exit", ended));
  clearInterval(looking);
  assert.equal(code, 0, "the command's exit code");
  return {
    seconds: (performance.now() - started) / 1000,
    cpuSeconds: tree.cpuSeconds,
    peakBytes: tree.peakBytes,
  };
}

type Service = "broadband" | "mobile";
type Direction = "in" | "out";

/** True octets of a week's consumer lines, by service: from the truth's file of all lines and days. */
function trueOctets(week: string): Record<Service, Record<Direction, number>> {
  const npy = readFileSync(join(truthDir, `usage-${week}.npy`));
  const octets = new Float64Array(npy.buffer.slice(npy.byteOffset + 10 + npy.readUInt16LE(8)));
  const [head, ...rows] = readFileSync(join(truthDir, "lines.csv"), "utf8").trimEnd().split("\n");
  const names = head.split(",");
  const [classAt, accessAt] = ["class", "access"].map((name) => names.indexOf(name));
  const sums = { broadband: { in: 0, out: 0 }, mobile: { in: 0, out: 0 } };
  for (const [line, row] of rows.entries()) {
    const fields = row.split(",");
    if (fields[classAt] !== "consumer") continue;
    const sum = sums[fields[accessAt] === "mobile" ? "mobile" : "broadband"];
    for (let at = 14 * line; at < 14 * (line + 1); at += 2) {
      sum.in += octets[at];
      sum.out += octets[at + 1];
    }
  }
  return sums;
}

/** Everything that two weeks give is there, and mean × lines is the truth, as near as its interval says. Lines of the last week. */
function check(out: string): number {
  const { tables, figures } = readReport(readFileSync(join(out, "report.json"), "utf8"), "report.json");
  for (const id of [
    ...[1, 2, 3, 4].map((n) => `table-${n}`),
    "table-1-corrected",
    "table-2-corrected",
    "share",
  ])
    assert.ok(id in tables, id);
  for (const id of [...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => `fig-${n}`), "share", "coverage"])
    assert.ok(id in figures, id);
  let linesOfLast = 0;
  for (const week of weeks) {
    const truth = trueOctets(week);
    for (const [table, service] of [
      ["table-1", "broadband"],
      ["table-2", "mobile"],
    ] as const) {
      const cells = tables[table].rows.find(({ key }) => key === week)?.cells ?? {};
      const count = (cells["lines"] as Quantity).value;
      if (week === weeks.at(-1)) linesOfLast += count;
      for (const direction of ["in", "out"] as const) {
        const { value, lower, upper } = cells[`${direction}_mean`] as Quantity;
        const mean = truth[service][direction] / count / 7e6;
        assert.ok(
          Math.abs(value - mean) < upper - lower,
          `${service} ${direction} of ${week}: ${value} MB/day, in truth ${mean}`,
        );
      }
    }
  }
  return linesOfLast;
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

try {
  await fill();
  const out = join(scratch, "report");
  const [load] = loadavg();
  const runs: Run[] = [];
  for (let run = 0; run < Number(values.runs); run++) runs.push(await report(out));
  const [fastest] = runs.toSorted((a, b) => a.seconds - b.seconds);
  console.log(
    JSON.stringify({
      bench: "report",
      lines,
      consumerLines: check(out),
      weeks: weeks.length,
      print: values.print,
      runs: runs.length,
      seconds: round(fastest.seconds, 2),
      cpuSeconds: round(fastest.cpuSeconds, 2),
      peakMegabytes: Math.ceil(Math.max(...runs.map(({ peakBytes }) => peakBytes)) / 1e6),
      files: readdirSync(out, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).length,
      // What else the machine was at before: seconds are of this machine with that on it, processor seconds less so.
      load: round(load, 2),
    }),
  );
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
