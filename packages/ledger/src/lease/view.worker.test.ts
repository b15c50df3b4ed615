import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { parseAddress, parsePrefix } from "@ishizue/wire";
import { LineTable } from "../line/table.ts";
import type { LeasePrefix } from "./event.ts";
import { Ledger } from "./ledger.ts";

const addressCount = 600;
const turnCount = 20;
const hour = 3_600_000;
const correctedMs = 100 * 24 * hour;

/** Every address at the middle of every turn. */
function probes(): { addresses: Uint32Array; times: Float64Array; turns: Int32Array } {
  const addresses = new Uint32Array(4 * addressCount * turnCount);
  const times = new Float64Array(addressCount * turnCount);
  const turns = new Int32Array(addressCount * turnCount);
  for (let row = 0; row < times.length; row++) {
    const index = row % addressCount;
    assert.ok(parseAddress(`198.51.${100 + (index >> 8)}.${index & 255}`, addresses, 4 * row));
    turns[row] = Math.floor(row / addressCount);
    times[row] = turns[row] * hour + hour / 2;
  }
  return { addresses, times, turns };
}

const corrected = parsePrefix("2001:db8::/48")!;

interface Told {
  readonly faults: string[];
  readonly counts: Record<string, number>;
  readonly lines: number[];
}

/** What a worker saw that looked up while `write` wrote. */
async function seenWhile(ledger: Ledger, rows: ReturnType<typeof probes>, write: () => void): Promise<Told> {
  const shared = ledger.shared();
  const worker = new Worker(new URL("./view.reader.ts", import.meta.url), {
    workerData: { shared, ...rows, corrected: corrected.words, correctedMs },
  });
  ledger.onShared((wider) => worker.postMessage(wider, []));
  await once(worker, "message");
  write();
  worker.postMessage("end", []);
  const [told] = (await once(worker, "message")) as [Told];
  await worker.terminate();
  return told;
}

function give(ledger: Ledger, prefix: LeasePrefix, line: string, startMs: number, endMs: number): void {
  const { reason } = ledger.apply({ kind: "lease", feed: "csv", knownMs: 1, line, startMs, endMs, prefix });
  assert.equal(reason, undefined);
}

for (const room of [0, 20_000]) {
  void test(`a worker's view sees leases in their order while they are written, with room for ${room}`, async () => {
    const ledger = new Ledger({ lines: new LineTable(), room });
    const rows = probes();
    const { addresses, times } = rows;
    const { faults, counts, lines } = await seenWhile(ledger, rows, () => {
      for (let turn = 0; turn < turnCount; turn++) {
        for (let index = 0; index < addressCount; index++) {
          const words = addresses.slice(4 * index, 4 * index + 4);
          const line = `${words[3]}/${turn}`;
          give(ledger, { words, prefixLength: 128 }, line, turn * hour, Number.POSITIVE_INFINITY);
        }
      }
    });
    assert.deepEqual(faults, [], faults.join());
    const own = new Int32Array(times.length);
    ledger.resolveRows(addresses, times, 0, times.length, own);
    assert.deepEqual(lines, [...own]);
    assert.equal(ledger.lines.name(own[5]), `${addresses[4 * 5 + 3]}/0`);
    assert.ok(counts.updates > 0);
  });
}

void test("a worker's view sees a correction of line and end whole", async () => {
  const ledger = new Ledger({ lines: new LineTable() });
  const none = { addresses: new Uint32Array(0), times: new Float64Array(0), turns: new Int32Array(0) };
  const { faults, counts } = await seenWhile(ledger, none, () => {
    for (let n = 0; n < 200_000; n++) {
      const long = n % 2 === 0;
      give(ledger, corrected, long ? "long" : "short", 0, correctedMs + (long ? 1 : -1));
    }
  });
  assert.deepEqual(faults, [], faults.join());
  assert.ok(counts.corrected > 0);
});
