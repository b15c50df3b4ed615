import { Ledger, LineTable } from "@ishizue/ledger";
import { bucketOf } from "@ishizue/receive";
import { parseAddress } from "@ishizue/wire";
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { parseConfig } from "../config/load.ts";
import type { Config } from "../config/schema.ts";
import { makeCounts } from "../pipeline/counters.ts";
import { BlockKeeper } from "../pipeline/sink.ts";
import { TestExporter } from "./exporter.fixture.ts";
import { Intake } from "./intake.ts";
import { StateFile } from "./state-file.ts";

/** A spool in memory, an intake on a port of 127.0.0.1, and what it said. */
interface Bench {
  readonly intake: Intake;
  readonly ledger: Ledger;
  readonly keeper: BlockKeeper;
  /** Blocks of `flows`, copied. */
  readonly blocks: Buffer[];
  readonly problems: string[];
  readonly to: { host: string; port: number };
  readonly givenUp: Promise<Error>;
  /** Until it is called, blocks do not become durable. */
  readonly release: () => void;
  readonly close: () => Promise<void>;
}

interface Setting {
  held?: boolean;
  listen?: Record<string, unknown>;
  limits?: Record<string, unknown>;
  /** Of the file of what exporters taught. */
  dir?: string | null;
}

async function open(
  t: TestContext,
  { held = false, listen = {}, limits = {}, dir = null }: Setting = {},
): Promise<Bench> {
  const config: Config = parseConfig(
    {
      listen: { host: "127.0.0.1", ports: [0], receiver: "dgram", ...listen },
      batch: { rows: 1000, interval: "20ms" },
      limits,
    },
    "test",
  );
  const blocks: Buffer[] = [];
  const problems: string[] = [];
  const gate = Promise.withResolvers<void>();
  if (!held) gate.resolve();
  const keeper = new BlockKeeper(
    {
      writeBlock: async (_table, { bytes }) => {
        blocks.push(Buffer.concat([bytes]));
        await gate.promise;
      },
      write: async () => {},
    },
    makeCounts(),
  );
  const ledger = new Ledger({ lines: new LineTable() });
  const { promise: givenUp, resolve: onGivenUp } = Promise.withResolvers<Error>();
  const intake = await Intake.open({
    config,
    ledger,
    keeper,
    ...(dir === null ? {} : { stateFile: new StateFile(dir) }),
    onProblem: (line) => problems.push(line),
    onGivenUp,
  });
  const close = async (): Promise<void> => {
    gate.resolve();
    await intake.stop();
  };
  t.after(close);
  const to = { host: "127.0.0.1", port: intake.ports[0] };
  return { intake, ledger, keeper, blocks, problems, to, givenUp, release: gate.resolve, close };
}

async function exporter(t: TestContext, bench: Bench, address?: string): Promise<TestExporter> {
  const made = await TestExporter.open(bench.to, address);
  t.after(() => made.close());
  return made;
}

