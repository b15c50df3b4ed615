import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAddress, parsePrefix } from "@ishizue/wire";
import { LineTable } from "../line/table.ts";
import { Ledger } from "./ledger.ts";
import { Unattributed } from "./unattributed.ts";
import { LedgerView } from "./view.ts";
import type { SharedLedger } from "./view.ts";

const t0 = Date.UTC(2026, 4, 11);
const day = 86_400_000;

function give(ledger: Ledger, prefix: string, line: string, startMs = t0, endMs = Infinity): void {
  const event = { kind: "lease", feed: "csv", knownMs: t0, startMs, endMs, line } as const;
  assert.equal(ledger.apply({ ...event, prefix: parsePrefix(prefix)! }).reason, undefined);
}

/** The line's name by the view, looked up alone and in a batch. */
function holder(view: LedgerView, address: string, timeMs: number): string | number {
  const words = new Uint32Array(12);
  assert.ok(parseAddress(address, words, 4));
  const line = view.resolve(words, 4, timeMs);
  const lines = new Int32Array(3);
  view.resolveRows(words, new Float64Array(3).fill(timeMs), 1, 2, lines);
  assert.deepEqual([...lines], [0, line, 0]);
  return line < 0 ? line : Buffer.from(view.lines.nameBytes(line)).toString();
}

void test("a view sees what the ledger takes in, without being told", () => {
  const lines = new LineTable();
  const ledger = new Ledger({ lines, customerPrefixes: ["192.0.2.0/24", "2001:db8::/32"] });
  const view = new LedgerView(structuredClone(ledger.shared()));
  assert.equal(holder(view, "192.0.2.7", t0), Unattributed.noLease);
  give(ledger, "192.0.2.7", "alice");
  give(ledger, "192.0.2.0/28", "büro", t0 - 400 * day);
  give(ledger, "2001:db8:1::/56", "bob");
  assert.equal(holder(view, "192.0.2.7", t0), "alice");
  assert.equal(holder(view, "192.0.2.7", t0 - 1), "büro");
  assert.equal(holder(view, "192.0.2.7", t0 - 401 * day), Unattributed.otherTime);
  assert.equal(holder(view, "2001:db8:1:ff::9", t0), "bob");
  assert.equal(holder(view, "203.0.113.1", t0), Unattributed.outsideCustomerSpace);
  // An end more than 46 days after the start, then one nearer.
  give(ledger, "192.0.2.0/28", "büro", t0 - 400 * day, t0 - 300 * day);
  assert.equal(holder(view, "192.0.2.9", t0 - 300 * day - 1), "büro");
  assert.equal(holder(view, "192.0.2.9", t0 - 300 * day), Unattributed.otherTime);
  give(ledger, "192.0.2.0/28", "bureau", t0 - 400 * day, t0 - 399 * day);
  assert.equal(holder(view, "192.0.2.9", t0 - 399 * day - 1), "bureau");
  assert.equal(holder(view, "192.0.2.9", t0 - 399 * day), Unattributed.otherTime);
  lines.add({ line: "büro", class: "business", access: "IPoE", plan: "", region: "", tags: [] });
  const line = lines.indexOf("büro");
  assert.deepEqual([view.lines.access(line), view.lines.class(line), view.lines.nameLength(line)], [2, 2, 5]);
  const into = new Uint8Array(7);
  assert.equal(view.lines.writeName(line, new DataView(into.buffer), 1), 6);
  assert.deepEqual(into, Uint8Array.from([0, ...Buffer.from("büro"), 0]));
});

void test("a view that has not been told of wider arrays answers as the ledger did before them", () => {
  const ledger = new Ledger({ lines: new LineTable() });
  const announced: SharedLedger[] = [];
  ledger.onShared((shared) => announced.push(structuredClone(shared)));
  give(ledger, "192.0.2.7", "alice");
  const view = new LedgerView(ledger.shared());
  for (let i = 0; i < 5000; i++) give(ledger, `198.51.${i >> 8}.${i & 255}`, `line ${i}`);
  give(ledger, "192.0.2.7", "bob", t0 + day);
  assert.equal(holder(view, "192.0.2.7", t0 + day), "alice");
  assert.equal(holder(view, "198.51.1.1", t0), "line 257");
  assert.equal(holder(view, "198.51.19.1", t0), Unattributed.noLease);
  assert.ok(announced.length > 1);
  for (const shared of announced) view.update(shared);
  // One that comes late is passed over.
  view.update(announced[0]);
  assert.equal(holder(view, "192.0.2.7", t0 + day), "bob");
  assert.equal(holder(view, "192.0.2.7", t0 + day - 1), "alice");
  assert.equal(holder(view, "198.51.19.1", t0), "line 4865");
  give(ledger, "192.0.2.9", "carol");
  assert.equal(holder(view, "192.0.2.9", t0), "carol");
});

void test("lines that grow are announced, and a view without them meets none of their leases", () => {
  const lines = new LineTable();
  const ledger = new Ledger({ lines });
  const announced: SharedLedger[] = [];
  ledger.onShared((shared) => announced.push(shared));
  const view = new LedgerView(ledger.shared());
  for (let i = 0; i < 3000; i++) {
    lines.add({
      line: `a line with a name ${i}`,
      class: "business",
      access: "IPoE",
      plan: "",
      region: "",
      tags: [],
    });
  }
  give(ledger, "192.0.2.7", "a line with a name 2999");
  assert.equal(holder(view, "192.0.2.7", t0), Unattributed.noLease);
  assert.equal(view.lines.nameLength(2999), 0);
  view.update(announced.at(-1)!);
  assert.equal(holder(view, "192.0.2.7", t0), "a line with a name 2999");
  assert.equal(view.lines.class(2999), 2);
});
