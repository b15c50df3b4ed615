import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatAddress } from "../address/format.ts";
import { Decoder } from "../decode/decoder.ts";
import type { DecodeOutcome } from "../decode/outcome.ts";
import { Exporter } from "../exporter/exporter.ts";
import { FlowBatch, SamplingOrigin } from "../flow/batch.ts";

const exportTime = "5f5e1000";

/** An IPFIX message of domain 7 with these sets, each `id` and content. */
function message(...sets: [number, string][]): Uint8Array {
  const u16 = (value: number) => value.toString(16).padStart(4, "0");
  const body = sets
    .map(([id, content]) => {
      const octets = content.replaceAll(/\s/g, "");
      return u16(id) + u16(octets.length / 2 + 4) + octets;
    })
    .join("");
  return Uint8Array.fromHex(`000a${u16(16 + body.length / 2)}${exportTime}0000000000000007${body}`);
}

function decode(
  bytes: Uint8Array,
  batch: FlowBatch,
  exporter = new Exporter("192.0.2.254", 3),
): DecodeOutcome {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return new Decoder().decode(bytes, view, 0, bytes.length, exporter, 1_600_000_000_000, batch);
}

/** 1.518 octets on the wire, VLAN 100: 192.0.2.1:49152 > 198.51.100.2:443, TCP, 1500 octets of IP; the first 62. */
const tcpFrame =
  "020000000002 020000000001 8100 2064 0800" +
  "45 2e 05dc 0001 4000 40 06 0000 c0000201 c6336402" +
  "c000 01bb 00000000 00000000 5018 0000 0000 0000 aabbccdd".replaceAll(" ", "");
const section = tcpFrame.replaceAll(" ", "");
const sectionOctets = (section.length / 2).toString(16).padStart(2, "0");

function row(batch: FlowBatch, index: number): Record<string, number | string> {
  return {
    source: formatAddress(batch.sourceAddress, 4 * index),
    destination: formatAddress(batch.destinationAddress, 4 * index),
    ports: `${batch.sourceTransportPort[index]} ${batch.destinationTransportPort[index]}`,
    protocol: batch.protocolIdentifier[index],
    flags: batch.tcpControlBits[index],
    tos: batch.ipClassOfService[index],
    vlan: batch.vlanId[index],
    octets: batch.octetDeltaCount[index],
    packets: batch.packetDeltaCount[index],
  };
}

const expected = {
  source: "192.0.2.1",
  destination: "198.51.100.2",
  ports: "49152 443",
  protocol: 6,
  flags: 0x18,
  tos: 0x2e,
  vlan: 100,
  octets: 1500,
  packets: 1,
};

test("a record with a frame section is a row with the packet's addresses, ports, VLAN and octets (Juniper inline monitoring)", () => {
  // Template 256: 10 ingressInterface, 14 egressInterface, 61 flowDirection, 312 dataLinkFrameSize, 315 dataLinkFrameSection.
  const template = "0100 0005 000a0004 000e0004 003d0001 01380002 013bffff";
  const record = `0000000b 0000000c 01 05ee ${sectionOctets} ${section}`;
  const batch = new FlowBatch(256);
  const exporter = new Exporter("192.0.2.254", 3);
  exporter.samplingDefault = 1000;
  const outcome = decode(message([2, template], [256, record + record]), batch, exporter);
  assert.deepEqual([outcome.rows, outcome.dataRecords, outcome.nonFlowRecords], [2, 2, 0]);
  assert.equal(outcome.layer2OctetRecords, 2);
  for (const index of [0, 1]) {
    assert.deepEqual(row(batch, index), expected);
    assert.equal(batch.ingressInterface[index], 11);
    assert.equal(batch.egressInterface[index], 12);
    assert.equal(batch.flowDirection[index], 1);
    assert.equal(batch.exporterIndex[index], 3);
    assert.equal(batch.observationDomainId[index], 7);
    assert.equal(batch.samplingInterval[index], 1000);
    assert.equal(batch.samplingOrigin[index], SamplingOrigin.default);
  }
});

test("a PSAMP packet report: its time, its sampler, its packet (RFC 5476)", () => {
  // Options 257: scope selectorId (302), samplingPacketInterval (305), samplingPacketSpace (306): 1 and 99.
  const options = "0101 0003 0001 012e0004 01310004 01320004";
  const optionsData = "00000005 00000001 00000063";
  // Template 256: 301 selectionSequenceId, 302 selectorId, 323 observationTimeMilliseconds, 313 ipHeaderPacketSection.
  const template = "0100 0004 012d0004 012e0004 01430008 0139ffff";
  const ipSection = section.slice(36);
  const record = `00000009 00000005 000001745e0d6400 ${(ipSection.length / 2).toString(16).padStart(2, "0")} ${ipSection}`;
  const batch = new FlowBatch(256);
  const outcome = decode(message([3, options], [257, optionsData], [2, template], [256, record]), batch);
  assert.equal(outcome.rows, 1);
  assert.deepEqual(row(batch, 0), { ...expected, vlan: 0 });
  assert.equal(batch.samplerId[0], 5);
  assert.equal(batch.samplingInterval[0], 100);
  assert.equal(batch.flowEndMs[0], 0x1745e0d6400);
});

test("a record that counts octets and packets itself keeps its counts", () => {
  // Template 256: 1 octetDeltaCount, 2 packetDeltaCount, 104 layer2packetSectionData of 62 octets.
  const template = `0100 0003 00010004 00020004 0068${(section.length / 2).toString(16).padStart(4, "0")}`;
  const batch = new FlowBatch(256);
  const outcome = decode(message([2, template], [256, `00010000 00000040 ${section}`]), batch);
  assert.equal(outcome.layer2OctetRecords, 0);
  assert.deepEqual(row(batch, 0), { ...expected, octets: 65536, packets: 64 });
});

