import { Ledger, type LeaseLogRow, LineTable } from "@ishizue/ledger";
import { parsePrefix } from "@ishizue/wire";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Collector } from "../collector/collector.ts";
import { LeaseSink } from "./sink.ts";

test("what a long import tells is known from when it was read, not from when the file was begun", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: Date.UTC(2026, 4, 11, 3) });
  const kept: LeaseLogRow[] = [];
  const collector = {
    ledger: new Ledger({ lines: new LineTable() }),
    journal: { append: async (rows: readonly LeaseLogRow[]) => void kept.push(...rows) },
  } as unknown as Collector;
  const sink = new LeaseSink(collector);
  const begunMs = Date.now();
  for (const address of ["192.0.2.1", "192.0.2.2"]) {
    const prefix = parsePrefix(address);
    assert.ok(prefix !== null);
    const known = { knownMs: begunMs, feed: "csv" };
    const lease = { kind: "lease", startMs: 0, endMs: Number.POSITIVE_INFINITY, line: "a", prefix } as const;
    assert.equal(await sink.take({ ...known, ...lease }), undefined);
    t.mock.timers.tick(3_600_000);
  }
  await sink.flush();
  assert.deepEqual(
    kept.map(({ knownFromMs }) => knownFromMs - begunMs),
    [0, 3_600_000],
  );
});
