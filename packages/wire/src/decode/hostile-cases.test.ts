import assert from "node:assert/strict";
import { test } from "node:test";
import { Exporter } from "../exporter/exporter.ts";
import { FlowBatch } from "../flow/batch.ts";
import { Decoder } from "./decoder.ts";

/** One message of IPFIX (domain 0) or NetFlow v9 (source 0) from hexadecimal sets. */
function made(version: 9 | 10, ...sets: string[]): Uint8Array {
  const body = Buffer.from(sets.join("").replaceAll(" ", ""), "hex");
  const header = version === 9 ? 20 : 16;
  const bytes = new Uint8Array(header + body.length);
  bytes.set(body, header);
  new DataView(bytes.buffer).setUint16(0, version);
  new DataView(bytes.buffer).setUint16(2, version === 9 ? 1 : bytes.length);
  return bytes;
}

const decodeOnce = (decoder: Decoder, bytes: Uint8Array, exporter: Exporter, batch = new FlowBatch(64)) =>
  decoder.decode(bytes, new DataView(bytes.buffer), 0, bytes.length, exporter, 0, batch);

test("templates and options templates without an octet are not kept, and their data divide nothing by zero", () => {
  for (const [version, templateSet, optionsSet] of [
    [9, "0000 0010 0100 0002 0001 0000 0002 0000", "0001 0012 0101 0004 0004 0001 0000 0022 0000"],
    [10, "0002 0010 0100 0002 0001 0000 0002 0000", "0003 0012 0101 0002 0001 0095 0000 0022 0000"],
  ] as const) {
    const decoder = new Decoder();
    const exporter = new Exporter("192.0.2.1", 0);
    const data = "0100 0008 00000000 0101 0008 00000000";
    const outcome = decodeOnce(decoder, made(version, templateSet, optionsSet, data), exporter);
    assert.equal(outcome.templatesRejected, 2);
    assert.equal(outcome.undecodedSets, 2);
    assert.equal(exporter.templates.count, 0);
  }
});

test("fields without an octet among others are read as nothing", () => {
  const decoder = new Decoder();
  const batch = new FlowBatch(8);
  const bytes = made(10, "0002 0014 0100 0003 0002 0000 0001 0002 0008 0000", "0100 0008 00640065");
  assert.equal(decodeOnce(decoder, bytes, new Exporter("192.0.2.1", 0), batch).rows, 2);
  assert.deepEqual([...batch.octetDeltaCount.subarray(0, 2)], [100, 101]);
});

test("an IPFIX template of 65,535 fields in the largest message is malformed; one of all that fit is refused", () => {
  const decoder = new Decoder();
  const exporter = new Exporter("192.0.2.1", 0);
  const fields = Math.floor((65_535 - 24) / 4);
  const bytes = made(10, "0002 0000 0100 ffff", "00010001".repeat(fields));
  const view = new DataView(bytes.buffer);
  view.setUint16(18, bytes.length - 16);
  assert.equal(decodeOnce(decoder, bytes, exporter).malformedSets, 1);
  view.setUint16(22, fields);
  assert.equal(decodeOnce(decoder, bytes, exporter).templatesRejected, 1);
  assert.equal(exporter.templates.count, 0);
});

test("a scope longer than its options template, and one that is no whole number of fields, are malformed", () => {
  const decoder = new Decoder();
  const exporter = new Exporter("192.0.2.1", 0);
  for (const bytes of [
    made(9, "0001 0012 0101 0100 0004 0001 0002 0022 0002"),
    made(9, "0001 0012 0101 fffc fffc 0001 0002 0022 0002"),
    made(9, "0001 0012 0101 0003 0004 0001 0002 0022 0002"),
    made(10, "0003 0012 0101 0002 0003 0095 0004 0022 0004"),
    made(10, "0003 0012 0101 0002 ffff 0095 0004 0022 0004"),
  ]) {
    assert.equal(decodeOnce(decoder, bytes, exporter).malformedSets, 1);
  }
  assert.equal(exporter.templates.count, 0);
});

test("a scope field longer than the record that it is in makes no record", () => {
  const decoder = new Decoder();
  const exporter = new Exporter("192.0.2.1", 0);
  // Scope System of 65,535 octets (v9), scope of variable length that says 255 octets and more (IPFIX).
  const long = made(9, "0001 0012 0101 0004 0004 0001 ffff 0022 0004", "0101 000c 00000001 00000064");
  assert.equal(decodeOnce(decoder, long, exporter).malformedSets, 1);
  const lying = made(10, "0003 0012 0101 0002 0001 0052 ffff 0022 0004", "0101 000c ff ffff 00 00000064");
  const outcome = decodeOnce(decoder, lying, exporter);
  assert.deepEqual([outcome.optionsRecords, outcome.malformedRecords], [0, 1]);
});

