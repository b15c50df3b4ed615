// Two customers of one provider edge, each in a VRF of its own, with the same private addresses: from the sockets to the
// tables and the answers, nothing of the one is ever the other's.
import { DataRecordWriter, encodeAccountingRequest, IpfixMessageWriter, RadiusType } from "@ishizue/wire";
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { readEndpoint } from "../../src/answers/question.ts";
import { who } from "../../src/answers/who.ts";
import { Collector } from "../../src/collector/collector.ts";
import { parseConfig } from "../../src/config/load.ts";
import { FileImport } from "../../src/import/file-import.ts";

const SECRET = "of the test";
const RED = 7;
const BLUE = 9;
const UNNAMED = 11;
/** 10.0.0.1 and 10.0.0.2, which both customers have, and an address of nobody's. */
const HOST = 0x0a000001;
const OTHER_HOST = 0x0a000002;
const SERVER = 0xc0000201;
const template = {
  id: 256,
  fields: [8, 12, 4, 1, 2, 234, 235].map((id) => ({ id, length: id === 4 ? 1 : 4 })),
};

let dir: string;
let collector: Collector;
before(async () => {
  dir = mkdtempSync(join(tmpdir(), "ishizue-domains-"));
  const config = parseConfig(
    {
      listen: { host: "127.0.0.1", ports: [0], receiver: "dgram", workers: 1 },
      status: { port: 0 },
      batch: { rows: 1000, interval: "20ms" },
      unlistedExporters: { defaultSamplingInterval: 1 },
      accounting: {
        host: "127.0.0.1",
        port: 0,
        clients: [{ address: "127.0.0.1", secret: SECRET }],
        domainFrom: "VRF",
      },
      routingDomains: [
        { name: "red", exporters: [{ address: "127.0.0.1", vrfs: [RED] }] },
        { name: "blue", names: ["default:CUST-BLUE"], exporters: [{ address: "127.0.0.1", vrfs: [BLUE] }] },
      ],
    },
    "test",
  );
  collector = await Collector.open(dir, config);
  await collector.listen();
});
after(async () => {
  await collector?.stop();
  rmSync(dir, { recursive: true, force: true });
});

/** ERX-Virtual-Router-Name (Juniper, 4874). */
function virtualRouter(name: string) {
  const value = Buffer.concat([Buffer.from([0, 0, 0x13, 0x0a, 1, name.length + 2]), Buffer.from(name)]);
  return { type: RadiusType.vendorSpecific, value };
}

/** Sends accounting and resolves when it is answered. */
async function account(
  statusType: "start" | "stop",
  line: string,
  vrf: string | undefined,
  address = "10.0.0.1",
): Promise<void> {
  const socket = createSocket("udp4");
  const request = encodeAccountingRequest({
    identifier: 1,
    secret: SECRET,
    statusType,
    userName: line,
    // Both access servers have one address, and count their sessions alike.
    nasIpAddress: "198.51.100.1",
    sessionId: `session of ${line}`,
    framedIpAddress: address,
    eventTimestampMs: Date.now() - 60_000,
    ...(vrf === undefined ? {} : { attributes: [virtualRouter(vrf)] }),
  });
  socket.send(request, collector.accounting?.port ?? 0, "127.0.0.1");
  await once(socket, "message");
  socket.close();
}

/** Records of [source, destination, ingress VRF, egress VRF], 1000 octets each. */
async function exportRecords(records: readonly (readonly [number, number, number, number])[]): Promise<void> {
  const { ports } = await collector.status();
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const bytes = new Uint8Array(1400);
  const writer = new IpfixMessageWriter(bytes);
  writer.begin({ exportTimeS: Math.floor(Date.now() / 1000), sequenceNumber: 0, observationDomainId: 1 });
  writer.templateSet([template]);
  const record = new DataRecordWriter(template);
  writer.dataSet(record);
  for (const [source, destination, ingress, egress] of records) {
    writer.record(record, Float64Array.of(source, destination, 6, 1000, 1, ingress, egress));
  }
  writer.endSet();
  const before = collector.counters().records;
  socket.send(bytes.subarray(0, writer.end()), ports.flow[0], "127.0.0.1");
  while (collector.counters().records < before + records.length)
    await new Promise((done) => setTimeout(done, 5));
  socket.close();
  await collector.drain();
}

test("records of each customer are credited to its own lines, whatever the other does with the same addresses", async () => {
  await account("start", "red-1", "red");
  await account("start", "blue-1", "default:CUST-BLUE");
  await account("start", "red-2", "red", "10.0.0.2");
  await account("start", "gone", "blue", "10.0.0.2");
  await account("stop", "gone", undefined, "10.0.0.2");
  await exportRecords([
    [HOST, SERVER, RED, 0],
    [SERVER, HOST, 0, RED],
    [HOST, OTHER_HOST, RED, RED],
    [HOST, SERVER, BLUE, 0],
    [SERVER, OTHER_HOST, 0, BLUE],
    [HOST, OTHER_HOST, BLUE, RED],
    // Of a VRF that nobody named, and of none.
    [HOST, SERVER, UNNAMED, 0],
    [HOST, SERVER, 0, 0],
  ]);
  const found = await collector.store.query<{ ends: string; lines: string }>(
    `SELECT concat(src_routing_domain, ' → ', dst_routing_domain) AS ends, concat(line_in, ' → ', line_out) AS lines
     FROM flows ORDER BY ends, lines`,
  );
  assert.deepEqual(
    found.map(({ ends, lines }) => `${ends}: ${lines}`),
    [
      " → :  → ",
      "(unknown) → (unknown):  → ",
      "blue → blue:  → ",
      "blue → blue: blue-1 → ",
      "blue → red: blue-1 → red-2",
      "red → red:  → red-1",
      "red → red: red-1 → ",
      "red → red: red-1 → red-2",
    ],
  );
  assert.equal(collector.counters().unknownRoutingDomain, 1);
  const hours = await collector.store.query(
    `SELECT l.line AS line, toFloat64(sum(octets_in)) AS octetsIn, toFloat64(sum(octets_out)) AS octetsOut FROM line_hour
     INNER JOIN (SELECT arrayJoin(['red-1', 'red-2', 'blue-1', 'gone']) AS line, sipHash64(line) AS id) AS l ON l.id = line_id
     GROUP BY line ORDER BY line`,
  );
  assert.deepEqual(hours, [
    { line: "blue-1", octetsIn: 2000, octetsOut: 0 },
    { line: "red-1", octetsIn: 2000, octetsOut: 1000 },
    { line: "red-2", octetsIn: 0, octetsOut: 2000 },
  ]);
});

test("who answers in each routing domain for itself, and a list names domains by a column or for all of its rows", async () => {
  const list = join(dir, "static.csv");
  writeFileSync(list, "address,start,end,line,domain\n10.0.0.9,,,blue-9,blue\n10.0.0.9,,,red-9,\n");
  const importing = new FileImport(collector, "leases", { timeZone: "UTC", domain: "red" });
  await importing.read(list);
  await collector.drain();
  const { store, privacy } = collector;
  const lineOf = async (address: string, domain: string): Promise<string | null> =>
    (await who(store, privacy, { ...readEndpoint(address), domain, atMs: Date.now(), knownMs: Infinity }))
      .line;
  const answers = await Promise.all(
    ["10.0.0.1", "10.0.0.2", "10.0.0.9"].flatMap((address) =>
      ["red", "blue", ""].map((domain) => lineOf(address, domain)),
    ),
  );
  assert.deepEqual(answers, ["red-1", "blue-1", null, "red-2", null, null, "red-9", "blue-9", null]);
});
