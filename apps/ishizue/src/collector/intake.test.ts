import { Ledger, LineTable } from "@ishizue/ledger";
import { parseAddress } from "@ishizue/wire";
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { parseConfig } from "../config/load.ts";
import type { Config } from "../config/schema.ts";
import { makeCounts } from "../pipeline/counters.ts";
import { BlockKeeper } from "../pipeline/sink.ts";
import { TestExporter } from "./exporter.fixture.ts";
import { Intake } from "./intake.ts";

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
}

async function open(
  t: TestContext,
  { held = false, ...input }: { held?: boolean; [key: string]: unknown } = {},
): Promise<Bench> {
  const config: Config = parseConfig(
    { listen: { host: "127.0.0.1", ports: [0] }, batch: { rows: 1000, interval: "20ms" }, ...input },
    "test",
  );
  const blocks: Buffer[] = [];
  const problems: string[] = [];
  const gate = Promise.withResolvers<void>();
  if (!held) gate.resolve();
  const keeper = new BlockKeeper(
    {
      writeBlock: async (_table, { pieces }) => {
        blocks.push(Buffer.concat(pieces));
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
    onProblem: (line) => problems.push(line),
    onGivenUp,
  });
  t.after(async () => {
    gate.resolve();
    await intake.stop();
  });
  const to = { host: "127.0.0.1", port: intake.ports[0] };
  return { intake, ledger, keeper, blocks, problems, to, givenUp, release: gate.resolve };
}

async function exporter(t: TestContext, bench: Bench, address?: string): Promise<TestExporter> {
  const made = await TestExporter.open(bench.to, address);
  t.after(() => made.close());
  return made;
}

/** Resolves when `holds`; the test runner's own time-out ends a wait in vain. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((done) => setTimeout(done, 2));
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

const TIMEOUT = { timeout: 20_000 };

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