/** Resolves when `holds`; the test runner's own time-out ends a wait in vain. */
/** Waits; not for ever, so that a test that fails ends. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (
    const startMs = performance.now();
    !(await holds());
    await new Promise((done) => setTimeout(done, 2))
  ) {
    if (performance.now() - startMs > 50_000) throw new Error(`waited in vain for ${String(holds)}`);
  }
}

function lease(ledger: Ledger, line: string): void {
  const words = new Uint32Array(4);
  parseAddress("100.64.0.1", words, 0);
  const startMs = Date.now() - 3_600_000;
  const prefix = { words, prefixLength: 128 };
  ledger.apply({
    kind: "lease",
    startMs,
    endMs: Number.POSITIVE_INFINITY,
    line,
    prefix,
    knownMs: startMs,
    feed: "test",
  });
}

const TIMEOUT = { timeout: 60_000 };

test(
  "records go from the socket through a receiving thread into blocks, and are counted",
  TIMEOUT,
  async (t) => {
    const bench = await open(t);
    const router = await exporter(t, bench);
    await router.sendTemplate();
    for (let message = 0; message < 50; message++) await router.sendRecords(20);
    await until(() => bench.intake.datagrams() === 51);
    await bench.intake.flush();
    const { records, rowsDurable, rowsLost, waitingRows, templates } = bench.intake.counters();
    assert.deepEqual([records, rowsDurable, rowsLost, waitingRows, templates], [1000, 1000, 0, 0, 1]);
    const [report] = await bench.intake.report();
    assert.equal(report?.exportersSeen, 1);
    assert.equal(report?.exporters[0].address, "127.0.0.1");
    assert.deepEqual([report?.exporters[0].messages, report?.exporters[0].versions[0].lost], [51, 0]);
    assert.equal((await bench.intake.exporter("127.0.0.1"))?.domains[0].templates[0].templateId, 256);
    assert.equal(await bench.intake.exporter("127.0.0.9"), null);
  },
);

test(
  "a lease that is applied here is seen by the thread at once, also past the width of the arrays",
  TIMEOUT,
  async (t) => {
    const bench = await open(t);
    const router = await exporter(t, bench);
    await router.sendTemplate();
    await router.sendRecords(1);
    await until(() => bench.intake.counters().rowsDurable === 1);
    assert.equal(bench.intake.counters().attributed, 0);
    lease(bench.ledger, "line-of-the-test");
    await router.sendRecords(2);
    await until(() => bench.intake.counters().rowsDurable === 3);
    assert.equal(bench.intake.counters().attributed, 2);
    assert.ok(bench.blocks.at(-1)?.includes("line-of-the-test"));
    // Enough lines for every array to be replaced by a wider one, more than once.
    for (let line = 0; line < 20_000; line++) bench.ledger.lines.refer(`line-${line}`);
    lease(bench.ledger, "line-of-later");
    await bench.intake.flush();
    await router.sendRecords(3);
    await until(() => bench.intake.counters().rowsDurable === 6);
    assert.ok(bench.blocks.at(-1)?.includes("line-of-later"));
  },
);

test(
  "blocks on their way are bounded: what does not fit is lost and counted, and the thread stays alive",
  TIMEOUT,
  async (t) => {
    const bench = await open(t, { held: true, limits: { blocksInFlight: 2 } });
    const router = await exporter(t, bench);
    await router.sendTemplate();
    let sent = 0;
    // Two blocks on their way, and a batch of 69,632 rows that is full.
    while (bench.intake.counters().rowsLost === 0) {
      for (let message = 0; message < 20; message++) await router.sendRecords(60);
      sent += 20 * 60;
      await until(() => bench.intake.counters().records === sent);
    }
    assert.equal(bench.blocks.length, 2);
    assert.equal((await bench.intake.report())[0]?.exportersSeen, 1);
    bench.release();
    await bench.intake.flush();
    const { records, rowsDurable, rowsLost } = bench.intake.counters();
    assert.equal(records, sent);
    assert.equal(rowsDurable + rowsLost, sent);
    assert.ok(rowsLost > 65_536 && rowsLost <= 69_632, `${rowsLost} rows lost`);
  },
);

test(
  "data before its template waits for it; what waits at the end is counted as given up",
  TIMEOUT,
  async (t) => {
    const bench = await open(t);
    const router = await exporter(t, bench);
    const other = await exporter(t, bench, "127.0.0.2");
    await router.sendRecords(5);
    await other.sendRecords(7);
    await until(() => bench.intake.counters().heldSets === 2);
    await router.sendTemplate();
    await until(() => bench.intake.counters().rowsDurable === 5);
    await bench.close();
    const { undecodedSets, releasedSets, droppedSets } = bench.intake.counters();
    assert.deepEqual([undecodedSets, releasedSets, droppedSets], [2, 1, 1]);
  },
);

test(
  "a thread that crashes is reported and started again; what it had handed over is kept",
  TIMEOUT,
  async (t) => {
    const bench = await open(t);
    const router = await exporter(t, bench);
    await router.sendTemplate();
    await router.sendRecords(7);
    await until(() => bench.intake.counters().rowsDurable === 7);
    await bench.intake.crash(0);
    await until(() => bench.problems.length === 1);
    assert.match(
      bench.problems[0],
      /receiving thread 0 ended .* it was started again: .*\[THREAD_CRASHED\]$/,
    );
    assert.doesNotMatch(bench.problems[0], /\n/);
    const again = await TestExporter.open({ host: "127.0.0.1", port: bench.intake.ports[0] });
    t.after(() => again.close());
    await until(async () => {
      await again.sendTemplate();
      await again.sendRecords(1);
      await new Promise((done) => setTimeout(done, 20));
      return bench.intake.counters().rowsDurable > 7;
    });
    assert.equal(bench.intake.counters().rowsLost, 0);
  },
);

test("a thread that crashes again and again ends the collector in order", TIMEOUT, async (t) => {
  const bench = await open(t);
  for (let crash = 1; crash <= 4; crash++) {
    await bench.intake.crash(0);
    await until(() => bench.problems.length === crash);
  }
  await bench.givenUp;
  assert.match(bench.problems[3], /again and again/);
});

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), "ishizue-intake-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

test(
  "data without a template is decoded after a restart, also of an exporter that was silent for a whole run",
  TIMEOUT,
  async (t) => {
    const dir = folder(t);
    const first = await open(t, { dir });
    const router = await exporter(t, first);
    const silent = await exporter(t, first, "127.0.0.2");
    await router.sendTemplate();
    await silent.sendTemplate();
    await until(() => first.intake.counters().templates === 2);
    await first.close();
    assert.deepEqual(readdirSync(dir), ["exporters.state"]);

    for (let run = 0; run < 2; run++) {
      const again = await open(t, { dir });
      router.sendTo(again.to);
      await router.sendRecords(5);
      await until(() => again.intake.counters().rowsDurable === 5);
      assert.equal(again.intake.counters().undecodedSets, 0);
      assert.equal((await again.intake.report())[0]?.exportersSeen, 1);
      // Once on the order of the clock, once by the end of the run.
      if (run === 0) await again.intake.save();
      await again.close();
    }
    const last = await open(t, { dir });
    silent.sendTo(last.to);
    await silent.sendRecords(3);
    await until(() => last.intake.counters().rowsDurable === 3);
  },
);

test("a damaged file of templates is set aside in one line", TIMEOUT, async (t) => {
  const dir = folder(t);
  writeFileSync(join(dir, "exporters.state"), "no such file was ever written");
  const bench = await open(t, { dir });
  assert.equal(bench.problems.length, 1);
  assert.match(bench.problems[0], /exporters\.state\.corrupt; .*\[STATE_FILE_CORRUPT\]$/);
  assert.doesNotMatch(bench.problems[0], /\n/);
  await bench.close();
  assert.deepEqual(readdirSync(dir).toSorted(), ["exporters.state", "exporters.state.corrupt"]);
});

/** An address of 127.0.0.0/8 for each of two workers, and their buckets. */
function addressOf(bench: Bench, worker: number): { address: string; bucket: number } {
  const words = new Uint32Array(4);
  for (let host = 1; ; host++) {
    const address = `127.0.1.${host}`;
    parseAddress(address, words, 0);
    const bucket = bucketOf(words, 0);
    if (bench.intake.workerOf(bucket) === worker) return { address, bucket };
  }
}

