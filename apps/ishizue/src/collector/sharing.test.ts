// Addresses that many lines share, from what NATs, RADIUS and the rules tell to the rows in the tables.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import {
  DataRecordWriter,
  encodeAccountingRequest,
  IpfixMessageWriter,
  networkWord,
  parseAddress,
} from "@ishizue/wire";
import { parseConfig } from "../config/load.ts";
import { Collector } from "./collector.ts";

const natTemplate = {
  id: 300,
  fields: [
    { id: 323, length: 8 },
    { id: 230, length: 1 },
    { id: 8, length: 4 },
    { id: 225, length: 4 },
    { id: 361, length: 2 },
    { id: 362, length: 2 },
  ],
};
const flowTemplate = {
  id: 301,
  fields: [
    { id: 8, length: 4 },
    { id: 12, length: 4 },
    { id: 7, length: 2 },
    { id: 11, length: 2 },
    { id: 4, length: 1 },
    { id: 1, length: 4 },
    { id: 2, length: 4 },
  ],
};

function ipv4(text: string): number {
  const words = new Uint32Array(4);
  assert.ok(parseAddress(text, words, 0));
  return networkWord(words[3]);
}

const outside = "192.0.2.18";
const server = "198.51.100.80";

async function collecting(t: TestContext, dir: string): Promise<Collector> {
  const config = parseConfig(
    {
      listen: { host: "127.0.0.1", ports: [0], receiver: "dgram", workers: 1 },
      status: { port: 0 },
      accounting: { host: "127.0.0.1", port: 0, clients: [{ address: "127.0.0.1", secret: "s" }] },
      batch: { rows: 1000, interval: "20ms" },
      unlistedExporters: { defaultSamplingInterval: 1 },
      sharing: {
        syslog: { host: "127.0.0.1", udpPort: 0, tcpPort: 0, from: ["127.0.0.1"] },
        mapRules: [{ ipv6: "2001:db8::/40", ipv4: "192.0.2.0/24", eaBits: 16 }],
      },
    },
    "test",
  );
  const collector = await Collector.open(dir, config);
  t.after(() => collector.stop());
  await collector.listen();
  return collector;
}

async function send(port: number, ...datagrams: (Uint8Array | string)[]): Promise<void> {
  const socket = createSocket("udp4");
  for (const octets of datagrams) {
    await new Promise((done) => socket.send(octets, port, "127.0.0.1", done));
  }
  socket.close();
}

async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 3));
}

/** A message of the template's records. */
function message(
  template: typeof natTemplate,
  sequenceNumber: number,
  records: readonly number[][],
): Uint8Array {
  const writer = new IpfixMessageWriter(new Uint8Array(2000));
  writer.begin({ exportTimeS: Math.floor(Date.now() / 1000), sequenceNumber, observationDomainId: 1 });
  writer.templateSet([template]);
  const record = new DataRecordWriter(template);
  writer.dataSet(record);
  for (const values of records) writer.record(record, Float64Array.from(values));
  writer.endSet();
  writer.end();
  return writer.bytes.slice(0, writer.lengthBytes);
}

const tcp = 6;
const flow = (port: number, protocol = tcp): number[] => [
  ipv4(outside),
  ipv4(server),
  port,
  443,
  protocol,
  1000,
  1,
];

