import { migrate, openStore, type Store } from "@ishizue/store";
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { LedgerLoader } from "../collector/ledger-store.ts";
import { LedgerPrivacy } from "../privacy/ledger-privacy.ts";
import { LedgerAttributor } from "./attributor.ts";
import { newLedger, randomOf, someLeases, someRecords, writeLeases, writeRecords } from "./late.fixture.ts";
import { Reattribution } from "./reattribution.ts";

const dataDir = mkdtempSync(join(tmpdir(), "ishizue-background-"));
let store: Store;
before(async () => {
  store = await openStore({ dataDir });
  await migrate(store);
});
after(async () => {
  await store?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

test(
  "leases that another process brings are taken in by themselves, and the status tells it",
  { timeout: 120_000 },
  async () => {
    const ledger = newLedger();
    const privacy = new LedgerPrivacy();
    const loader = new LedgerLoader(store, ledger, privacy);
    const background = new Reattribution({
      store,
      dataDir,
      attributor: new LedgerAttributor(ledger, privacy, async () => void (await loader.load())),
      graceMs: 3_600_000,
      why: null,
      intervalMs: 10,
      lookMs: 10,
      sinceMs: 0,
      isReady: () => true,
    });
    await writeRecords(store, someRecords(randomOf(21), 1000), ledger, "records");
    background.start();
    try {
      const elsewhere = newLedger();
      const rows = someLeases(randomOf(22), 20, 1000).flatMap((event) => elsewhere.apply(event).rows);
      await writeLeases(store, rows, "late");
      while (background.snapshot().records === 0) await new Promise((done) => setTimeout(done, 20));
      const { state, revision, failures, gainedOctets, lastMs } = background.snapshot();
      assert.notEqual(state, "off");
      assert.deepEqual([revision, failures], [1, 0]);
      assert.ok(gainedOctets > 0 && lastMs !== null);
    } finally {
      await background.stop();
    }
  },
);

test("what is off is never looked at", async () => {
  const ledger = newLedger();
  const attributor = new LedgerAttributor(ledger, new LedgerPrivacy(), () =>
    Promise.reject(new Error("asked")),
  );
  const off = { store, dataDir, attributor, graceMs: 0, why: "off", intervalMs: 1, lookMs: 1, sinceMs: 0 };
  const background = new Reattribution({ ...off, isReady: () => true });
  background.start();
  await new Promise((done) => setTimeout(done, 50));
  assert.equal(background.snapshot().state, "off");
  assert.equal(background.snapshot().runs + background.snapshot().failures, 0);
  await background.stop();
});
