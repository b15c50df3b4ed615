import { type Ledger, type LeaseEvent, type LeaseLogRow } from "@ishizue/ledger";
import {
  encodeRows,
  migrate,
  openStore,
  reattribute,
  type ReattributeOutcome,
  type Store,
} from "@ishizue/store";
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { LedgerPrivacy } from "../privacy/ledger-privacy.ts";
import { LedgerAttributor } from "./attributor.ts";
import {
  dayMs,
  hourMs,
  newLedger,
  randomOf,
  rollups,
  someLeases,
  someRecords,
  words,
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

test("a lease behind a NAT that comes late credits the records of the outside address, by their ports", async () => {
  await empty(store);
  const ledger = newLedger();
  const run = runner(ledger);
  const inside = { domain: "", words: words("100.64.0.9") };
  const outside = {
    words: words("192.0.2.77"),
    prefixLength: 128,
    ports: { first: 1024, last: 2047, stride: 0 },
  };
  const always = { startMs: dayMs, endMs: dayMs + 24 * hourMs };
  const given = { kind: "lease", feed: "csv", ...always } as const;
  await writeLeases(
    store,
    learn(ledger, [{ ...given, knownMs: 1000, line: "", inside, prefix: outside }]),
    "binding",
  );
  const records = someRecords(randomOf(5), 3);
  records.srcAddress.set([...words("192.0.2.77"), ...words("192.0.2.77"), ...words("192.0.2.77")]);
  records.dstAddress.set([...words("203.0.113.80"), ...words("203.0.113.80"), ...words("203.0.113.80")]);
  records.protocol.set([6, 6, 1]);
  records.srcPort.set([1500, 3000, 1500]);
  await writeRecords(store, records, ledger, "shared");
  // As a run that ends later than ten minutes after the binding came leaves it.
  await store.command(
    "INSERT INTO reattributions (known, leases_to) SELECT now64(3), now64(3) + toIntervalMillisecond(600000 + 1100)",
  );
  await new Promise((done) => setTimeout(done, 1200));
  const prefix = { words: words("100.64.0.9"), prefixLength: 128 };
  await writeLeases(store, learn(ledger, [{ ...given, knownMs: 2000, line: "line-4", prefix }]), "inside");
  const { reattribution } = await run();
  assert.equal(reattribution?.leases, 1);
  assert.deepEqual(
    await store.query("SELECT line_in, src_port FROM current_flows WHERE sign = 1 AND line_in != ''"),
    [{ line_in: "line-4", src_port: 1500 }],
  );
});

test("a line that becomes listed late gets its class and access where it had none", async () => {
  await empty(store);
  const ledger = newLedger();
  const run = runner(ledger);
  const prefix = { words: words("192.0.2.1"), prefixLength: 128 };
  const lease = {
    kind: "lease",
    feed: "csv",
    line: "line-0",
    startMs: dayMs,
    endMs: dayMs + 24 * hourMs,
  } as const;
  await writeLeases(store, learn(ledger, [{ ...lease, knownMs: 1000, prefix }]), "listed");
  const records = someRecords(randomOf(6), 1);
  records.srcAddress.set(words("192.0.2.1"));
  records.dstAddress.set(words("203.0.113.80"));
  records.counted[0] = records.samplingInterval[0] = 1;
  await writeRecords(store, records, ledger, "listed");
  const line = {
    line: "line-0",
    class: "business",
    access: "mobile",
    plan: "",
    region: "",
    tags: [],
  } as const;
  ledger.lines.add(line);
  await store.insertBlock("lines", encodeRows("lines", [{ ...line, known_from: 2000 }]), "listed");
  const { reattribution } = await run();
  assert.equal(reattribution?.filledOctets, records.octets[0]);
  assert.deepEqual(
    await store.query(
      "SELECT service, class, access, toFloat64(sum(octets)) AS octets FROM port_hour GROUP BY ALL HAVING octets != 0",
    ),
    [{ service: "mobile", class: "business", access: "mobile", octets: records.octets[0] }],
  );
});