test("counts larger than the message give what is there and no more", () => {
  const decoder = new Decoder();
  const exporter = new Exporter("192.0.2.1", 0);
  for (const [version, header, record] of [
    [1, 16, 52],
    [5, 24, 48],
    [6, 24, 52],
    [7, 24, 52],
  ]) {
    const bytes = new Uint8Array(header + 2 * record + 7);
    new DataView(bytes.buffer).setUint16(0, version);
    new DataView(bytes.buffer).setUint16(2, 0xffff);
    const outcome = decodeOnce(decoder, bytes, exporter);
    assert.deepEqual([outcome.status, outcome.rows, outcome.malformedRecords], ["truncated", 2, 1]);
  }
  const sflow = new Uint8Array(28);
  new DataView(sflow.buffer).setUint32(0, 5);
  new DataView(sflow.buffer).setUint32(4, 1);
  new DataView(sflow.buffer).setUint32(24, 0xffff_ffff);
  assert.equal(decodeOnce(decoder, sflow, exporter).status, "truncated");
  const tooMany = made(9, "0000 000c 0100 8001 0001 0004");
  assert.equal(decodeOnce(decoder, tooMany, exporter).malformedSets, 1);
});

test("withdrawals by the thousand of what was never there leave nothing below zero", () => {
  const decoder = new Decoder();
  const exporter = new Exporter("192.0.2.1", 0);
  exporter.overStream = true;
  const ids = Array.from({ length: 4000 }, (_, index) => (256 + index).toString(16).padStart(4, "0"));
  const withdrawals = `0002 ${(4 + 4 * ids.length).toString(16)} ${ids.map((id) => `${id} 0000`).join("")}`;
  const all = "0002 0008 0002 0000 0003 0008 0003 0000";
  const outcome = decodeOnce(decoder, made(10, withdrawals, all, withdrawals), exporter);
  assert.equal(outcome.templateWithdrawals, 0);
  assert.equal(exporter.templates.count, 0);
  assert.equal(
    decodeOnce(decoder, made(10, "0002 000c 0100 0001 0001 0004", all), exporter).templateWithdrawals,
    1,
  );
  assert.deepEqual([exporter.templates.count, decoder.use.templateFields], [0, 0]);
});

test("templates and sets of a hundred thousand spoofed exporters hold no more than the limits in all", () => {
  const inAll = { templateFieldsInAll: 1000, heldSetsInAll: 50, heldOctetsInAll: 64 * 512 };
  const decoder = new Decoder(inAll);
  const batch = new FlowBatch(8);
  const honest = new Exporter("192.0.2.1", 0);
  const template = made(10, "0002 000c 0100 0001 0001 0004");
  const data = made(10, "0100 0008 00000064", "0101 0008 00000064");
  decodeOnce(decoder, template, honest, batch);
  let refused = 0;
  let dropped = 0;
  for (let spoofed = 0; spoofed < 100_000; spoofed++) {
    const exporter = new Exporter("198.51.100.1", spoofed);
    refused += decodeOnce(decoder, template, exporter, batch).templatesRejected;
    batch.rowCount = 0;
    dropped += decodeOnce(decoder, data, exporter, batch).droppedSets;
  }
  assert.equal(decoder.use.templateFields, 1000);
  assert.equal(refused, 100_000 - 199);
  assert.equal(decoder.use.heldSets, 50);
  assert.equal(dropped, 199 + 2 * refused - 50);
  batch.rowCount = 0;
  assert.equal(decodeOnce(decoder, data, honest, batch).rows, 1);
});

test("one exporter's flood of unknown sets and of new templates stays in its bounds", () => {
  const limits = { domains: 4, templates: 16, heldSets: 6, heldOctets: 2048 };
  const decoder = new Decoder(limits);
  const exporter = new Exporter("192.0.2.1", 0);
  const batch = new FlowBatch(1000);
  for (let round = 0; round < 5000; round++) {
    const id = (256 + (round % 60_000)).toString(16).padStart(4, "0");
    batch.rowCount = 0;
    decodeOnce(decoder, made(10, `${id} 0008 00000064`.repeat(3)), exporter, batch);
    assert.ok((exporter.held?.sets ?? 0) <= limits.heldSets);
    assert.ok((exporter.held?.octets ?? 0) <= limits.heldOctets);
    if (round % 3 === 0) decodeOnce(decoder, made(10, `0002 000c ${id} 0001 0001 0004`), exporter, batch);
    assert.ok(exporter.templates.count <= limits.templates);
  }
});