test("flows of one address are credited to the lines behind it, by NAT events, syslog, RADIUS and a MAP rule", async (t) => {
  const dir = mkdtempSync(join(tmpdir(), "ishizue-sharing-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const collector = await collecting(t, dir);
  const { ports, sharing } = await collector.status();
  const [flows] = ports.flow;
  const startedMs = Date.now() - 60_000;
  const iso = new Date(startedMs).toISOString();

  // Who holds the inside addresses and the IPv6 prefix.
  const sessions: [string, object][] = [
    ["a", { framedIpAddress: "100.64.0.1" }],
    ["b", { framedIpAddress: "100.64.0.2" }],
    ["c", { delegatedIpv6Prefix: "2001:db8:12:3400::/56" }],
  ];
  for (const [identifier, [userName, held]] of sessions.entries()) {
    const about = { userName, sessionId: userName, nasIpAddress: "192.0.2.250", ...held };
    const eventTimestampMs = startedMs - 60_000;
    await send(
      ports.accounting!,
      encodeAccountingRequest({ identifier, secret: "s", statusType: "start", eventTimestampMs, ...about }),
    );
  }
  // The block of a by IPFIX, that of b by syslog.
  await send(
    flows,
    message(natTemplate, 0, [[startedMs, 16, ipv4("100.64.0.1"), ipv4(outside), 2048, 3071]]),
  );
  const connection = connect(sharing.syslog!.tcpPort!, "127.0.0.1");
  await once(connection, "connect");
  connection.end(
    `<30>1 ${iso} mx - - - - JSERVICES_NAT_PORT_BLOCK_ALLOC: 100.64.0.2 -> ${outside}:3072-4095\n`,
  );
  // Three sessions, the IPv4 side of c, two blocks.
  await until(() => collector.ledger.stats.leases === 6);

  const icmp = 1;
  const records = [flow(2048), flow(3071), flow(3072), flow(1232), flow(1231), flow(4096), flow(2048, icmp)];
  await send(flows, message(flowTemplate, 1, records));
  await until(() => collector.counters().records === records.length);
  await collector.drain();
  const found = await collector.store.query<{ src_port: number; protocol: number; line_in: string }>(
    "SELECT src_port, protocol, line_in FROM flows ORDER BY protocol DESC, src_port",
  );
  assert.deepEqual(
    found.map(({ src_port, protocol, line_in }) => `${protocol} ${src_port} ${line_in}`),
    ["6 1231 ", "6 1232 c", "6 2048 a", "6 3071 a", "6 3072 b", "6 4096 ", "1 2048 "],
  );
  const after = await collector.status();
  assert.deepEqual(
    [after.sharing.natEvents?.events, after.sharing.syslog?.bindings, after.sharing.waiting],
    [1, 1, 0],
  );
  assert.equal(after.pipeline.natEvents, 1);
});

test("what NATs told is known after a restart", async (t) => {
  const dir = mkdtempSync(join(tmpdir(), "ishizue-sharing-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const first = await collecting(t, dir);
  const { sharing } = await first.status();
  await first.learn({
    kind: "lease",
    feed: "csv",
    knownMs: Date.now(),
    startMs: 0,
    endMs: Number.POSITIVE_INFINITY,
    line: "b",
    prefix: { words: wordsOf("100.64.0.2"), prefixLength: 128 },
  });
  const iso = new Date(Date.now() - 1000).toISOString();
  await send(
    sharing.syslog!.udpPort!,
    `<30>1 ${iso} mx - - - - JSERVICES_NAT_PORT_BLOCK_ALLOC: 100.64.0.2 -> ${outside}:3072-4095`,
    "<30>1 - mx - - - - JSERVICES_NAT_PORT_BLOCK_ALLOC: 100.64.0.2",
  );
  await until(() => first.ledger.stats.leases === 2);
  await first.drain();
  const line = (collector: Collector, port: number): string | number => {
    const found = collector.ledger.resolveIn("", wordsOf(outside), 0, Date.now(), port);
    return found < 0 ? found : collector.ledger.lines.name(found);
  };
  assert.equal(line(first, 4000), "b");
  assert.deepEqual((await first.status()).sharing.syslog?.unreadable, 1);
  await first.stop();
  const second = await Collector.open(dir, first.config);
  t.after(() => second.stop());
  assert.deepEqual([line(second, 4000), line(second, 4096)], ["b", -1]);
});

function wordsOf(text: string): Uint32Array {
  const words = new Uint32Array(4);
  assert.ok(parseAddress(text, words, 0));
  return words;
}
