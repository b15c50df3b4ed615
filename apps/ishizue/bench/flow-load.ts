// A load of NetFlow v9 for the bench: 24 records a message, paced by what the collector has taken.
// Usage: flow-load.ts HOST:PORT STATUS_URL RECORDS LINES
import { DataRecordWriter, Netflow9MessageWriter } from "@ishizue/wire";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { datagramsTaken } from "../src/demo/simulator-process.ts";
import { routerFields } from "./receive/messages.ts";

const RECORDS_A_MESSAGE = 24;
const MESSAGES = 4096;
const WINDOW = 64;

const fields = routerFields.map(([id, length]) => ({ id, length }));
const template = { id: 256, fields };
const optionsTemplate = {
  id: 257,
  scopeCount: 1,
  fields: [
    { id: 1, length: 4 },
    { id: 34, length: 4 },
    { id: 35, length: 1 },
  ],
};

let state = 12_345;
/** xorshift32: the load is the same every time. */
function random(bound: number): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % bound;
}

const SERVER_PORTS = [443, 443, 443, 443, 80, 53, 8080, 993, 4500, 31_000];

/** One message; its sequence number is written when it is sent. */
function message(lines: number, unixSecs: number): Buffer {
  const bytes = Buffer.alloc(1500);
  const writer = new Netflow9MessageWriter(bytes);
  const record = new DataRecordWriter(template);
  const row = new Float64Array(record.slotCount);
  writer.begin({ sysUpTimeMs: 86_400_000, unixSecs, sequenceNumber: 0, observationDomainId: 1 });
  writer.dataSet(record);
  for (let i = 0; i < RECORDS_A_MESSAGE; i++) {
    const customer = 0x64400000 + random(lines);
    const server = 0xc6120000 + random(131_072);
    const serverPort = SERVER_PORTS[random(SERVER_PORTS.length)];
    const linePort = 32_768 + random(28_000);
    const down = random(3) > 0;
    const packets = 1 + (random(20) === 0 ? random(4) : 0);
    row.set([
      down ? server : customer,
      down ? customer : server,
      down ? serverPort : linePort,
      down ? linePort : serverPort,
      random(4) === 0 ? 17 : 6,
      0,
      0x18,
      0,
      packets * (down ? 1400 : 80 + random(200)),
      packets,
      86_400_000 - 15_000 - random(10_000),
      86_400_000 - 5_000 - random(10_000),
      down ? 1 : 100 + random(24),
      down ? 100 + random(24) : 1,
      64_512 + random(256),
      64_512,
      0xac100001,
      24,
      24,
      random(4094),
    ]);
    writer.record(record, row);
  }
  writer.endSet();
  return bytes.subarray(0, writer.end());
}

function prologue(unixSecs: number): Buffer {
  const bytes = Buffer.alloc(1500);
  const writer = new Netflow9MessageWriter(bytes);
  const options = new DataRecordWriter(optionsTemplate);
  writer.begin({ sysUpTimeMs: 86_400_000, unixSecs, sequenceNumber: 0, observationDomainId: 1 });
  writer.templateSet([template]);
  writer.optionsTemplateSet([optionsTemplate]);
  writer.dataSet(options);
  writer.record(options, Float64Array.of(1, 8192, 1));
  writer.endSet();
  return bytes.subarray(0, writer.end());
}

const [endpoint, statusUrl, recordsText, linesText] = process.argv.slice(2);
const [host, port] = endpoint.split(":");
const total = Math.ceil(Number(recordsText) / RECORDS_A_MESSAGE);
const unixSecs = Math.floor(Date.now() / 1000);
const messages = Array.from({ length: MESSAGES }, () => message(Number(linesText), unixSecs));
const socket = createSocket("udp4");
socket.connect(Number(port), host);
await once(socket, "connect");
const before = await datagramsTaken(statusUrl);
socket.send(prologue(unixSecs));
const startedMs = Date.now();
let acknowledged = 0;
for (let sent = 0; sent < total;) {
  const until = Math.min(total, acknowledged + WINDOW);
  while (sent < until) {
    const bytes = messages[sent % MESSAGES];
    bytes.writeUInt32BE((sent + 1) >>> 0, 12);
    bytes.writeUInt32BE(Math.floor(Date.now() / 1000), 8);
    sent++;
    if (sent < until) socket.send(bytes);
    else
      await new Promise<void>((done, failed) =>
        socket.send(bytes, (error) => (error === null ? done() : failed(error))),
      );
  }
  // The templates' datagram is not one of ours.
  acknowledged = (await datagramsTaken(statusUrl)) - before - 1;
}
console.log(
  JSON.stringify({
    records: total * RECORDS_A_MESSAGE,
    datagrams: total + 1,
    seconds: (Date.now() - startedMs) / 1000,
  }),
);
socket.close();
