// End to end: NetFlow v9 over UDP into the store with all its rollups, as `ishizue collect` does it.
// Prints one JSON line. Options: --records N (10,000,000), --lines N (100,000), --quick.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import type { CollectorStatus } from "../src/status/snapshot.ts";

const { values } = parseArgs({
  options: {
    records: { type: "string" },
    lines: { type: "string" },
    quick: { type: "boolean", default: false },
  },
});
const records = Number(values.records ?? (values.quick ? 100_000 : 10_000_000));
const lines = Number(values.lines ?? (values.quick ? 1000 : 100_000));
const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const load = fileURLToPath(new URL("./flow-load.ts", import.meta.url));
const dir = mkdtempSync(join(tmpdir(), "ishizue-bench-"));
const run = promisify(execFile);
const dotted = (word: number): string => [24, 16, 8, 0].map((shift) => (word >>> shift) & 255).join(".");

try {
  const names = Array.from({ length: lines }, (_, index) => `bb-${String(index).padStart(6, "0")}`);
  writeFileSync(join(dir, "lines.csv"), names.map((name) => `${name},consumer,PPPoE,,\n`).join(""));
  writeFileSync(
    join(dir, "leases.csv"),
    names.map((name, i) => `${dotted(0x64400000 + i)},,,${name}\n`).join(""),
  );
  await run(process.execPath, [main, "--data", dir, "import", "lines", join(dir, "lines.csv")]);
  await run(process.execPath, [main, "--data", dir, "import", "leases", join(dir, "leases.csv")]);

  const collector = spawn(
    process.execPath,
    [main, "--data", dir, "collect", "--listen", "127.0.0.1", "--port", "0", "--status-port", "0"],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let said = "";
  const url = await new Promise<string>((found, ended) => {
    collector.on("exit", () => ended(new Error(`the collector ended: ${said}`)));
    collector.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const match = /status on (http:\S+)/.exec(said);
      if (match !== null) found(match[1]);
    });
  });
  const status = async (): Promise<CollectorStatus> => (await (await fetch(url)).json()) as CollectorStatus;
  const { ports } = await status();

  const startedMs = Date.now();
  const { stdout } = await run(process.execPath, [
    load,
    `127.0.0.1:${ports.flow[0]}`,
    url,
    String(records),
    String(lines),
  ]);
  const sent = JSON.parse(stdout) as { records: number; seconds: number };
  let now = await status();
  while (
    now.pipeline.rowsDurable < sent.records ||
    (now.spool as { pendingFiles: number }).pendingFiles > 0
  ) {
    assert.equal(now.pipeline.rowsLost, 0, "rows were lost");
    assert.ok(
      Date.now() - startedMs < 600_000,
      `not done after ten minutes: ${JSON.stringify(now.pipeline)}`,
    );
    await new Promise((done) => setTimeout(done, 50));
    now = await status();
  }
  const seconds = (Date.now() - startedMs) / 1000;
  const gone = once(collector, "exit");
  collector.kill("SIGTERM");
  await gone;

  const sql = `SELECT (SELECT count() FROM flows) AS flows, (SELECT sum(sampled_packets_in + sampled_packets_out) FROM line_hour) AS line_packets, (SELECT sum(packets) FROM flows WHERE line_in != '') + (SELECT sum(packets) FROM flows WHERE line_out != '') AS flow_packets`;
  const answer = await run(process.execPath, [main, "--data", dir, "sql", "--format", "ndjson", sql]);
  const counted = JSON.parse(answer.stdout) as { flows: string; line_packets: string; flow_packets: string };
  assert.equal(Number(counted.flows), sent.records, "records in the store");
  assert.equal(counted.line_packets, counted.flow_packets, "rollups and raw rows");
  console.log(
    JSON.stringify({
      bench: "collect",
      records: sent.records,
      lines,
      recordsPerSecond: Math.round(sent.records / seconds),
      receivedPerSecond: Math.round(sent.records / sent.seconds),
      seconds,
      lost: sent.records - Number(counted.flows),
    }),
  );
} finally {
  rmSync(dir, { recursive: true, force: true });
}
