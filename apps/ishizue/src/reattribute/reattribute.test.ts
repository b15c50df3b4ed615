import { type Ledger, type LeaseEvent, type LeaseLogRow } from "@ishizue/ledger";
import { migrate, openStore, reattribute, type ReattributeOutcome, type Store } from "@ishizue/store";
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { LedgerPrivacy } from "../privacy/ledger-privacy.ts";
import { LedgerAttributor } from "./attributor.ts";
import {
  newLedger,
  randomOf,
  rollups,
  someLeases,
  someRecords,
  writeLeases,
  writeRecords,
} from "./late.fixture.ts";

const dataDir = mkdtempSync(join(tmpdir(), "ishizue-late-"));
/** As it was received, and as it would have been had everything been known. */
let store: Store;
let knowing: Store;
before(async () => {
  store = await openStore({ dataDir });
  knowing = await openStore({ dataDir, database: "knowing" });
  await migrate(store);
  await migrate(knowing);
});
after(async () => {
  await knowing?.close();
  await store?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const tables = ["flows", "flow_revisions", "reattributions", "leases", "lines"];
const sums = ["line_hour", "port_hour", "edge_5m", "quality_5m"];
async function empty(each: Store): Promise<void> {
  for (const table of [...tables, ...sums]) await each.command(`TRUNCATE TABLE ${table}`);
}

function learn(ledger: Ledger, events: readonly LeaseEvent[]): LeaseLogRow[] {
  return events.flatMap((event) => ledger.apply(event).rows);
}

/** Run after run until the store is closed, as the collector makes them. */
function runner(ledger: Ledger) {
  const attributor = new LedgerAttributor(ledger, new LedgerPrivacy(), async () => {});
  return (more: Partial<Parameters<typeof reattribute>[1]> = {}): Promise<ReattributeOutcome> =>
    reattribute(store, { dataDir, attributor, startedBy: "command", graceMs: 3_600_000, ...more });
}

/** Whole numbers exactly; variances as exactly as a sum is that the largest of its column was once a part of. */
function assertSame(
  found: Record<string, Record<string, unknown>[]>,
  expected: Record<string, Record<string, unknown>[]>,
  message: string,
): void {
  for (const [table, rows] of Object.entries(expected)) {
    assert.equal(found[table].length, rows.length, `${message}: rows of ${table}`);
    rows.forEach((row, at) => {
      for (const [name, value] of Object.entries(row)) {
        const is = found[table][at][name];
        if (typeof value !== "number" || !/variance|squared/.test(name)) {
          assert.equal(is, value, `${message}: ${table}.${name} of ${JSON.stringify(row)}`);
          continue;
        }
        const largest = Math.max(...rows.map((other) => other[name] as number));
        const error = Math.abs((is as number) - value);
        assert.ok(error <= 1e-12 * largest, `${message}: ${table}.${name} is ${String(is)}, not ${value}`);
      }
    });
  }
}

for (const seed of [1, 2, 3]) {
  test(`rollups after late leases are those of leases known from the beginning (seed ${seed})`, async () => {
    await empty(store);
    const random = randomOf(seed);
    const records = someRecords(random, 3000);
    const ledger = newLedger();
    const run = runner(ledger);
    ledger.lines.add({ line: "line-1", class: "business", access: "PPPoE", plan: "", region: "", tags: [] });
    ledger.lines.add({ line: "line-2", class: "consumer", access: "mobile", plan: "", region: "", tags: [] });
    await writeLeases(store, learn(ledger, someLeases(random, 12, 1000)), `early-${seed}`);
    await writeRecords(store, records, ledger, `records-${seed}`);
    for (let round = 0; round < 4; round++) {
      await writeLeases(store, learn(ledger, someLeases(random, 4, 2000 + round)), `late-${seed}-${round}`);
      const { reattribution } = await run();
      await empty(knowing);
      await writeRecords(knowing, records, ledger, `knowing-${seed}-${round}`);
      assert.ok(reattribution !== null && reattribution.records > 0);
      assertSame(await rollups(store), await rollups(knowing), `round ${round}`);
      const credits = (of: string, sign: string) =>
        `SELECT line_in, line_out, toString(attribution) AS attribution, access_in, class_out, toFloat64(sum(${sign})) AS records,
         toString(sum(${sign} * toInt64(octets))) AS octets FROM ${of} GROUP BY ALL HAVING records != 0 ORDER BY ALL`;
      assert.deepEqual(
        await store.query(credits("current_flows", "sign")),
        await knowing.query(credits("flows", "1")),
      );
    }
  });
}
