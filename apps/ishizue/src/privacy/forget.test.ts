// A line is forgotten beside a collector that credits records to it, as an operator does it.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { parseAddress } from "@ishizue/wire";
import { Collector } from "../collector/collector.ts";
import { TestExporter } from "../collector/exporter.fixture.ts";
import { loadConfig } from "../config/load.ts";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));

function ishizue(dir: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [main, "--data", dir, ...args], (error, out, err) => {
      done({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

test(
  "ishizue forget beside a running collector: its ledger lets go of the line, and the scan finds nothing",
  { timeout: 120_000 },
  async (t) => {
    const dir = mkdtempSync(join(tmpdir(), "ishizue-forget-"));
    t.after(() => rmSync(dir, { recursive: true, force: true }));
    writeFileSync(
      join(dir, "ishizue.yaml"),
      "{ listen: { host: 127.0.0.1, ports: [0], receiver: dgram, workers: 1 }, status: { port: 0 }, batch: { interval: 20ms }, privacy: { profile: pseudonymous }, unlistedExporters: { defaultSamplingInterval: 1 } }",
    );
    const collector = await Collector.open(dir, loadConfig(dir));
    try {
      const words = new Uint32Array(4);
      parseAddress("100.64.0.1", words, 0);
      await collector.learn({
        kind: "lease",
        startMs: Date.now() - 3_600_000,
        endMs: Number.POSITIVE_INFINITY,
        line: "somebody",
        prefix: { words, prefixLength: 128 },
        knownMs: Date.now(),
        feed: "test",
      });
      await collector.listen();
      const { ports } = await collector.status();
      const router = await TestExporter.open({ host: "127.0.0.1", port: ports.flow[0] });
      t.after(() => router.close());
      await router.sendTemplate();
      await router.sendRecords(20);
      while (collector.counters().records < 20) await new Promise((done) => setTimeout(done, 5));
      await collector.drain();
      assert.equal(collector.counters().attributed, 20);

      const unknown = await ishizue(dir, "forget", "somebody else");
      assert.equal(unknown.code, 1);
      assert.match(unknown.err, /^ishizue: .*\[STORE_UNKNOWN_LINE\]\n$/);
      // What comes while it is being forgotten is credited to it until the collector hears of it.
      const sending = setInterval(() => void router.sendRecords(1), 500);
      t.after(() => clearInterval(sending));
      const { code, out, err } = await ishizue(dir, "forget", "somebody");
      clearInterval(sending);
      assert.equal(code, 0, err);
      // What was credited after it was forgotten may have been credited anew meanwhile.
      assert.match(
        out,
        /^flows: \d+ rows removed\nline_hour: \d+ rows removed\n(?:flow_revisions: \d+ rows removed\n)?leases: 1 rows removed$/m,
      );
      assert.equal(out.includes("somebody"), false);

      const before = collector.counters();
      await router.sendRecords(10);
      while (collector.counters().records < before.records + 10)
        await new Promise((done) => setTimeout(done, 5));
      await collector.drain();
      assert.equal(collector.counters().attributed, before.attributed);
      const [left] = await collector.store.query(
        "SELECT (SELECT countIf(line_out != '') FROM flows) AS credited, (SELECT count() FROM line_hour) AS hours, (SELECT count() FROM leases) AS leases",
      );
      assert.deepEqual(left, { credited: 0, hours: 0, leases: 0 });
    } finally {
      await collector.stop();
    }
  },
);
