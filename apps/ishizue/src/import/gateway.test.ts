// Phone numbers of gateway records, by what the profile lets be kept of them.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { gatewayFormats } from "@ishizue/ledger";
import { forgetLine } from "@ishizue/store";
import { Collector } from "../collector/collector.ts";
import { parseConfig } from "../config/load.ts";
import type { Config } from "../config/schema.ts";
import { namesOf } from "../privacy/names.ts";
import { rotatePrivacyKey } from "../privacy/open.ts";
import { FileImport, type ImportOutcome } from "./file-import.ts";
import { Numbers } from "./numbers.ts";

const number = "819000000001";
const other = "819000000002";

/** A store's folder and a file of three records, two of one phone. */
class Bench {
  readonly dir: string;
  readonly config: Config;
  readonly file: string;

  constructor(t: TestContext, profile: string, numbers = "hash") {
    this.dir = mkdtempSync(join(tmpdir(), "ishizue-gateway-"));
    t.after(() => rmSync(this.dir, { recursive: true, force: true }));
    const keys = { keyFile: join(this.dir, "privacy.key") };
    this.config = parseConfig(
      { privacy: { profile, ...keys }, gateway: { numbers, keyFile: join(this.dir, "numbers.key") } },
      "test",
    );
    this.file = join(mkdtempSync(join(tmpdir(), "ishizue-cdr-")), "cdr.csv");
    t.after(() => rmSync(this.file, { force: true }));
    const row = (msisdn: string, minutes: number, octets: number): string =>
      `+${msisdn},${new Date(Date.now() - 7_200_000 + minutes * 60_000).toISOString()},600,100.64.0.${msisdn.at(-1)},${octets},${10 * octets}`;
    writeFileSync(
      this.file,
      [
        "servedMSISDN,recordOpeningTime,duration,servedPDPAddress,dataVolumeGPRSUplink,dataVolumeGPRSDownlink",
        row(number, 0, 100),
        row(number, 10, 200),
        row(other, 0, 1),
        "",
      ].join("\n"),
    );
  }

  open(): Promise<Collector> {
    return Collector.open(this.dir, this.config);
  }

  async import(collector: Collector, list?: string): Promise<ImportOutcome> {
    const gateway = { formats: gatewayFormats, numbers: await Numbers.open(collector, list) };
    const outcome = await new FileImport(collector, "gateway", { timeZone: "UTC", gateway }).read(this.file);
    await collector.drain();
    return outcome;
  }

  /** Files of the store whose octets hold `needle`. */
  filesWith(needle: string): string[] {
    return readdirSync(this.dir, { recursive: true, encoding: "utf8" }).filter((name) => {
      const path = join(this.dir, name);
      return existsSync(path) && statSync(path).isFile() && readFileSync(path).includes(needle);
    });
  }
}

const used = (collector: Collector): Promise<object[]> =>
  collector.store.query<object>(
    "SELECT u.line AS line, toUInt32(sum(u.octets_in)) AS i, toUInt32(sum(u.octets_out)) AS o FROM line_usage AS u FINAL GROUP BY u.line ORDER BY i DESC",
  );

test("full: a line is a hash of its number that needs the key; it is a mobile line, and is forgotten by its number", async (t) => {
  const bench = new Bench(t, "full");
  const collector = await bench.open();
  try {
    await bench.import(collector);
    const outcome = await bench.import(collector);
    assert.deepEqual([outcome.leases, outcome.usages, outcome.bad], [0, 3, 0]);
    const [line, neighbour] = [number, other].map((name) => namesOf(name, bench.config).at(-1));
    assert.match(line ?? "", /^[0-9a-f]{32}$/);
    assert.deepEqual(await used(collector), [
      { line, i: 300, o: 3000 },
      { line: neighbour, i: 1, o: 10 },
    ]);
    assert.deepEqual(
      await collector.store.query(
        "SELECT l.access AS access, count() AS lines FROM lines AS l GROUP BY access",
      ),
      [{ access: "mobile", lines: 2 }],
    );
    assert.deepEqual(bench.filesWith(number), []);
    const { removed } = await forgetLine(collector.store, namesOf(`+${number}`, bench.config), {
      spoolDir: join(bench.dir, "spool"),
      beside: false,
    });
    assert.deepEqual(Object.keys(removed).toSorted(), ["leases", "line_usage", "lines"]);
    assert.equal((await used(collector)).length, 1);
    rmSync(bench.config.gateway.keyFile);
    await assert.rejects(bench.import(collector), { code: "NO_NUMBERS_KEY" });
  } finally {
    await collector.stop();
  }
});

test("numbers in clear are for the profile full alone; a list names lines without them", async (t) => {
  const clear = new Bench(t, "full", "clear");
  const collector = await clear.open();
  try {
    await clear.import(collector);
    assert.deepEqual(await used(collector), [
      { line: number, i: 300, o: 3000 },
      { line: other, i: 1, o: 10 },
    ]);
  } finally {
    await collector.stop();
  }
  const rollups = new Bench(t, "rollups-only", "clear");
  const refused = await rollups.open();
  try {
    await assert.rejects(rollups.import(refused), { code: "NUMBERS_IN_CLEAR" });
  } finally {
    await refused.stop();
  }
  const listed = new Bench(t, "rollups-only");
  const list = join(listed.dir, "numbers.csv");
  writeFileSync(list, `number,line\n+81 90-0000-0001,alice\n`);
  const last = await listed.open();
  try {
    const outcome = await listed.import(last, list);
    assert.deepEqual(await used(last), [{ line: "alice", i: 300, o: 3000 }]);
    assert.deepEqual(
      outcome.badRows.map(({ line }) => line),
      [4],
    );
    writeFileSync(list, "a,b\nc,d\n");
    await assert.rejects(Numbers.open(last, list), { code: "BAD_NUMBERS" });
  } finally {
    await last.stop();
  }
});

test("pseudonymous: lines are pseudonyms, and after a rotation nothing counts again under another", async (t) => {
  const bench = new Bench(t, "pseudonymous");
  const first = await bench.open();
  await bench.import(first);
  const before = await used(first);
  assert.deepEqual(
    before.map((row) => (row as { line: string }).line),
    [number, other].map((name) => first.privacy.name(name)),
  );
  await rotatePrivacyKey(first.store, bench.config, true);
  await first.stop();
  const second = await bench.open();
  try {
    const outcome = await bench.import(second);
    assert.deepEqual([outcome.usages, outcome.bad], [0, 3]);
    assert.match(outcome.badRows[0].reason, /before the privacy key was changed/);
    assert.deepEqual(await used(second), before);
    assert.deepEqual(bench.filesWith(number), []);
    const spoolDir = join(bench.dir, "spool");
    await forgetLine(second.store, namesOf(`+${number}`, bench.config), { spoolDir, beside: false });
    assert.equal((await used(second)).length, 1);
  } finally {
    await second.stop();
  }
});
