// Look-ups a second among port blocks of shared addresses, 63 blocks of 1,024 ports an address, in batches by a view of the
// ledger's shared memory: blocks that lines hold, and blocks that addresses behind a NAT hold, whose line is looked up too. Prints
// one JSON line each; rates are by CPU time of one core. --blocks N (1,000,000; 20,000 with --quick).
import { parseArgs } from "node:util";
import { LineTable } from "../src/line/table.ts";
import { Ledger } from "../src/lease/ledger.ts";
import type { LeaseLogRow } from "../src/lease/log.ts";
import { LedgerView } from "../src/lease/view.ts";

const { values } = parseArgs({
  options: { blocks: { type: "string" }, quick: { type: "boolean", default: false } },
});
const blocks = Number(values.blocks ?? (values.quick ? 20_000 : 1_000_000));
const probes = values.quick ? 1 << 14 : 1 << 20;
const turns = values.quick ? 1 : 8;
const rowsAtOnce = 4096;
const blocksAnAddress = 63;
const blockPorts = 1024;
const t0 = Date.UTC(2026, 4, 11);

/** xorshift32, seeded. */
let state = 0x2545f491;
function random(below: number): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % below;
}

function wordsOf(address: number): Uint32Array {
  const words = new Uint32Array(4);
  const octets = [255, 255, address >>> 24, (address >>> 16) & 255, (address >>> 8) & 255, address & 255];
  new Uint8Array(words.buffer).set(octets, 10);
  return words;
}

const insideOf = (block: number): Uint32Array => wordsOf(0x6440_0000 + block);
const outsideOf = (block: number): Uint32Array => wordsOf(0xc612_0000 + Math.floor(block / blocksAnAddress));
const firstPortOf = (block: number): number => blockPorts * (1 + (block % blocksAnAddress));

function* rowsOf(behindNat: boolean): Generator<LeaseLogRow> {
  const known = { domain: "", prefixLength: 128, validFromMs: t0, validToMs: Infinity, knownFromMs: t0 };
  for (let block = 0; block < blocks; block++) {
    const line = `line-${block}`;
    const first = firstPortOf(block);
    const ports = { first, last: first + blockPorts - 1, stride: 0 };
    const held = { ...known, words: outsideOf(block), source: "csv", ports };
    if (!behindNat) yield { ...held, line };
    else {
      yield { ...known, words: insideOf(block), line, source: "csv" };
      yield { ...held, line: "", inside: { domain: "", words: insideOf(block) } };
    }
  }
}

for (const behindNat of [false, true]) {
  const ledger = new Ledger({ lines: new LineTable(blocks), limits: { leases: 2 * blocks + 1 } });
  ledger.reserve(2 * blocks);
  const { refused } = ledger.restore(rowsOf(behindNat));
  if (refused > 0) throw new Error(`${refused} rows were refused`);
  const view = new LedgerView(ledger.shared());
  const addresses = new Uint32Array(4 * probes);
  const times = new Float64Array(probes).fill(t0 + 3_600_000);
  const ports = new Uint16Array(probes);
  const expected = new Int32Array(probes);
  for (let probe = 0; probe < probes; probe++) {
    const block = random(blocks);
    addresses.set(outsideOf(block), 4 * probe);
    ports[probe] = firstPortOf(block) + random(blockPorts);
    expected[probe] = block;
  }
  const found = new Int32Array(probes);
  const lookUp = (): void => {
    for (let at = 0; at < probes; at += rowsAtOnce) {
      view.resolveRows(addresses, times, at, at + rowsAtOnce, found, ports);
    }
  };
  lookUp();
  if (found.some((line, probe) => line !== expected[probe])) throw new Error("a look-up gave another answer");
  const before = process.cpuUsage();
  for (let turn = 0; turn < turns; turn++) lookUp();
  const { user } = process.cpuUsage(before);
  console.log(
    JSON.stringify({
      bench: "ledger/ports",
      blocks,
      heldBy: behindNat ? "inside addresses" : "lines",
      lookUps: turns * probes,
      viewBatchLookUpsPerCpuSecond: Math.round((1e6 * turns * probes) / user),
      octetsPerBlock: Math.round((10 * ledger.stats.memoryBytes) / blocks) / 10,
    }),
  );
}
