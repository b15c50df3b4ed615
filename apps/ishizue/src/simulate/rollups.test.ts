import { buildReport } from "@ishizue/analysis";
import { RollupProvider } from "@ishizue/simulator";
import { openStore, startEngine } from "@ishizue/store";
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { after, test } from "node:test";
import { parseConfig } from "../config/load.ts";
import { Stages } from "../progress/stages.ts";
import { type RollupCounts, rollupStages, writeRollups } from "./rollups.ts";

const dir = mkdtempSync(join(tmpdir(), "ishizue-rollups-"));
after(() => rmSync(dir, { recursive: true, force: true }));

const dataDir = join(dir, "data");
const truthDir = join(dir, "truth");

function run(weeks: readonly string[], threads = 2, seed = 5): Promise<RollupCounts> {
  return writeRollups({
    provider: new RollupProvider({ weeks, lines: 600, seed, cgnat: true }),
    dataDir,
    truthDir,
    config: parseConfig({}, "test"),
    stages: new Stages(rollupStages(weeks.length), new PassThrough() as unknown as NodeJS.WriteStream),
    threads,
  });
}

test("a simulated provider is in the store as its lines, leases and sums, and its report holds the truth", async () => {
  const counts = await run(["2022-W22", "2023-W22"]);
  const store = await openStore({ dataDir });
  try {
    const [found] = await store.query<Record<string, number>>(
      `SELECT (SELECT toFloat64(count()) FROM lines) AS lines, (SELECT toFloat64(count()) FROM leases) AS leases,
        (SELECT toFloat64(count()) FROM line_hour) AS line_hour, (SELECT toFloat64(count()) FROM port_hour) AS port_hour,
        (SELECT toFloat64(count()) FROM edge_5m) AS edge_5m, (SELECT toFloat64(count()) FROM quality_5m) AS quality_5m,
        (SELECT toFloat64(count()) FROM line_hour WHERE line_id NOT IN (SELECT line_id FROM lines)) AS strangers,
        (SELECT toFloat64(sum(octets_in) + sum(octets_out)) FROM line_hour) AS byLine,
        (SELECT toFloat64(sum(octets)) FROM port_hour) AS byPort,
        (SELECT toFloat64(sum(attributed_octets)) FROM quality_5m) AS byExporter,
        (SELECT sum(variance_in) + sum(variance_out) FROM line_hour) AS variance,
        (SELECT sum(variance) FROM port_hour) AS portVariance`,
    );
    const { strangers, byLine, byPort, byExporter, variance, portVariance, ...rows } = found;
    assert.deepEqual(rows, { ...counts });
    assert.equal(strangers, 0);
    assert.equal(byPort, byLine);
    assert.equal(byExporter, byLine);
    assert.ok(Math.abs(portVariance / variance - 1) < 1e-9);
    const report = await buildReport(store, {
      week: "2023-W22",
      compare: ["2022-W22"],
      softwareVersion: "test",
    });
    const cell = (table: string, column: string): { value: number; lower: number; upper: number } => {
      const row = report.tables[table].rows.find(({ key }) => key === "2023-W22");
      return row?.cells[column] as { value: number; lower: number; upper: number };
    };
    assert.equal(cell("table-1", "lines").value, 420);
    // Their ports are leased too: a line is counted once.
    assert.equal(cell("table-2", "lines").value, 150);
    assert.equal(found["leases"], found["lines"] + found["lines"] / 4);
    for (const [table, column, mean] of [
      ["table-1", "in_mean", 804],
      ["table-1", "out_mean", 5456],
      ["table-2", "in_mean", 14.1],
      ["table-2", "out_mean", 129.2],
    ] as const) {
      assert.ok(Math.abs(cell(table, column).value / mean - 1) < 0.02, `${table} ${column}`);
    }
    assert.deepEqual(
      report.tables["access"].rows.map(({ key }) => key),
      ["2022-W22", "2023-W22"].flatMap((week) => [week, `${week}/PPPoE`, `${week}/IPoE`]),
    );
    const [pppoe, all, ipoe] = ["table-3-pppoe", "table-3", "table-3-ipoe"].map((id) => {
      const cell = report.tables[id].rows.find(({ key }) => key === "tcp/443")?.cells["2023-W22"];
      return typeof cell === "object" && cell !== null ? cell.value : Number.NaN;
    });
    assert.ok(Math.min(pppoe, ipoe) < all && all < Math.max(pppoe, ipoe), `${pppoe} ${all} ${ipoe}`);
  } finally {
    await store.close();
  }
  const usage = readFileSync(join(truthDir, "usage-2023-W22.npy"));
  assert.equal(usage.subarray(1, 6).toString(), "NUMPY");
  const head = 10 + usage.readUInt16LE(8);
  assert.equal(head % 64, 0);
  assert.match(usage.subarray(10, head).toString(), /'shape': \(600, 7, 2,\)/);
  assert.equal(usage.length, head + 600 * 14 * 8);
});

test("a week is not simulated twice into one store", async () => {
  await assert.rejects(run(["2023-W22"]), { code: "WEEK_THERE" });
});

test("lines that are not simulated keep a store from being filled", async () => {
  const store = await openStore({ dataDir });
  await store.command("INSERT INTO lines (line, class, access) SELECT 'real', 'consumer', 'PPPoE'");
  await store.close();
  await assert.rejects(run(["2021-W22"]), { code: "NOT_SIMULATED" });
});

test("a pseudonymous store takes no lines in clear", async () => {
  await assert.rejects(
    writeRollups({
      provider: new RollupProvider({ weeks: ["2023-W22"], lines: 10 }),
      dataDir,
      truthDir,
      config: parseConfig({ privacy: { profile: "pseudonymous", keyFile: join(dir, "key") } }, "test"),
      stages: new Stages(1, new PassThrough() as unknown as NodeJS.WriteStream),
    }),
    { code: "CLEAR_LINES" },
  );
});

test("with store.url the sums go to that server, and none to an engine of the data folder", async () => {
  const server = await startEngine({ dataDir: join(dir, "server") });
  try {
    const { port, user, password } = server.address;
    const passwordFile = join(dir, "password");
    writeFileSync(passwordFile, password);
    const url = `http://127.0.0.1:${port}`;
    const counts = await writeRollups({
      provider: new RollupProvider({ weeks: ["2023-W22"], lines: 50, seed: 5 }),
      dataDir: join(dir, "elsewhere"),
      truthDir: join(dir, "truth-elsewhere"),
      config: parseConfig({ store: { url, user, passwordFile } }, "test"),
      stages: new Stages(rollupStages(1), new PassThrough() as unknown as NodeJS.WriteStream),
      threads: 1,
    });
    const store = await openStore({ url, username: user, password });
    const [{ rows }] = await store.query<{ rows: number }>(
      "SELECT toFloat64(count()) AS rows FROM line_hour",
    );
    await store.close();
    assert.deepEqual([rows, rows > 0], [counts.line_hour, true]);
    assert.equal(existsSync(join(dir, "elsewhere", "engine")), false);
  } finally {
    await server.close();
  }
});
