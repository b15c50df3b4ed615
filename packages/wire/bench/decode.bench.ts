// Records a second from datagrams in memory to the columns of a FlowBatch, and octets allocated a
// record (--quick: a check). Prints one JSON line a layout. Needs no network.
import assert from "node:assert/strict";
import { getHeapStatistics } from "node:v8";
import {
  DataRecordWriter,
  Decoder,
  type EncodedField,
  Exporter,
  FlowBatch,
  IpfixMessageWriter,
  Netflow9MessageWriter,
} from "../src/index.ts";

const quick = process.argv.includes("--quick");
/** 24 records a datagram: 0.4 MB lie in the processor's second cache, 100 MB in none. */
const cached = quick ? 64 : 256;
const uncached = quick ? 128 : 65_536;
/** A batch is handed on at this many rows: what decoding writes then stays in the second cache. */
const rowsABatch = 4096;
const secondsEach = quick ? 0.02 : 3;
const recordsPerDatagram = 24;

/** xorshift32, seeded. */
let state = 0x9e3779b9;
function random(below: number): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % below;
}

/** The 20 fields of a router's flow record: 56 octets, 24 of them in a datagram of 1,368. */
const routerFields: EncodedField[] = [
  { id: 8, length: 4 },
  { id: 12, length: 4 },
  { id: 15, length: 4 },
  { id: 10, length: 4 },
  { id: 14, length: 4 },
  { id: 2, length: 4 },
  { id: 1, length: 4 },
  { id: 22, length: 4 },
  { id: 21, length: 4 },
  { id: 7, length: 2 },
  { id: 11, length: 2 },
  { id: 6, length: 1 },
  { id: 4, length: 1 },
  { id: 5, length: 1 },
  { id: 61, length: 1 },
  { id: 16, length: 4 },
  { id: 17, length: 4 },
  { id: 9, length: 1 },
  { id: 13, length: 1 },
  { id: 48, length: 2 },
];

type Load = { datagrams: Uint8Array; lengths: Uint32Array; octets: number; records: number };

function fillRow(row: Float64Array, fields: readonly EncodedField[]): number {
  let octets = 0;
  let slot = 0;
  for (const { id, length } of fields) {
    if (length === 16) {
      for (let word = 0; word < 4; word++) row[slot++] = random(2 ** 32);
      continue;
    }
    let value = random(2 ** Math.min(31, 8 * length));
    if (id === 1) octets = value = 40 + random(1_000_000);
    if (id === 61) value &= 1;
    if (id === 48) value = 1;
    row[slot++] = value;
  }
  return octets;
}

const slotOctets = 1536;

function netflow9(fields: readonly EncodedField[], datagramCount = cached): Load {
  const writer = new DataRecordWriter({ id: 256, fields: [...fields] });
  const datagrams = new Uint8Array(datagramCount * slotOctets);
  const lengths = new Uint32Array(datagramCount);
  const row = new Float64Array(writer.slotCount);
  let octets = 0;
  for (let index = 0; index < datagramCount; index++) {
    const message = new Netflow9MessageWriter(
      datagrams.subarray(index * slotOctets, (index + 1) * slotOctets),
    );
    message.begin({
      sysUpTimeMs: 2 ** 31,
      unixSecs: 1_600_000_000,
      sequenceNumber: index,
      observationDomainId: 1,
    });
    if (index === 0) message.templateSet([{ id: 256, fields: [...fields] }]);
    message.dataSet(writer);
    for (let record = 0; record < recordsPerDatagram; record++) {
      octets += fillRow(row, fields);
      message.record(writer, row);
    }
    message.endSet();
    lengths[index] = message.end();
  }
  return { datagrams, lengths, octets, records: datagramCount * recordsPerDatagram };
}

/** IPFIX with an interface name of variable length in the middle of each record. */
function ipfixVariable(datagramCount = cached): Load {
  const before = routerFields.slice(0, 9);
  const after = routerFields.slice(9);
  const first = new DataRecordWriter({ id: 256, fields: before });
  const second = new DataRecordWriter({ id: 256, fields: after });
  const datagrams = new Uint8Array(datagramCount * slotOctets);
  const lengths = new Uint32Array(datagramCount);
  const firstRow = new Float64Array(first.slotCount);
  const secondRow = new Float64Array(second.slotCount);
  const records = 20;
  let octets = 0;
  for (let index = 0; index < datagramCount; index++) {
    const bytes = datagrams.subarray(index * slotOctets, (index + 1) * slotOctets);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const message = new IpfixMessageWriter(bytes);
    message.begin({ exportTimeS: 1_600_000_000, sequenceNumber: index, observationDomainId: 1 });
    if (index === 0) {
      message.templateSet([{ id: 256, fields: [...before, { id: 82, length: 65535 }, ...after] }]);
    }
    let offset = message.lengthBytes;
    const start = offset;
    view.setUint16(offset, 256);
    offset += 4;
    for (let record = 0; record < records; record++) {
      octets += fillRow(firstRow, before);
      fillRow(secondRow, after);
      offset = first.write(view, offset, firstRow);
      const nameOctets = 4 + random(5);
      bytes[offset] = nameOctets;
      offset = second.write(view, offset + 1 + nameOctets, secondRow);
    }
    view.setUint16(start + 2, offset - start);
    view.setUint16(2, offset);
    lengths[index] = offset;
  }
  return { datagrams, lengths, octets, records: datagramCount * records };
}

