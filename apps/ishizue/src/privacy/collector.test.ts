// What each profile lets reach the disk, through a collector as it runs.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { LedgerView, Unattributed } from "@ishizue/ledger";
import { parseAddress } from "@ishizue/wire";
import { Collector } from "../collector/collector.ts";
import { TestExporter } from "../collector/exporter.fixture.ts";
import { parseConfig } from "../config/load.ts";
import type { Config } from "../config/schema.ts";
import { rotatePrivacyKey } from "./open.ts";

const LINE = "ppp-of-somebody@example.net";
const CUSTOMER = new Uint32Array(4);
parseAddress("100.64.0.1", CUSTOMER, 0);

function configOf(dir: string, profile: string): Config {
  return parseConfig(
    {
      listen: { host: "127.0.0.1", ports: [0], receiver: "dgram", workers: 1 },
      status: { port: 0 },
      batch: { rows: 1000, interval: "20ms" },
      unlistedExporters: { defaultSamplingInterval: 1 },
      privacy: { profile, keyFile: join(dir, "privacy.key") },
    },
    "test",
  );
}

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), "ishizue-privacy-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

const learn = (collector: Collector): Promise<void> =>
  collector.learn({
    kind: "lease",
    startMs: Date.now() - 3_600_000,
    endMs: Number.POSITIVE_INFINITY,
    line: LINE,
    prefix: { words: CUSTOMER, prefixLength: 128 },
    knownMs: Date.now(),
    feed: "test",
  });

/** Sends records of the customer's and waits until they are in the tables. */
async function receive(collector: Collector, records: number): Promise<void> {
  await collector.listen();
  const { ports } = await collector.status();
  const router = await TestExporter.open({ host: "127.0.0.1", port: ports.flow[0] });
  try {
    await router.sendTemplate();
    await router.sendRecords(records);
    while (collector.counters().records < records) await new Promise((done) => setTimeout(done, 5));
    await collector.drain();
  } finally {
    router.close();
  }
}

/** Files under `dir` whose octets hold `needle` as they are. */
function filesWith(dir: string, needle: Uint8Array | string): string[] {
  return readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((name) => {
    const path = join(dir, name);
    return existsSync(path) && statSync(path).isFile() && readFileSync(path).includes(needle);
  });
}

test("pseudonymous: lines and addresses are in no table as they are, and a restart knows them still", async (t) => {
  const dir = folder(t);
  const config = configOf(dir, "pseudonymous");
  const first = await Collector.open(dir, config);
  try {
    await learn(first);
    await receive(first, 20);
    assert.equal(statSync(config.privacy.keyFile).mode & 0o777, 0o600);
    const [kept] = await first.store.query(
      `SELECT (SELECT count() FROM flows) AS flows, (SELECT count() FROM flows WHERE line_out = '') AS without,
         (SELECT count() FROM flows WHERE line_out = {line:String} OR toString(dst_address) = '::ffff:100.64.0.1' OR toString(src_address) = '::ffff:192.0.2.1') AS clear,
         (SELECT count() FROM leases WHERE line = {line:String} OR toString(address) = '::ffff:100.64.0.1') AS clearLeases,
         (SELECT count() FROM leases AS l INNER JOIN flows AS f ON f.dst_address = l.address AND f.line_out = l.line) AS joined,
         (SELECT any(length(line)) FROM leases) AS pseudonym`,
      { line: LINE },
    );
    assert.deepEqual(kept, { flows: 20, without: 0, clear: 0, clearLeases: 0, joined: 20, pseudonym: 32 });
  } finally {
    await first.stop();
  }
  assert.deepEqual(filesWith(dir, LINE), []);

  const second = await Collector.open(dir, config);
  try {
    const view = new LedgerView(second.ledger.shared());
    const held = view.resolve(CUSTOMER, 0, Date.now());
    assert.ok(held >= 0);
    assert.equal(Buffer.from(view.lines.nameBytes(held)).toString(), second.privacy.name(LINE));
  } finally {
    await second.stop();
  }
  await assert.rejects(Collector.open(dir, configOf(dir, "full")), { code: "STORE_PRIVACY_CHANGED" });
});

test("after a rotation a line has another pseudonym and its leases have to be told anew", async (t) => {
  const dir = folder(t);
  const config = configOf(dir, "pseudonymous");
  const first = await Collector.open(dir, config);
  await learn(first);
  const before = first.privacy.name(LINE);
  await first.drain();
  const { from, to } = await rotatePrivacyKey(first.store, config, true);
  await first.stop();
  assert.ok(existsSync(`${config.privacy.keyFile}.${from}`));

  const second = await Collector.open(dir, config);
  try {
    assert.notEqual(from, to);
    assert.notEqual(second.privacy.name(LINE), before);
    const now = () => new LedgerView(second.ledger.shared()).resolve(CUSTOMER, 0, Date.now());
    assert.equal(now(), Unattributed.noLease);
    await learn(second);
    assert.ok(now() >= 0);
  } finally {
    await second.stop();
  }
  rmSync(config.privacy.keyFile);
  await assert.rejects(Collector.open(dir, config), { code: "NO_PRIVACY_KEY" });
});

test("rollups-only: records count in the rollups, and no flow is kept", async (t) => {
  const dir = folder(t);
  const collector = await Collector.open(dir, configOf(dir, "rollups-only"));
  try {
    await learn(collector);
    await receive(collector, 30);
    const [kept] = await collector.store.query(
      "SELECT (SELECT count() FROM flows) AS flows, (SELECT sum(records) FROM quality_5m) AS records, (SELECT count() FROM line_hour) AS lineHours",
    );
    assert.deepEqual(kept, { flows: 0, records: 30, lineHours: 1 });
  } finally {
    await collector.stop();
  }
});
