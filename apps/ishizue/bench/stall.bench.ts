// How long the collector's main thread stands still at a time while it loads the ledger, receives and inserts
// records, takes accounting events, and is asked beside: the longest stall of each, in milliseconds. The collector runs in this
// process as `ishizue collect` has it; what sends to it is another. Beside each the most CPU time between two turns of the event
// loop: how long it stands still when nobody else uses the machine. Prints one JSON line.
// Options: --leases N (1,000,000), --records N (5,000,000), --quick.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { migrate, openStore } from "@ishizue/store";
import { Collector } from "../src/collector/collector.ts";
import { parseConfig } from "../src/config/load.ts";

const { values } = parseArgs({
  options: {
    leases: { type: "string" },
    records: { type: "string" },
    quick: { type: "boolean", default: false },
  },
});
const leases = Number(values.leases ?? (values.quick ? 20_000 : 1_000_000));
const records = Number(values.records ?? (values.quick ? 50_000 : 5_000_000));
const load = fileURLToPath(new URL("./flow-load.ts", import.meta.url));
const dataDir = mkdtempSync(join(tmpdir(), "ishizue-stall-"));

const resolutionMs = 1;
const watch = monitorEventLoopDelay({ resolution: resolutionMs });
watch.enable();

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

const rounded = (ms: number): number => Math.round(10 * ms) / 10;

/** Longest stall while `what` runs, and the most CPU time of a turn. */
async function stallOf(what: () => Promise<unknown>): Promise<{ stallMs: number; turnCpuMs: number }> {
  // What was before is not of this.
  await new Promise((done) => setTimeout(done, 20));
  watch.reset();
  let cpuMs = threadCpuMs();
  let turnCpuMs = 0;
  const turn = (): void => {
    const nowMs = threadCpuMs();
    turnCpuMs = Math.max(turnCpuMs, nowMs - cpuMs);
    cpuMs = nowMs;
  };
  const turns = setInterval(turn, 1);
  await what();
  await new Promise((done) => setTimeout(done, 20));
  clearInterval(turns);
  return { stallMs: rounded(Math.max(0, watch.max / 1e6 - resolutionMs)), turnCpuMs: rounded(turnCpuMs) };
}

try {
  const store = await openStore({ dataDir });
  await migrate(store);
  await store.command(
    `INSERT INTO leases (domain, address, prefix_length, valid_from, valid_to, known_from, line, source)
     SELECT '', toIPv6(concat('::ffff:', IPv4NumToString(toUInt32(0x64400000 + number)))), 128, now64(3) - 60, toDateTime64('2299-12-31', 3, 'UTC'),
       now64(3) - 60, concat('bb-', leftPad(toString(number), 6, '0')), 'bench' FROM numbers({leases:UInt32})`,
    { leases },
  );
  await store.close();

  const config = parseConfig(
    { listen: { host: "127.0.0.1", ports: [0] }, status: { port: 0 }, limits: { reserveBytes: 0 } },
    "bench",
  );
  let collector!: Collector;
  const loading = await stallOf(async () => {
    collector = await Collector.open(dataDir, config);
  });
  assert.equal(collector.ledger.stats.leases, leases);
  await collector.listen();
  const { ports } = await collector.status();
  const url = `http://127.0.0.1:${ports.status}/status`;
  let sent = 0;
  const receiving = await stallOf(async () => {
    const lines = Math.min(leases, 100_000);
    const target = `127.0.0.1:${ports.flow[0]}`;
    const { stdout } = await promisify(execFile)(process.execPath, [
      load,
      target,
      url,
      String(records),
      String(lines),
    ]);
    sent = (JSON.parse(stdout) as { records: number }).records;
    await collector.drain();
  });
  assert.equal(collector.counters().rowsDurable, sent);
  const accounting = await stallOf(async () => {
    for (let burst = 0; burst < (values.quick ? 10 : 200); burst++) {
      await Promise.all(
        Array.from({ length: 100 }, (_, index) =>
          collector.learn({
            kind: "start",
            feed: "radius",
            nas: "198.51.100.1",
            session: `${burst}-${index}`,
            line: `bb-${burst}-${index}`,
            prefixes: [
              { words: Uint32Array.of(0, 0, 0xffff, 0x0a000000 + burst * 100 + index), prefixLength: 128 },
            ],
            atMs: Date.now(),
            knownMs: Date.now(),
          }),
        ),
      );
    }
  });
  const querying = await stallOf(() =>
    collector.store.query(
      "SELECT hour, sum(octets_in), sum(octets_out) FROM line_hour GROUP BY hour ORDER BY hour",
    ),
  );
  const asking = await stallOf(async () => {
    for (let asked = 0; asked < 20; asked++) await (await fetch(url)).text();
  });
  await collector.stop();
  console.log(
    JSON.stringify({
      bench: "collect/stall",
      leases,
      records: sent,
      longestStallMsLoading: loading.stallMs,
      longestStallMsReceiving: receiving.stallMs,
      longestStallMsAccounting: accounting.stallMs,
      longestStallMsQuerying: querying.stallMs,
      longestStallMsStatus: asking.stallMs,
      longestTurnCpuMsLoading: loading.turnCpuMs,
      longestTurnCpuMsReceiving: receiving.turnCpuMs,
      longestTurnCpuMsAccounting: accounting.turnCpuMs,
      longestTurnCpuMsQuerying: querying.turnCpuMs,
      longestTurnCpuMsStatus: asking.turnCpuMs,
    }),
  );
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
