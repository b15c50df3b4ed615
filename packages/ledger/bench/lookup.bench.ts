// Look-ups a second and octets a lease among 1 M and 10 M leases (20,000 with --quick), alone and in batches, by the ledger
// and by a view of its shared memory. Prints one JSON line a case. Rates are by CPU time of one core.
import { LineTable } from "../src/line/table.ts";
import { Ledger } from "../src/lease/ledger.ts";
import type { LeaseLogColumns } from "../src/lease/log.ts";
import { LedgerView } from "../src/lease/view.ts";

const quick = process.argv.includes("--quick");
const t0 = Date.UTC(2026, 4, 11);
const hourMs = 3_600_000;
const probeCount = 1 << (quick ? 14 : 21);
const lookUpCount = quick ? 1 << 16 : 1 << 24;

interface Case {
  readonly leases: number;
  /** Leases of one prefix after the other, the newest open. */
  readonly perPrefix: number;
  readonly family: "IPv4" | "IPv6" | "mixed";
}
const sizes = quick ? [20_000] : [1_000_000, 10_000_000];
const cases = sizes.flatMap((leases): Case[] => [
  { leases, perPrefix: 1, family: "IPv4" },
  { leases, perPrefix: 1, family: "mixed" },
  { leases, perPrefix: 4, family: "IPv4" },
]);

/** xorshift32, seeded. */
let state = 0x2545f491;
function random(below: number): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % below;
}

/** Line i holds an IPv4 address, or by turns of ten an IPv4 address (5), a /56 (3) or a /64 (2). */
function writeAddress(index: number, family: Case["family"], words: Uint32Array, wordOffset: number): number {
  const octets = new Uint8Array(words.buffer, words.byteOffset + 4 * wordOffset, 16);
  octets.fill(0);
  const kind = family === "IPv4" ? 0 : family === "IPv6" ? 5 : index % 10;
  const [b, c, d] = [(index >>> 16) & 255, (index >>> 8) & 255, index & 255];
  if (kind < 5) {
    octets.set([255, 255, 100, 64 + b, c, d], 10);
    return 128;
  }
  octets.set([0x20, 0x01, 0x0d, kind, b, c, d, 0], 0);
  return kind < 8 ? 56 : 64;
}

/** The log in blocks of columns, as a store hands it out; the texts of a block are written once, and its lines anew. */
function* blocksOf({ leases, perPrefix, family }: Case): Generator<LeaseLogColumns> {
  const prefixes = leases / perPrefix;
  const encoder = new TextEncoder();
  const source = encoder.encode("radius:198.51.100.1/start/open");
  const rows = Math.min(leases, 50_000);
  const blank = new Uint32Array(rows);
  const lineBytes = new Uint8Array(16 * rows);
  const line = { bytes: lineBytes, starts: blank.map((_, row) => 16 * row), ends: new Uint32Array(rows) };
  const words = new Uint32Array(4 * rows);
  const prefixLength = new Uint8Array(rows);
  const validFromMs = new Float64Array(rows);
  const validToMs = new Float64Array(rows);
  const knownFromMs = new Float64Array(rows);
  for (let from = 0; from < leases; from += rows) {
    const count = Math.min(rows, leases - from);
    for (let row = 0; row < count; row++) {
      const index = (from + row) % prefixes;
      const turn = Math.floor((from + row) / prefixes);
      prefixLength[row] = writeAddress(index, family, words, 4 * row);
      validFromMs[row] = t0 + turn * hourMs;
      validToMs[row] = turn === perPrefix - 1 ? Number.POSITIVE_INFINITY : t0 + (turn + 1) * hourMs;
      knownFromMs[row] = t0 + turn * hourMs + 1;
      line.ends[row] = 16 * row + encoder.encodeInto(`line-${index}`, lineBytes.subarray(16 * row)).written;
    }
    yield {
      count,
      domain: { bytes: source, starts: blank, ends: blank },
      words,
      prefixLength,
      validFromMs,
      validToMs,
      knownFromMs,
      line,
      source: { bytes: source, starts: blank, ends: blank.map(() => source.length) },
    };
  }
}