test("a frame without IP, an offset into the frame and a frame of 802.11 are rows without addresses", () => {
  // Template 256: 312 dataLinkFrameSize, 409 sectionOffset, 408 dataLinkFrameType, 315 dataLinkFrameSection.
  const template = "0100 0004 01380002 01990002 01980002 013bffff";
  const arp = "020000000002020000000001 0806 0001".replaceAll(" ", "");
  const records = [
    `0040 0000 0001 10 ${arp}`,
    `05ee 0004 0001 ${sectionOctets} ${section}`,
    `05ee 0000 0002 ${sectionOctets} ${section}`,
    `05ee 0000 0001 ${sectionOctets} ${section}`,
  ];
  const batch = new FlowBatch(256);
  assert.equal(decode(message([2, template], [256, records.join("")]), batch).rows, 4);
  assert.deepEqual([row(batch, 0).source, row(batch, 0).octets, row(batch, 0).ports], ["::", 50, "0 0"]);
  assert.deepEqual([row(batch, 1).source, row(batch, 1).octets], ["::", 0x5ee]);
  assert.deepEqual([row(batch, 2).source, row(batch, 2).octets], ["::", 0x5ee]);
  assert.deepEqual(row(batch, 3), expected);
});

test("a template with addresses is read as before, its section passed over", () => {
  // Template 256: 8, 12, 1, 2, 315.
  const template = "0100 0005 00080004 000c0004 00010004 00020004 013bffff";
  const batch = new FlowBatch(256);
  decode(
    message([2, template], [256, `cb007101 cb007102 00000064 00000001 ${sectionOctets} ${section}`]),
    batch,
  );
  assert.deepEqual([row(batch, 0).source, row(batch, 0).destination], ["203.0.113.1", "203.0.113.2"]);
  assert.deepEqual([row(batch, 0).octets, row(batch, 0).ports], [100, "0 0"]);
});

test("rows before and after in the same batch keep their own addresses", () => {
  const sections = "0100 0002 01380002 013bffff";
  const flows = "0101 0004 00080004 000c0004 00010004 00020004";
  const flow = "cb007101 cb007102 00000064 00000001";
  const sample = `05ee ${sectionOctets} ${section}`;
  const batch = new FlowBatch(256);
  decode(
    message([2, sections], [2, flows], [257, flow], [256, sample], [257, flow], [256, sample], [257, flow]),
    batch,
  );
  const sources = [0, 1, 2, 3, 4].map((index) => row(batch, index).source);
  assert.deepEqual(sources, ["203.0.113.1", "192.0.2.1", "203.0.113.1", "192.0.2.1", "203.0.113.1"]);
  assert.deepEqual(row(batch, 3), expected);
  assert.deepEqual([row(batch, 4).ports, row(batch, 4).protocol, row(batch, 4).vlan], ["0 0", 0, 0]);
});

test("a packet whose headers never reach a transport, of a length that nobody tells, has the octets captured", () => {
  // Template 256: 61 flowDirection, 315 dataLinkFrameSection; IPv6 without a payload length, the next header 0 cut.
  const template = "0100 0002 003d0001 013bffff";
  const ipv6 = `020000000002 020000000001 86dd 60000000 0000 0040 ${"00".repeat(32)} 3a00`.replaceAll(
    " ",
    "",
  );
  const batch = new FlowBatch(256);
  decode(message([2, template], [256, `00 38 ${ipv6}`]), batch);
  assert.deepEqual([row(batch, 0).octets, row(batch, 0).packets], [42, 1]);
});

test("of a packet in a tunnel the row has the outer addresses, or the inner ones where the operator wants them", () => {
  // 192.0.2.1 > 198.51.100.2, GRE; in it 10.0.0.1:4660 > 10.0.0.2:443, UDP.
  const packet =
    "4500 0034 0000 0000 40 2f 0000 c0000201 c6336402  0000 0800" +
    "4500 001c 0000 0000 40 11 0000 0a000001 0a000002 1234 01bb 0008 0000";
  const frame = `020000000002 020000000001 8100 0064 0800 ${packet}`.replaceAll(" ", "");
  const template = "0100 0002 01380002 013bffff";
  const record = `0046 ${(frame.length / 2).toString(16)} ${frame}`;
  const rows = [false, true].map((innerPackets) => {
    const exporter = new Exporter("192.0.2.254", 3);
    exporter.innerPackets = innerPackets;
    const batch = new FlowBatch(256);
    decode(message([2, template], [256, record]), batch, exporter);
    return row(batch, 0);
  });
  const shared = { flags: 0, tos: 0, vlan: 100, packets: 1 };
  assert.deepEqual(rows, [
    { ...shared, source: "192.0.2.1", destination: "198.51.100.2", ports: "0 0", protocol: 47, octets: 52 },
    { ...shared, source: "10.0.0.1", destination: "10.0.0.2", ports: "4660 443", protocol: 17, octets: 28 },
  ]);
});

test("sections of any bytes and lengths are safe", () => {
  const template = "0100 0003 01380002 01980001 013bffff";
  const batch = new FlowBatch(64);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      batch.rowCount = 0;
      const outcome = decode(message([2, template], [256, bytes.toHex()]), batch);
      assert.ok(outcome.rows <= 50);
      for (let index = 0; index < outcome.rows; index++) {
        assert.ok(batch.octetDeltaCount[index] <= 65_535 + 40);
        assert.equal(batch.packetDeltaCount[index], 1);
      }
    }),
    { numRuns: 500, seed: 15 },
  );
});
