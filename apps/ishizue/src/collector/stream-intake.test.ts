import { Ledger, LineTable } from "@ishizue/ledger";
import { DataRecordWriter, IpfixMessageWriter } from "@ishizue/wire";
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { parseConfig } from "../config/load.ts";
import { makeCounts, type PipelineCounters, sumCounts } from "../pipeline/counters.ts";
import { BlockKeeper } from "../pipeline/sink.ts";
import { StreamIntake } from "./stream-intake.ts";

interface Bench {
  readonly intake: StreamIntake;
  readonly keeper: BlockKeeper;
  readonly problems: string[];
  /** Until it is called, blocks do not become durable. */
  readonly release: () => void;
  readonly counters: () => PipelineCounters;
  /** Resolves when the counters are as `until` wants them. */
  readonly counted: (until: (counters: PipelineCounters) => boolean) => Promise<PipelineCounters>;
  readonly dial: () => Promise<Socket>;
}

async function open(
  t: TestContext,
  { held = false, limits = {} }: { held?: boolean; limits?: object } = {},
): Promise<Bench> {
  const config = parseConfig(
    {
      stream: { host: "127.0.0.1", port: 0 },
      batch: { rows: 1000, interval: "20ms" },
      limits,
      unlistedExporters: { defaultSamplingInterval: 1 },
    },
    "test",
  );
  const gate = Promise.withResolvers<void>();
  if (!held) gate.resolve();
  const keeper = new BlockKeeper(
    { writeBlock: () => gate.promise, write: () => Promise.resolve() },
    makeCounts(),
  );
  const problems: string[] = [];
  const ledger = new Ledger({ lines: new LineTable() });
  const intake = await StreamIntake.open(
    {
      config,
      ledger,
      keeper,
      onProblem: (line) => problems.push(line),
      onGivenUp: (error) => problems.push(`given up: ${error.message}`),
    },
    1,
  );
  t.after(async () => {
    gate.resolve();
    await intake.stop();
  });
  const counters = (): PipelineCounters => sumCounts([keeper.counts, intake.counts]);
  return {
    intake,
    keeper,
    problems,
    release: gate.resolve,
    counters,
    counted: async (until) => {
      while (!until(counters())) await new Promise((resolve) => setTimeout(resolve, 5));
      return counters();
    },
    dial: async () => {
      const socket = connect(intake.ports[0], "127.0.0.1");
      socket.on("error", () => {});
      t.after(() => socket.destroy());
      await once(socket, "connect");
      return socket;
    },
  };
}

/** 192.0.2.1 to 198.51.100.1, octets and packets. */
const fields = [
  { id: 8, length: 4 },
  { id: 12, length: 4 },
  { id: 1, length: 4 },
  { id: 2, length: 4 },
];

/** One IPFIX message: a template 256, or records by it. */
function message(part: "template" | number, sequenceNumber = 0): Uint8Array {
  const bytes = new Uint8Array(65_535);
  const writer = new IpfixMessageWriter(bytes);
  writer.begin({ exportTimeS: Math.floor(Date.now() / 1000), sequenceNumber, observationDomainId: 7 });
  const template = { id: 256, fields };
  if (part === "template") {
    writer.templateSet([template]);
  } else {
    const record = new DataRecordWriter(template);
    writer.dataSet(record);
    for (let index = 0; index < part; index++) {
      writer.record(record, Float64Array.of(0xc0000201, 0xc6336401, 1000, 1));
    }
    writer.endSet();
  }
  return bytes.slice(0, writer.end());
}

test("records over TCP become durable; the session is an exporter in the report", async (t) => {
  const { intake, counted, dial } = await open(t);
  const socket = await dial();
  socket.write(message("template"));
  socket.write(message(100));
  const { records, rowsLost } = await counted(({ rowsDurable }) => rowsDurable === 100);
  assert.deepEqual([records, rowsLost], [100, 0]);
  const report = await intake.report();
  assert.deepEqual(
    report?.exporters.map(({ address, worker, records }) => [address, worker, records]),
    [["127.0.0.1", 1, 100]],
  );
  assert.deepEqual([report?.stream?.open, report?.port], [1, intake.ports[0]]);
  const detail = await intake.exporter("127.0.0.1");
  assert.equal(detail?.domains[0].templates[0].templateId, 256);
});