function netflow5(datagramCount = cached): Load {
  const datagrams = new Uint8Array(datagramCount * slotOctets);
  const view = new DataView(datagrams.buffer);
  const lengths = new Uint32Array(datagramCount).fill(24 + 48 * 30);
  let octets = 0;
  for (let index = 0; index < datagramCount; index++) {
    const at = index * slotOctets;
    for (let offset = 0; offset < 1464; offset += 4) view.setUint32(at + offset, random(2 ** 32));
    view.setUint16(at, 5);
    view.setUint16(at + 2, 30);
    for (let record = 0; record < 30; record++) octets += view.getUint32(at + 24 + 48 * record + 20);
  }
  return { datagrams, lengths, octets, records: datagramCount * 30 };
}

const gc = globalThis.gc ?? (() => {});

function measure(layout: string, load: Load): void {
  const { datagrams, lengths } = load;
  const view = new DataView(datagrams.buffer);
  const decoder = new Decoder();
  const exporter = new Exporter("192.0.2.1", 0);
  const batch = new FlowBatch(rowsABatch + 2 * 1536);
  let passes = 0;
  let rows = 0;

  /** Every datagram once; octets are summed only when asked, so that the sum is not measured. */
  const pass = (check: boolean): number => {
    let octets = 0;
    batch.rowCount = 0;
    for (let index = 0; index < lengths.length; index++) {
      const offset = index * slotOctets;
      const outcome = decoder.decode(datagrams, view, offset, lengths[index], exporter, 1.6e12, batch);
      if (outcome.status === "batchFull") {
        if (check) octets += sum(batch);
        batch.rowCount = 0;
        index--;
        continue;
      }
      rows += outcome.rows;
      if (batch.rowCount < rowsABatch) continue;
      if (check) octets += sum(batch);
      batch.rowCount = 0;
    }
    if (check) octets += sum(batch);
    return octets;
  };

  assert.equal(pass(true), load.octets, layout);
  for (let warm = performance.now() + 600 * secondsEach; performance.now() < warm;) pass(false);
  gc();
  rows = 0;
  const allocatedBefore = getHeapStatistics().total_allocated_bytes;
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  let seconds = 0;
  do {
    pass(false);
    passes++;
    seconds = (performance.now() - start) / 1000;
  } while (seconds < secondsEach);
  const cpu = process.cpuUsage(cpuBefore);
  const allocated = getHeapStatistics().total_allocated_bytes - allocatedBefore;
  assert.equal(rows, passes * load.records, layout);
  assert.equal(pass(true), load.octets, layout);
  const allocatedPerRecord = allocated / rows;
  if (!quick) assert.ok(allocatedPerRecord < 0.1, `${layout}: ${allocatedPerRecord} octets a record`);
  console.log(
    JSON.stringify({
      bench: "wire/decode",
      layout,
      records: rows,
      recordsPerSecond: Math.round(rows / seconds),
      recordsPerCpuSecond: Math.round((rows * 1e6) / (cpu.user + cpu.system)),
      octetsPerSecond: Math.round((passes * lengths.reduce((total, size) => total + size, 0)) / seconds),
      allocatedOctetsPerRecord: Number(allocatedPerRecord.toFixed(3)),
    }),
  );
}

function sum({ octetDeltaCount, rowCount }: FlowBatch): number {
  let total = 0;
  for (let row = 0; row < rowCount; row++) total += octetDeltaCount[row];
  return total;
}

const hot = new Set([8, 12, 7, 11, 4, 1, 2, 22, 21]);
const hotFields = routerFields.filter(({ id }) => hot.has(id));
measure("NetFlow v9, 9 fields", netflow9(hotFields));
measure("NetFlow v9, 20 fields", netflow9(routerFields));
measure("NetFlow v9, 9 fields, out of cache", netflow9(hotFields, uncached));
measure("NetFlow v9, 20 fields, out of cache", netflow9(routerFields, uncached));
measure("NetFlow v5", netflow5());
measure("IPFIX, 20 fields and a variable-length name", ipfixVariable());
