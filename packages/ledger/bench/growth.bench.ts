// How long a ledger without reserved room stands still while it grows: the longest turn of 512 log rows of new leases on new
// prefixes and lines, in CPU time, and their mean. --leases N (10,000,000; 100,000 with --quick).
import { parseArgs } from "node:util";
import { LineTable } from "../src/line/table.ts";
import { Ledger } from "../src/lease/ledger.ts";
import type { LeaseLogColumns } from "../src/lease/log.ts";

const { values } = parseArgs({
  options: { leases: { type: "string" }, quick: { type: "boolean", default: false } },
});
const leases = Number(values.leases ?? (values.quick ? 100_000 : 10_000_000));
const rowsATurn = 512;
const t0 = Date.UTC(2026, 4, 11);

const encoder = new TextEncoder();
const source = encoder.encode("radius:198.51.100.1/start/open");
const blank = new Uint32Array(rowsATurn);
const line = {
  bytes: new Uint8Array(16 * rowsATurn),
  starts: blank.map((_, row) => 16 * row),
  ends: new Uint32Array(rowsATurn),
};
const columns: LeaseLogColumns = {
  count: rowsATurn,
  domain: { bytes: source, starts: blank, ends: blank },
  words: new Uint32Array(4 * rowsATurn),
  prefixLength: new Uint8Array(rowsATurn).fill(128),
  validFromMs: new Float64Array(rowsATurn).fill(t0),
  validToMs: new Float64Array(rowsATurn).fill(Number.POSITIVE_INFINITY),
  knownFromMs: new Float64Array(rowsATurn).fill(t0),
  line,
  source: { bytes: source, starts: blank, ends: blank.map(() => source.length) },
};
const octets = new Uint8Array(columns.words.buffer);

function writeRow(row: number, index: number): void {
  octets.set(
    [255, 255, 100 + (index >>> 24), (index >>> 16) & 255, (index >>> 8) & 255, index & 255],
    16 * row + 10,
  );
  line.ends[row] = 16 * row + encoder.encodeInto(`line-${index}`, line.bytes.subarray(16 * row)).written;
}

const ledger = new Ledger({ lines: new LineTable(leases), limits: { leases } });
// As in a collector, whose receiving threads look up in it.
ledger.lines.reserve();
let replaced = 0;
ledger.shared();
ledger.onShared(() => replaced++);
let longestMs = 0;
let sumMs = 0;
let turns = 0;
for (let first = 0; first + rowsATurn <= leases; first += rowsATurn) {
  for (let row = 0; row < rowsATurn; row++) writeRow(row, first + row);
  const before = process.threadCpuUsage();
  const { taken } = ledger.restoreColumns(columns);
  const { user, system } = process.threadCpuUsage(before);
  if (taken !== rowsATurn) throw new Error(`${taken} of ${rowsATurn} rows were taken`);
  const turnMs = (user + system) / 1000;
  longestMs = Math.max(longestMs, turnMs);
  sumMs += turnMs;
  turns++;
}
console.log(
  JSON.stringify({
    bench: "ledger/growth",
    leases: turns * rowsATurn,
    rowsATurn,
    longestTurnCpuMs: Number(longestMs.toFixed(2)),
    meanTurnCpuMs: Number((sumMs / turns).toFixed(3)),
    arraysReplaced: replaced,
    octetsPerLease: Number((ledger.stats.memoryBytes / (turns * rowsATurn)).toFixed(1)),
  }),
);