test("templates belong to their session: another one of the same address does not know them", async (t) => {
  const { counted, dial } = await open(t);
  const one = await dial();
  one.write(message("template"));
  one.write(message(3));
  await counted(({ records }) => records === 3);
  const two = await dial();
  two.write(message(5));
  await counted(({ undecodedSets }) => undecodedSets === 1);
  one.write(message(4, 3));
  const { records } = await counted(({ rowsDurable }) => rowsDurable === 7);
  assert.equal(records, 7);
});

test("a template can be withdrawn, and its id given anew", async (t) => {
  const { counted, dial } = await open(t);
  const socket = await dial();
  socket.write(message("template"));
  socket.write(message(2));
  await counted(({ records }) => records === 2);
  // Template 256 without fields (RFC 7011, 8.1), at export time 0, record 2 of observation domain 7.
  socket.write(
    Uint8Array.fromHex("000a0018 00000000 00000002 00000007 00020008 01000000".replaceAll(" ", "")),
  );
  socket.write(message(3, 2));
  const { undecodedSets } = await counted((counters) => counters.undecodedSets === 1);
  assert.equal(undecodedSets, 1);
  // The set waited for its template.
  socket.write(message("template"));
  await counted(({ rowsDurable }) => rowsDurable === 5);
});

test("a session's exporter goes with it", async (t) => {
  const { intake, counted, dial } = await open(t);
  for (let round = 1; round <= 3; round++) {
    const socket = await dial();
    socket.write(message("template"));
    socket.end(message(10));
    await once(socket, "close");
    await counted(({ rowsDurable }) => rowsDurable === 10 * round);
  }
  while ((await intake.report())?.exportersSeen !== 0)
    await new Promise((resolve) => setTimeout(resolve, 10));
  assert.deepEqual((await intake.report())?.stream?.closed.ended, 3);
});

test("while the disk takes nothing exporters wait, and then nothing is lost", async (t) => {
  const { intake, counted, counters, dial, release } = await open(t, {
    held: true,
    limits: { blocksInFlight: 2 },
  });
  const socket = await dial();
  socket.write(message("template"));
  const sent = 400;
  let written = 0;
  for (let index = 0; index < sent; index++) {
    socket.write(message(4000, 4000 * index), () => {
      written++;
    });
  }
  while ((await intake.report())?.stream?.paused !== true)
    await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(written < sent);
  assert.equal(counters().rowsDurable, 0);
  release();
  const { rowsLost, records } = await counted(({ rowsDurable }) => rowsDurable === 4000 * sent);
  assert.deepEqual([rowsLost, records], [0, 4000 * sent]);
});

test("a thread that crashed is started again and told of", async (t) => {
  const { intake, problems, counted, dial } = await open(t);
  await intake.crash();
  while (problems.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.match(problems[0], /started again.*\[THREAD_CRASHED\]/);
  const socket = await dial();
  socket.write(message("template"));
  socket.write(message(2));
  await counted(({ rowsDurable }) => rowsDurable === 2);
});

test("what was sent before the end is durable when it has stopped", async (t) => {
  const { intake, keeper, dial, counted } = await open(t);
  const socket = await dial();
  socket.write(message("template"));
  socket.write(message(1));
  await counted(({ records }) => records === 1);
  socket.write(message(50, 1));
  await intake.stop();
  assert.equal(sumCounts([keeper.counts]).rowsDurable, 51);
});

test("a port in use, or none at all, is told in the operator's words", async (t) => {
  const { intake, keeper } = await open(t);
  const start = (stream: object): Promise<StreamIntake> =>
    StreamIntake.open(
      {
        config: parseConfig({ stream: { host: "127.0.0.1", ...stream } }, "test"),
        ledger: new Ledger({ lines: new LineTable() }),
        keeper,
        onProblem: () => {},
        onGivenUp: () => {},
      },
      1,
    );
  await assert.rejects(start({ port: intake.ports[0] }), { code: "PORT_IN_USE" });
  await assert.rejects(start({ port: "off" }), { code: "BAD_CONFIG" });
  await assert.rejects(start({ port: "off", tls: { certificate: "/no.pem", key: "/no.key" } }), {
    code: "CERTIFICATE_UNREADABLE",
  });
});
