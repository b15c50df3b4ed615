// Look-ups a second and octets a lease, among a million leases (20,000 with --quick). Prints one JSON line.
import { clearHostBits } from "@ishizue/wire";
import { LineTable } from "../src/line/table.ts";
import { Ledger } from "../src/lease/ledger.ts";
import type { LeaseLogRow } from "../src/lease/log.ts";

const quick = process.argv.includes("--quick");
const leaseCount = quick ? 20_000 : 1_000_000;
const lookUpCount = quick ? 100_000 : 8_000_000;
const t0 = Date.UTC(2026, 4, 11);
const hourMs = 3_600_000;

/** xorshift32, seeded. */
let state = 0x2545f491;
function random(below: number): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % below;
}

/** Line i holds one IPv4 address, /56 or /64, by turns 5 : 3 : 2. */
function writeAddress(index: number, words: Uint32Array, wordOffset: number): number {
  const octets = new Uint8Array(words.buffer, words.byteOffset + 4 * wordOffset, 16);
  octets.fill(0);
  const kind = index % 10;
  const [b, c, d] = [(index >>> 16) & 255, (index >>> 8) & 255, index & 255];
  if (kind < 5) {
    octets.set([255, 255, 100, 64 + b, c, d], 10);
    return 128;
  }
  octets.set([0x20, 0x01, 0x0d, kind, b, c, d, 1], 0);
  return kind < 8 ? 56 : 64;
}

const gc = globalThis.gc ?? (() => {});
const lines = new LineTable();
for (let i = 0; i < leaseCount; i++) lines.refer(`line-${i}`);
gc();
const before = process.memoryUsage();
const ledger = new Ledger({ lines });
function* rows(): Generator<LeaseLogRow> {
  for (let i = 0; i < leaseCount; i++) {
    const words = new Uint32Array(4);
    const prefixLength = writeAddress(i, words, 0);
    clearHostBits(words, 0, prefixLength);
    const line = lines.name(i);
    yield {
      domain: "",
      words,
      prefixLength,
      validFromMs: t0 + (i % 24) * hourMs,
      validToMs: Number.POSITIVE_INFINITY,
      knownFromMs: t0 + i,
      line,
      source: "radius:198.51.100.1/start/open",
    };
  }
}
const loadStart = performance.now();
const restored = ledger.restore(rows());
const loadS = (performance.now() - loadStart) / 1000;
if (restored.taken !== leaseCount) throw new Error(`restored ${restored.taken} of ${leaseCount} leases`);
gc();
const now = process.memoryUsage();
const octetsPerLease = (now.heapUsed + now.arrayBuffers - before.heapUsed - before.arrayBuffers) / leaseCount;

// Seven of ten addresses are held; the rest are somebody else's. The answers are checked.
const probeCount = 1 << (quick ? 14 : 20);
const probes = new Uint32Array(4 * probeCount);
const expected = new Int32Array(probeCount);
for (let i = 0; i < probeCount; i++) {
  const held = random(10) < 7;
  const index = random(leaseCount);
  writeAddress(index, probes, 4 * i);
  expected[i] = held ? index : -1;
  if (!held) probes[4 * i] ^= 0x00ff_00ff;
  if (!held) probes[4 * i + 3] ^= 0x00ff_00ff;
}
const atMs = t0 + 48 * hourMs;
let wrong = 0;
for (let i = 0; i < probeCount; i++) if (ledger.resolve(probes, 4 * i, atMs) !== expected[i]) wrong++;
if (wrong > 0) throw new Error(`${wrong} of ${probeCount} look-ups gave another answer`);

const heapBefore = process.memoryUsage().heapUsed;
const cpuBefore = process.cpuUsage();
const start = performance.now();
let found = 0;
for (let i = 0; i < lookUpCount; i++) {
  if (ledger.resolve(probes, 4 * (i & (probeCount - 1)), atMs) >= 0) found++;
}
const seconds = (performance.now() - start) / 1000;
const cpuSeconds = process.cpuUsage(cpuBefore).user / 1e6;
const heapOctets = Math.max(0, process.memoryUsage().heapUsed - heapBefore);

console.log(
  JSON.stringify({
    bench: "ledger/lookup",
    leases: leaseCount,
    lookUps: lookUpCount,
    foundShare: Number((found / lookUpCount).toFixed(3)),
    lookUpsPerSecond: Math.round(lookUpCount / seconds),
    lookUpsPerCpuSecond: Math.round(lookUpCount / cpuSeconds),
    octetsPerLease: Math.round(octetsPerLease),
    allocatedOctetsPerLookUp: Number((heapOctets / lookUpCount).toFixed(3)),
    restoredRowsPerSecond: Math.round(leaseCount / loadS),
  }),
);
