import { buildReport } from "@ishizue/analysis";
import { migrate, openStore, reattribute, reattributions, type Store } from "@ishizue/store";
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
  someLeases,
  someRecords,
  words,
  writeLeases,
  writeRecords,
} from "./late.fixture.ts";

const dataDir = mkdtempSync(join(tmpdir(), "ishizue-known-"));
let store: Store;
before(async () => {
  store = await openStore({ dataDir });
  await migrate(store);
});
after(async () => {
  await store?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const week = "2026-W23";
const report = async (known?: string) => {
  const options = { week, timeZone: "UTC", replicates: 20 };
  return JSON.stringify(
    await buildReport(store, known === undefined ? options : { ...options, knowledgeTime: known }),
  );
};

test("a report can be made again as it was, byte for byte, whatever was credited anew since", async () => {
  const random = randomOf(11);
  const ledger = newLedger();
  const attributor = new LedgerAttributor(ledger, new LedgerPrivacy(), async () => {});
  const run = () => reattribute(store, { dataDir, attributor, startedBy: "command", graceMs: hourMs });
  const learn = async (count: number, token: string) => {
    const rows = someLeases(random, count, Date.now()).flatMap((event) => ledger.apply(event).rows);
    await writeLeases(store, rows, token);
  };
  await learn(20, "early");
  await writeRecords(store, someRecords(random, 5000), ledger, "records");

  const made = [await report()];
  for (let round = 0; round < 3; round++) {
    await learn(6, `late-${round}`);
    await run();
    made.push(await report());
  }
  const times = made.map((json) => (JSON.parse(json) as { knowledgeTime: string }).knowledgeTime);
  assert.equal(new Set(times).size, 4);
  assert.equal(new Set(made).size, 4);
  assert.deepEqual(
    made.map((json) => (JSON.parse(json) as { revision: number }).revision),
    [0, 1, 2, 3],
  );
  for (const [index, time] of times.entries()) assert.equal(await report(time), made[index]);
});

test("a run is in the record with what it changed, and one that changes nothing is no revision", async () => {
  const ledger = newLedger();
  const attributor = new LedgerAttributor(ledger, new LedgerPrivacy(), async () => {});
  const before = (await reattributions(store)).at(-1);
  const lease = {
    kind: "lease",
    feed: "csv",
    knownMs: Date.now(),
    line: "late-line",
    startMs: dayMs + 30 * hourMs,
    endMs: dayMs + 32 * hourMs,
    prefix: { words: words("192.0.2.200"), prefixLength: 128 },
  } as const;
  const records = someRecords(randomOf(12), 1);
  records.srcAddress.set(words("192.0.2.200"));
  records.dstAddress.set(words("203.0.113.80"));
  records.flowEnd[0] = records.flowStart[0] = dayMs + 31 * hourMs;
  records.counted[0] = 1;
  records.samplingInterval[0] = 10;
  records.octets[0] = 1000;
  await writeRecords(store, records, ledger, "one");
  await writeLeases(store, ledger.apply(lease).rows, "one");
  // The other records' leases are not in this ledger: only the hour of this one is looked at.
  const span = { fromMs: dayMs + 30 * hourMs, toMs: dayMs + 32 * hourMs };
  const options = { dataDir, attributor, startedBy: "command", graceMs: hourMs, span } as const;

  const tried = await reattribute(store, { ...options, dryRun: true });
  assert.equal(tried.reattribution, null);
  assert.deepEqual(
    [tried.examined, tried.totals.records, tried.totals.gainedOctets, tried.hours],
    [1, 1, 10_000, [span.fromMs + hourMs]],
  );
  assert.equal((await reattributions(store)).at(-1)?.run, before?.run);

  const { reattribution } = await reattribute(store, options);
  assert.ok(reattribution !== null);
  const { revision, records: changed, gainedOctets, lostOctets, movedOctets, hours } = reattribution;
  assert.deepEqual(
    { revision, changed, gainedOctets, lostOctets, movedOctets, hours },
    {
      revision: 1 + (before?.revision ?? 0),
      changed: 1,
      gainedOctets: 10_000,
      lostOctets: 0,
      movedOctets: 0,
      hours: [span.fromMs + hourMs],
    },
  );
  assert.ok(reattribution.knownMs > (before?.knownMs ?? 0));
  assert.equal((await reattribute(store, options)).reattribution?.revision, revision);
});
