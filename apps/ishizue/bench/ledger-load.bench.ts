// Seconds from a store with a log of leases to a ledger that answers: what `ishizue collect` does at its start. Half of the
// leases have two rows, a Start and its end. Prints how long the event loop stood still at the most, too.
// --leases N (10,000,000; 20,000 with --quick).
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { Ledger, LineTable } from "@ishizue/ledger";
import { migrate, openStore } from "@ishizue/store";
import { parseAddress } from "@ishizue/wire";
import { LedgerLoader } from "../src/collector/ledger-store.ts";

const { values } = parseArgs({
  options: { leases: { type: "string" }, quick: { type: "boolean", default: false } },
});
const leases = Number(values.leases ?? (values.quick ? 20_000 : 10_000_000));
const rows = leases * 1.5;
const startMs = Date.UTC(2026, 4, 11);
const dataDir = mkdtempSync(join(tmpdir(), "ishizue-ledger-load-"));

/** Lease i is of line i: an IPv4 address, or of three in ten a delegated /56. */
const fill = `INSERT INTO leases (domain, address, prefix_length, valid_from, valid_to, known_from, line, source)
SELECT '' AS domain,
  if(n % 10 < 7, toIPv6(IPv4NumToString(toUInt32(1681915904 + n))), toIPv6(concat('2001:db8:', hex(intDiv(n, 65536)), ':', hex(n % 256), hex(intDiv(n, 256) % 256), '::'))) AS address,
  if(n % 10 < 7, 128, 64) AS prefix_length,
  fromUnixTimestamp64Milli({start:Int64} + toInt64(n % 86400) * 1000, 'UTC') AS valid_from,
  if(ended, valid_from + toIntervalHour(20), toDateTime64('2299-12-31 00:00:00', 3, 'UTC')) AS valid_to,
  if(ended, valid_to, valid_from) + toIntervalSecond(1) AS known_from,
  concat('bb-', leftPad(toString(n), 8, '0')) AS line,
  if(ended, 'radius:198.51.100.1/start/stop', 'radius:198.51.100.1/start/open') AS source
FROM (SELECT number % {leases:UInt64} AS n, number >= {leases:UInt64} AS ended FROM numbers({first:UInt64}, {rows:UInt64}))`;

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

const store = await openStore({ dataDir });
try {
  await migrate(store);
  for (let first = 0; first < rows; first += 1_000_000) {
    const count = Math.min(1_000_000, rows - first);
    await store.command(fill, { start: startMs, leases, first, rows: count });
  }
  const before = process.memoryUsage.rss();
  const ledger = new Ledger({ lines: new LineTable(leases), limits: { leases } });
  const delay = monitorEventLoopDelay({ resolution: 5 });
  let cpuMs = threadCpuMs();
  let longestTurnCpuMs = 0;
  const turns = setInterval(() => {
    const nowMs = threadCpuMs();
    longestTurnCpuMs = Math.max(longestTurnCpuMs, nowMs - cpuMs);
    cpuMs = nowMs;
  }, 1);
  const cpuBefore = process.cpuUsage();
  const started = performance.now();
  delay.enable();
  const loaded = await new LedgerLoader(store, ledger).load();
  delay.disable();
  clearInterval(turns);
  const seconds = (performance.now() - started) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  assert.ok(loaded.leases >= rows, `${loaded.leases} rows of ${rows}`);
  assert.equal(ledger.stats.leases, leases);
  assert.equal(ledger.stats.lines, leases);
  const words = new Uint32Array(4);
  parseAddress("100.64.0.4", words, 0);
  assert.equal(ledger.lines.name(ledger.resolve(words, 0, startMs + 3_600_000)), "bb-00000004");
  assert.equal(ledger.resolve(words, 0, startMs + 30 * 3_600_000), -2, "it has ended");
  console.log(
    JSON.stringify({
      bench: "ledger-load",
      leases,
      rows,
      seconds: Number(seconds.toFixed(2)),
      rowsPerSecond: Math.round(rows / seconds),
      // Of this process: the engine's comes on top.
      cpuMicrosecondsPerRow: Number(((cpu.user + cpu.system) / rows).toFixed(2)),
      longestStallMs: Number((delay.max / 1e6).toFixed(1)),
      p999StallMs: Number((delay.percentile(99.9) / 1e6).toFixed(1)),
      // CPU between two turns of the event loop: what stands still when nobody else uses the machine.
      longestTurnCpuMs: Number(longestTurnCpuMs.toFixed(1)),
      octetsPerLease: Number((ledger.stats.memoryBytes / leases).toFixed(1)),
      residentOctetsPerLease: Number(((process.memoryUsage.rss() - before) / leases).toFixed(1)),
    }),
  );
} finally {
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
}