test("data sets that wait for their template move along with their exporter", TIMEOUT, async (t) => {
  const bench = await open(t, { listen: { receiver: "recvmmsg", workers: 2 } }).catch(
    (error: Error) => error,
  );
  if (bench instanceof Error) {
    t.skip(bench.message);
    return;
  }
  const { address, bucket } = addressOf(bench, 0);
  const router = await exporter(t, bench, address);
  await router.sendRecords(5);
  await router.sendRecords(6);
  await until(() => bench.intake.counters().heldSets === 2);
  await bench.intake.move({ from: 0, to: 1, buckets: [bucket] });
  await router.sendTemplate();
  await until(() => bench.intake.workerCounters(1).releasedSets === 2);
  await bench.intake.flush();
  const { rowsDurable, rowsLost, droppedSets } = bench.intake.counters();
  assert.deepEqual([rowsDurable, rowsLost, droppedSets], [11, 0, 0]);
});

for (const receiver of ["recvmmsg", "ring"])
  test(
    `${receiver}: an exporter moves to another thread amid its traffic, its template goes along, nothing is lost or doubled`,
    TIMEOUT,
    async (t) => {
      const bench = await open(t, { listen: { receiver, workers: 2 } }).catch((error: Error) => error);
      if (bench instanceof Error) {
        t.skip(bench.message);
        return;
      }
      const { address, bucket } = addressOf(bench, 0);
      const router = await exporter(t, bench, address);
      const other = await exporter(t, bench, addressOf(bench, 1).address);
      await router.sendTemplate();
      await other.sendTemplate();
      await until(() => bench.intake.counters().templates === 2);
      let sent = 0;
      const traffic = { goesOn: true };
      const sending = (async () => {
        for (let message = 0; traffic.goesOn || message < 200; message++) {
          await router.sendRecords(10);
          await other.sendRecords(1);
          sent += 11;
          if (message % 16 === 0) await new Promise((done) => setTimeout(done, 1));
          // No faster than the threads take it: a full ring drops, as it should, and that is not what is tried here.
          while (traffic.goesOn && sent - bench.intake.counters().records > 2000)
            await new Promise((done) => setTimeout(done, 1));
        }
      })();
      t.after(() => {
        traffic.goesOn = false;
      });
      await until(() => bench.intake.workerCounters(0).records > 100);
      // There and back again, and there.
      for (const [from, to] of [
        [0, 1],
        [1, 0],
        [0, 1],
      ])
        await bench.intake.move({ from, to, buckets: [bucket] });
      const before = bench.intake.workerCounters(1).records;
      await until(() => bench.intake.workerCounters(1).records > before + 100);
      traffic.goesOn = false;
      await sending;
      await until(() => bench.intake.counters().records === sent);
      await bench.intake.flush();
      const { rowsDurable, rowsLost, undecodedSets, strayDatagramsLost, templates } = bench.intake.counters();
      assert.deepEqual(
        [rowsDurable, rowsLost, undecodedSets, strayDatagramsLost, templates],
        [sent, 0, 0, 0, 2],
      );
      const moved = await bench.intake.exporter(address);
      assert.deepEqual(
        [
          moved?.worker,
          moved?.templates.count,
          moved?.versions[0].lost,
          moved?.versions[0].duplicates,
          moved?.versions[0].restarts,
        ],
        [1, 1, 0, 0, 0],
      );
      assert.deepEqual(
        (await bench.intake.report()).map((report) => report?.exportersSeen),
        [0, 2],
      );
    },
  );
