import assert from "node:assert/strict";
import { test } from "node:test";
import { DataRecordWriter } from "./encode-record.ts";
import type { EncodedTemplate } from "./encode-record.ts";
import { IpfixMessageWriter } from "./encode.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const bytes = (...lines: string[]): string => lines.join("").replaceAll(" ", "");
const ipv4 = (a: number, b: number, c: number, d: number): number => ((a * 256 + b) * 256 + c) * 256 + d;

// RFC 7011 appendix A.2.1: source, destination, next hop, packets, octets in four octets each.
const template: EncodedTemplate = {
  id: 256,
  fields: [
    { id: 8, length: 4 },
    { id: 12, length: 4 },
    { id: 15, length: 4 },
    { id: 2, length: 4 },
    { id: 1, length: 4 },
  ],
};

void test("the template set and the data set of RFC 7011 appendix A are written octet for octet", () => {
  const writer = new DataRecordWriter(template);
  const message = new IpfixMessageWriter(new Uint8Array(1400));
  message.begin({ exportTimeS: 0x5fdb8480, sequenceNumber: 7, observationDomainId: 9 });
  message.templateSet([template]);
  message.dataSet(writer);
  message.record(
    writer,
    Float64Array.of(ipv4(192, 0, 2, 12), ipv4(192, 0, 2, 254), ipv4(192, 0, 2, 1), 5009, 5344385),
  );
  message.record(
    writer,
    Float64Array.of(ipv4(192, 0, 2, 27), ipv4(192, 0, 2, 23), ipv4(192, 0, 2, 2), 748, 388934),
  );
  message.record(
    writer,
    Float64Array.of(ipv4(192, 0, 2, 56), ipv4(192, 0, 2, 65), ipv4(192, 0, 2, 3), 5, 6534),
  );
  message.endSet();
  const length = message.end();
  assert.equal(
    hex(message.bytes.subarray(0, length)),
    bytes(
      "000a 006c 5fdb8480 00000007 00000009", // version, length 108, export time, sequence, domain
      "0002 001c", // set 2, 28 octets
      "0100 0005 0008 0004 000c 0004 000f 0004 0002 0004 0001 0004",
      "0100 0040", // set 256, 64 octets
      "c000020c c00002fe c0000201 00001391 00518c81",
      "c000021b c0000217 c0000202 000002ec 0005ef46",
      "c0000238 c0000241 c0000203 00000005 00001986",
    ),
  );
});

void test("an enterprise element has its bit set and its number after the length", () => {
  const message = new IpfixMessageWriter(new Uint8Array(100));
  message.begin({ exportTimeS: 0, sequenceNumber: 0, observationDomainId: 0 });
  message.templateSet([{ id: 257, fields: [{ id: 15, length: 4, enterprise: 32473 }] }]);
  const length = message.end();
  assert.equal(
    hex(message.bytes.subarray(16, length)),
    bytes("0002 0010", "0101 0001", "800f 0004 00007ed9"),
  );
});

void test("the options template set of RFC 7011 appendix A.4 is padded to 24 octets and its data follow", () => {
  // lineCardId as scope; exportedMessageTotalCount and exportedFlowRecordTotalCount in two octets each.
  const options: EncodedTemplate = {
    id: 258,
    scopeCount: 1,
    fields: [
      { id: 141, length: 4 },
      { id: 41, length: 2 },
      { id: 42, length: 2 },
    ],
  };
  const writer = new DataRecordWriter(options);
  const message = new IpfixMessageWriter(new Uint8Array(100));
  message.begin({ exportTimeS: 0, sequenceNumber: 0, observationDomainId: 0 });
  message.optionsTemplateSet([options]);
  message.dataSet(writer);
  message.record(writer, Float64Array.of(1, 345, 10201));
  message.record(writer, Float64Array.of(2, 690, 20402));
  message.endSet();
  const length = message.end();
  assert.equal(
    hex(message.bytes.subarray(16, length)),
    bytes(
      "0003 0018 0102 0003 0001 008d 0004 0029 0002 002a 0002 0000",
      "0102 0014 00000001 0159 27d9 00000002 02b2 4fb2",
    ),
  );
});

void test("values of every width are written most significant octet first", () => {
  const writer = new DataRecordWriter({
    id: 300,
    fields: [
      { id: 4, length: 1 },
      { id: 7, length: 2 },
      { id: 1, length: 3 },
      { id: 2, length: 8 },
      { id: 27, length: 16 },
    ],
  });
  const out = new Uint8Array(30);
  const row = new Float64Array(writer.slotCount);
  row[writer.slotOf(4)] = 17;
  row[writer.slotOf(7)] = 443;
  row[writer.slotOf(1)] = 0x010203;
  row[writer.slotOf(2)] = Number.MAX_SAFE_INTEGER;
  row.set([0x20010db8, 0, 0, 1], writer.slotOf(27));
  assert.equal(writer.write(new DataView(out.buffer), 0, row), writer.recordLengthBytes);
  assert.equal(hex(out), bytes("11 01bb 010203 001fffffffffffff 20010db8 00000000 00000000 00000001"));
  assert.equal(writer.slotOf(99), -1);
});
