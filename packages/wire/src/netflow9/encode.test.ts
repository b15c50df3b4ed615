import assert from "node:assert/strict";
import { test } from "node:test";
import { DataRecordWriter } from "../ipfix/encode-record.ts";
import type { EncodedTemplate } from "../ipfix/encode-record.ts";
import { Netflow9MessageWriter, Netflow9Scope } from "./encode.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const bytes = (...lines: string[]): string => lines.join("").replaceAll(" ", "");

void test("the packet of RFC 3954's example is written octet for octet: template, data, options template, options data", () => {
  const flows: EncodedTemplate = {
    id: 256,
    fields: [
      { id: 8, length: 4 }, // IP_SRC_ADDR
      { id: 12, length: 4 }, // IP_DST_ADDR
      { id: 15, length: 4 }, // IP_NEXT_HOP
      { id: 2, length: 4 }, // IN_PKTS
      { id: 1, length: 4 }, // IN_BYTES
    ],
  };
  const options: EncodedTemplate = {
    id: 257,
    scopeCount: 1,
    fields: [
      { id: Netflow9Scope.lineCard, length: 2 },
      { id: 41, length: 2 }, // TOTAL_PKTS_EXP
      { id: 42, length: 2 }, // TOTAL_FLOWS_EXP
    ],
  };
  const flow = new DataRecordWriter(flows);
  const card = new DataRecordWriter(options);
  const message = new Netflow9MessageWriter(new Uint8Array(1400));
  message.begin({
    sysUpTimeMs: 2 ** 32 + 0x1234,
    unixSecs: 0x40000000,
    sequenceNumber: 3,
    observationDomainId: 5,
  });
  message.templateSet([flows]);
  message.dataSet(flow);
  message.record(flow, Float64Array.of(0xc6a8010c, 0x0a050cfe, 0xc0a80101, 5009, 5344385));
  message.record(flow, Float64Array.of(0xc0a8011b, 0x0a050c17, 0xc0a80101, 748, 388934));
  message.record(flow, Float64Array.of(0xc0a80138, 0x0a050c41, 0xc0a80101, 5, 6534));
  message.endSet();
  message.optionsTemplateSet([options]);
  message.dataSet(card);
  message.record(card, Float64Array.of(1, 345, 10201));
  message.record(card, Float64Array.of(2, 690, 20402));
  message.endSet();
  const length = message.end();
  assert.equal(
    hex(message.bytes.subarray(0, length)),
    bytes(
      "0009 0007 00001234 40000000 00000003 00000005", // 7 records: 1 + 3 + 1 + 2; uptime wrapped
      "0000 001c 0100 0005 0008 0004 000c 0004 000f 0004 0002 0004 0001 0004",
      "0100 0040",
      "c6a8010c 0a050cfe c0a80101 00001391 00518c81",
      "c0a8011b 0a050c17 c0a80101 000002ec 0005ef46",
      "c0a80138 0a050c41 c0a80101 00000005 00001986",
      "0001 0018 0101 0004 0008 0003 0002 0029 0002 002a 0002 0000", // padded to 24 octets
      "0101 0010 0001 0159 27d9 0002 02b2 4fb2",
    ),
  );
});

void test("a data set whose records end off a word is padded", () => {
  const writer = new DataRecordWriter({ id: 300, fields: [{ id: 4, length: 1 }] });
  const message = new Netflow9MessageWriter(new Uint8Array(64).fill(0xff));
  message.begin({ sysUpTimeMs: 0, unixSecs: 0, sequenceNumber: 0, observationDomainId: 0 });
  message.dataSet(writer);
  message.record(writer, Float64Array.of(6));
  message.endSet();
  const length = message.end();
  assert.equal(hex(message.bytes.subarray(20, length)), bytes("012c 0008 06 000000"));
  assert.equal(message.room, 64 - length);
});