/** Seven of ten addresses are held; the rest are somebody else's, beside the customers' or far from them. */
function probesOf({ leases, perPrefix, family }: Case): { addresses: Uint32Array; expected: Int32Array } {
  const addresses = new Uint32Array(4 * probeCount);
  const expected = new Int32Array(probeCount);
  const octets = new Uint8Array(addresses.buffer);
  for (let i = 0; i < probeCount; i++) {
    const held = random(10) < 7;
    const index = random(leases / perPrefix);
    const prefixLength = writeAddress(index, family, addresses, 4 * i);
    expected[i] = held ? index : -1;
    if (held && prefixLength < 128) octets[16 * i + 15] = random(256);
    else if (!held) octets[16 * i + (prefixLength < 128 ? 2 : 12)] ^= random(2) === 0 ? 0x80 : 0x40;
  }
  return { addresses, expected };
}

function measure(run: (first: number, end: number) => void): { wall: number; cpu: number; heap: number } {
  const step = Math.min(probeCount, 1 << 16);
  for (let at = 0; at < probeCount; at += step) run(at, at + step);
  const heapBefore = process.memoryUsage().heapUsed;
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  for (let n = 0; n < lookUpCount; n += step) {
    const at = n % probeCount;
    run(at, at + step);
  }
  const seconds = (performance.now() - start) / 1000;
  const cpuSeconds = process.cpuUsage(cpuBefore).user / 1e6;
  const heap = Math.max(0, process.memoryUsage().heapUsed - heapBefore);
  return { wall: lookUpCount / seconds, cpu: lookUpCount / cpuSeconds, heap: heap / lookUpCount };
}

function check(found: Int32Array, expected: Int32Array): void {
  let wrong = 0;
  for (let i = 0; i < expected.length; i++) if (found[i] !== expected[i]) wrong++;
  if (wrong > 0) throw new Error(`${wrong} of ${expected.length} look-ups gave another answer`);
}

for (const each of cases) {
  globalThis.gc?.();
  const residentBefore = process.memoryUsage.rss();
  const lines = new LineTable(each.leases);
  for (let i = 0; i < each.leases / each.perPrefix; i++) lines.refer(`line-${i}`);
  globalThis.gc?.();
  const residentWithLines = process.memoryUsage.rss();
  const ledger = new Ledger({ lines, limits: { leases: each.leases } });
  ledger.reserve(each.leases);
  let loadUs = 0;
  let taken = 0;
  for (const block of blocksOf(each)) {
    const loadStart = process.cpuUsage();
    taken += ledger.restoreColumns(block).taken;
    const load = process.cpuUsage(loadStart);
    loadUs += load.user + load.system;
  }
  if (taken !== each.leases) throw new Error(`restored ${taken} of ${each.leases} leases`);
  globalThis.gc?.();
  const resident = process.memoryUsage.rss() - residentWithLines;

  const { addresses, expected } = probesOf(each);
  const times = new Float64Array(probeCount).fill(t0 + 48 * hourMs);
  const found = new Int32Array(probeCount);
  const view = new LedgerView(ledger.shared());
  const alone = measure((first, end) => {
    for (let i = first; i < end; i++) found[i] = ledger.resolve(addresses, 4 * i, times[i]);
  });
  check(found, expected);
  found.fill(-9);
  const batch = measure((first, end) => ledger.resolveRows(addresses, times, first, end, found));
  check(found, expected);
  found.fill(-9);
  const viewAlone = measure((first, end) => {
    for (let i = first; i < end; i++) found[i] = view.resolve(addresses, 4 * i, times[i]);
  });
  check(found, expected);
  found.fill(-9);
  const viewBatch = measure((first, end) => view.resolveRows(addresses, times, first, end, found));
  check(found, expected);

  console.log(
    JSON.stringify({
      bench: "ledger/lookup",
      ...each,
      lookUps: lookUpCount,
      lookUpsPerCpuSecond: Math.round(alone.cpu),
      batchLookUpsPerCpuSecond: Math.round(batch.cpu),
      viewLookUpsPerCpuSecond: Math.round(viewAlone.cpu),
      viewBatchLookUpsPerCpuSecond: Math.round(viewBatch.cpu),
      viewBatchLookUpsPerSecond: Math.round(viewBatch.wall),
      allocatedOctetsPerLookUp: Number(
        Math.max(alone.heap, batch.heap, viewAlone.heap, viewBatch.heap).toFixed(3),
      ),
      octetsPerLease: Number((ledger.stats.memoryBytes / each.leases).toFixed(1)),
      residentOctetsPerLease: Number((resident / each.leases).toFixed(1)),
      residentOctetsPerLine: Number(
        (((residentWithLines - residentBefore) * each.perPrefix) / each.leases).toFixed(1),
      ),
      restoredRowsPerCpuSecond: Math.round((each.leases * 1e6) / loadUs),
    }),
  );
}
