import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatAddress } from "../address/format.ts";
import { Decoder } from "../decode/decoder.ts";
import { Exporter } from "../exporter/exporter.ts";
import { FlowBatch } from "../flow/batch.ts";
import { NatEventBatch, takenEvents } from "./batch.ts";

/** Sets behind an IPFIX header of 2020-09-05T11:36:32Z. */
function ipfix(...sets: string[]): Uint8Array {
  const body = sets.join("").replaceAll(/\s/g, "");
  const length = (16 + body.length / 2).toString(16).padStart(4, "0");
  return Uint8Array.fromHex(`000a${length}5f5376a00000000000000001${body}`);
}

/** Decodes the messages one after the other, all of one exporter. */
function decode(messages: Uint8Array[], capacity = 16) {
  const decoder = new Decoder();
  const events = new NatEventBatch(capacity);
  decoder.takeNatEvents(events);
  const flows = new FlowBatch(64);
  const exporter = new Exporter("192.0.2.1", 0);
  const counts = { natEvents: 0, natEventsLost: 0, nonFlowRecords: 0, rows: 0 };
  for (const bytes of messages) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const outcome = decoder.decode(bytes, view, 0, bytes.length, exporter, 1_599_305_800_000, flows);
    for (const name of Object.keys(counts) as (keyof typeof counts)[]) counts[name] += outcome[name];
  }
  return { counts, events };
}

const address = (words: Uint32Array, row: number): string => formatAddress(words, 4 * row);

// RFC 8158, table 21: 323, 230, 8, 225, 361, 362, 363, 364.
const blockTemplate =
  "0002 0028 0100 0008 0143 0008 00e6 0001 0008 0004 00e1 0004 0169 0002 016a 0002 016b 0002 016c 0002";
const block = "0100 001d 000001745e0d6400 10 6440000a c0000201 0400 07ff 0001 0400";

test("a block of ports that was allocated is an event, also in sets that come after the template's first", () => {
  const { counts, events } = decode([ipfix(blockTemplate, block), ipfix(block), ipfix(block)]);
  assert.deepEqual(counts, { natEvents: 3, natEventsLost: 0, nonFlowRecords: 3, rows: 0 });
  assert.equal(events.observationTimeMs[2], Date.UTC(2020, 8, 5, 11, 36, 9, 984));
  assert.deepEqual(
    [events.natEvent[2], address(events.sourceAddress, 2), address(events.postNATSourceAddress, 2)],
    [16, "100.64.0.10", "192.0.2.1"],
  );
  assert.deepEqual(
    [
      events.portRangeStart[2],
      events.portRangeEnd[2],
      events.portRangeStepSize[2],
      events.portRangeNumPorts[2],
    ],
    [1024, 2047, 1, 1024],
  );
});

test("sessions of NAT44 and NAT64, without a time of their own timed by the export", () => {
  // 230, 8, 27, 225, 227, 4, 234: devices that translate both send both families' source, one of them empty.
  const template =
    "0002 0024 0100 0007 00e6 0001 0008 0004 001b 0010 00e1 0004 00e3 0002 0004 0001 00ea 0004";
  const zero = "00000000000000000000000000000000";
  const { events } = decode([
    ipfix(
      template,
      `0100 0044 04 6440000a ${zero} c0000201 0400 06 00000007` +
        "06 00000000 20010db8000100000000000000000009 c0000201 0401 11 00000000",
    ),
  ]);
  assert.equal(events.rowCount, 2);
  assert.deepEqual([...events.natEvent.subarray(0, 2)], [4, 6]);
  assert.deepEqual(
    [address(events.sourceAddress, 0), address(events.sourceAddress, 1)],
    ["100.64.0.10", "2001:db8:1::9"],
  );
  assert.deepEqual([...events.postNAPTSourceTransportPort.subarray(0, 2)], [1024, 1025]);
  assert.deepEqual([...events.ingressVRFID.subarray(0, 2)], [7, 0]);
  assert.deepEqual([...events.observationTimeMs.subarray(0, 2)], [1_599_305_376_000, 1_599_305_376_000]);
});

test("Cisco's NSEL in NetFlow v9 tells of translations, with fields of IANA or of the first ASAs", () => {
  const v9 = (body: string): Uint8Array =>
    Uint8Array.fromHex(`0009 0001 00000000 5f5376a0 00000000 00000000 ${body}`.replaceAll(/\s/g, ""));
  const { events } = decode([
    v9("0000 0020 0100 0006 0008 0004 00e1 0004 00e3 0002 0004 0001 00e9 0001 0143 0008"),
    v9("0100 0018 0a000001 c0000201 9c40 06 01 000001745e0d6400"),
    v9("0000 0018 0101 0004 0008 0004 9c41 0004 9c43 0002 9c45 0001"),
    v9("0101 000f 0a000002 c0000201 9c41 02"),
  ]);
  assert.deepEqual([...events.firewallEvent.subarray(0, 2)], [1, 2]);
  assert.deepEqual([...events.postNAPTSourceTransportPort.subarray(0, 2)], [40_000, 40_001]);
  assert.deepEqual(
    [address(events.sourceAddress, 1), address(events.postNATSourceAddress, 1)],
    ["10.0.0.2", "192.0.2.1"],
  );
});

test("events past the batch's capacity are counted, and what is taken is the batch's no longer", () => {
  const { counts, events } = decode([ipfix(blockTemplate, block, block, block)], 2);
  assert.deepEqual([counts.natEvents, counts.natEventsLost], [2, 1]);
  const taken = takenEvents(events);
  assert.deepEqual([taken.rowCount, taken.capacity, events.rowCount], [2, 2, 0]);
  assert.equal(address(taken.postNATSourceAddress, 1), "192.0.2.1");
  assert.equal(taken.portRangeEnd[1], 2047);
});

test("a record that is cut off is no event, and no bytes throw", () => {
  const { counts } = decode([
    ipfix(blockTemplate, "0100 0018 000001745e0d6400 10 6440000a c0000201 0400 07"),
  ]);
  assert.equal(counts.natEvents, 0);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), fc.nat(60), (garbage, at) => {
      const bytes = ipfix(blockTemplate, block, block);
      bytes.set(garbage.subarray(0, Math.max(0, bytes.length - at)), at);
      const { events } = decode([bytes, ipfix(block)]);
      assert.ok(events.rowCount <= events.capacity);
    }),
  );
});
