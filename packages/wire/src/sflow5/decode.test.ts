import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatAddress } from "../address/format.ts";
import { DecodeOutcome } from "../decode/outcome.ts";
import { Exporter } from "../exporter/exporter.ts";
import { FlowBatch, SamplingOrigin } from "../flow/batch.ts";
import { decodeSflow5 } from "./decode.ts";
import { readSflow5Message } from "./message.ts";

function hex(...parts: string[]): Uint8Array {
  return Uint8Array.fromHex(parts.join("").replaceAll(/\s/g, ""));
}

function word(value: number): string {
  return value.toString(16).padStart(8, "0");
}

/** A structure behind its data format and length, as samples and records are. */
function structure(format: number, body: string): string {
  const octets = body.replaceAll(/\s/g, "");
  return word(format) + word(octets.length / 2) + octets;
}

/** Agent 192.0.2.9, sub-agent 7, sequence 100, uptime 60 s. */
function datagram(...samples: string[]): Uint8Array {
  return hex("00000005 00000001 c0000209 00000007 00000064 0000ea60", word(samples.length), ...samples);
}

/** Sequence 1, data source ifIndex 17, one in 512, pool, drops, interfaces 17 > 18. */
function flowSample(...records: string[]): string {
  return structure(
    1,
    `00000001 00000011 00000200 00001000 00000000 00000011 00000012 ${word(records.length)} ${records.join("")}`,
  );
}

/** 192.0.2.1:443 > 198.51.100.2:49152, TCP ACK, total length 1500, in a frame of 1518 with its FCS. */
const tcpHeader = [
  "020000000002 020000000001 0800",
  "45 28 05dc 0001 4000 40 06 0000 c0000201 c6336402",
  "01bb c000 00000001 00000002 5010 ffff 0000 0000",
].join("");
const sampledHeader = structure(1, `00000001 000005ee 00000004 00000036 ${tcpHeader} 0000`);
const sampledIpv4 = structure(3, "000005dc 00000006 c0000201 c6336402 000001bb 0000c000 00000010 00000028");

function decode(
  bytes: Uint8Array,
  exporter = new Exporter("192.0.2.9", 0),
  capacity = 8,
): { batch: FlowBatch; outcome: DecodeOutcome } {
  const batch = new FlowBatch(capacity);
  const outcome = new DecodeOutcome();
  const copy = new Uint8Array(bytes.length + 24).fill(0xee);
  copy.set(bytes, 12);
  decodeSflow5(copy, new DataView(copy.buffer), 12, bytes.length, exporter, 5000, batch, outcome);
  return { batch, outcome };
}

test("a sampled header becomes a row of layer-3 octets", () => {
  const { batch, outcome } = decode(datagram(flowSample(sampledHeader)));
  assert.deepEqual(
    [outcome.status, outcome.rows, outcome.observationDomainId, outcome.sequenceNumber, outcome.sysUpTimeMs],
    ["decoded", 1, 7, 100, 60000],
  );
  assert.equal(formatAddress(outcome.agentAddress, 0), "192.0.2.9");
  assert.equal(formatAddress(batch.sourceAddress, 0), "192.0.2.1");
  assert.equal(formatAddress(batch.destinationAddress, 0), "198.51.100.2");
  assert.deepEqual(
    [
      batch.octetDeltaCount[0],
      batch.packetDeltaCount[0],
      batch.protocolIdentifier[0],
      batch.tcpControlBits[0],
      batch.ipClassOfService[0],
    ],
    [1500, 1, 6, 16, 0x28],
  );
  assert.deepEqual([batch.sourceTransportPort[0], batch.destinationTransportPort[0]], [443, 49152]);
  assert.deepEqual(
    [batch.ingressInterface[0], batch.egressInterface[0], batch.flowDirection[0]],
    [17, 18, 0],
  );
  assert.deepEqual([batch.flowStartMs[0], batch.flowEndMs[0], batch.observationDomainId[0]], [5000, 5000, 7]);
  // 1518 octets on the wire: 14 of Ethernet header and 4 of frame check sequence are taken off.
  assert.deepEqual([outcome.layer2OctetRecords, outcome.layer2OctetsRemoved], [1, 18]);
});

test("a sampled IPv4 or IPv6 record is a row too, and is not reduced", () => {
  const six = structure(
    4,
    `00000064 0000003a 20010db8${"00".repeat(11)}01 20010db8${"00".repeat(11)}02 00000000 00000000 00000000 00000000`,
  );
  const { batch, outcome } = decode(datagram(flowSample(sampledIpv4), flowSample(six)));
  assert.deepEqual([outcome.rows, outcome.layer2OctetRecords], [2, 0]);
  assert.deepEqual(
    [batch.octetDeltaCount[0], batch.sourceTransportPort[0], batch.tcpControlBits[0]],
    [1500, 443, 16],
  );
  assert.equal(formatAddress(batch.sourceAddress, 4), "2001:db8::1");
  assert.deepEqual([batch.octetDeltaCount[1], batch.protocolIdentifier[1]], [100, 58]);
});

test("a header is preferred to an IP record, in whatever order they come", () => {
  const other = structure(3, "00000028 00000011 c0000201 c6336402 00000001 00000002 00000000 00000000");
  for (const records of [
    [sampledHeader, other],
    [other, sampledHeader],
  ]) {
    const { batch, outcome } = decode(datagram(flowSample(...records)));
    assert.deepEqual([outcome.rows, batch.octetDeltaCount[0], batch.protocolIdentifier[0]], [1, 1500, 6]);
  }
});

test("the sampling interval is the sample's, unless the operator says otherwise", () => {
  const exporter = new Exporter("192.0.2.9", 0);
  const bytes = datagram(flowSample(sampledHeader));
  const silent = datagram(flowSample(sampledHeader).replace("00000200", "00000000"));
  const got = (message: Uint8Array): number[] => {
    const { batch } = decode(message, exporter);
    return [batch.samplingInterval[0], batch.samplingOrigin[0]];
  };
  assert.deepEqual(got(bytes), [512, SamplingOrigin.record]);
  assert.deepEqual(got(silent), [0, SamplingOrigin.unknown]);
  exporter.samplingDefault = 100;
  assert.deepEqual(got(bytes), [512, SamplingOrigin.record]);
  assert.deepEqual(got(silent), [100, SamplingOrigin.default]);
  exporter.samplingOverride = 2000;
  assert.deepEqual(got(bytes), [2000, SamplingOrigin.override]);
});

test("an expanded sample, a discarded packet and a multicast one", () => {
  const fixed = "00000001 00000000 00000012 00000200 00001000 00000000";
  const { batch, outcome } = decode(
    datagram(
      structure(3, `${fixed} 00000000 00000011 00000000 00000012 00000001 ${sampledHeader}`),
      structure(3, `${fixed} 00000000 00000011 00000001 00000100 00000001 ${sampledHeader}`),
      structure(
        1,
        `00000001 00000011 00000200 00001000 00000000 3fffffff 80000003 00000001 ${sampledHeader}`,
      ),
    ),
  );
  assert.equal(outcome.rows, 3);
  assert.deepEqual([...batch.ingressInterface.subarray(0, 3)], [17, 17, 0]);
  assert.deepEqual([...batch.egressInterface.subarray(0, 3)], [18, 0, 0]);
  assert.deepEqual([...batch.flowDirection.subarray(0, 3)], [1, 255, 255]);
});

test("the next hop and the prefix lengths come from the extended router record", () => {
  const ipv4 = structure(1002, "00000001 cb007101 00000018 00000010");
  const ipv6 = structure(1002, "00000002 20010db8 00000000 00000000 00000001 00000020 00000030");
  const cut = structure(1002, "00000002 20010db8");
  const { batch, outcome } = decode(
    datagram(
      flowSample(sampledHeader, ipv4),
      flowSample(sampledHeader, ipv6),
      flowSample(sampledHeader, cut),
    ),
  );
  assert.deepEqual([outcome.rows, outcome.malformedRecords], [3, 1]);
  assert.deepEqual(
    [0, 1, 2].map((row) => formatAddress(batch.ipNextHop, 4 * row)),
    ["203.0.113.1", "2001:db8::1", "::"],
  );
  assert.deepEqual([...batch.sourcePrefixLength.subarray(0, 3)], [24, 32, 0]);
  assert.deepEqual([...batch.destinationPrefixLength.subarray(0, 3)], [16, 48, 0]);
});

test("VLAN and autonomous systems come from the extended records", () => {
  const vlan = structure(1001, "00000064 00000000 00000065 ffffffff");
  const path = structure(
    1003,
    "00000001 c0000201 0000fde8 0000fde9 0000fdea  00000002 00000002 00000002 0000fdeb 0000fdec 00000001 00000001 0000fded 00000000 00000064",
  );
  const inside = structure(1003, "00000000 0000fde8 00000000 00000000 00000000 00000000 00000064");
  const { batch, outcome } = decode(
    datagram(flowSample(vlan, sampledHeader, path), flowSample(sampledHeader, inside)),
  );
  assert.deepEqual([outcome.rows, outcome.malformedRecords], [2, 0]);
  assert.deepEqual([...batch.vlanId.subarray(0, 2)], [100, 0]);
  assert.deepEqual([...batch.bgpSourceAsNumber.subarray(0, 2)], [65001, 65000]);
  assert.deepEqual([...batch.bgpDestinationAsNumber.subarray(0, 2)], [65005, 65000]);
});

test("the VXLAN networks of both sides come from the tunnel records", () => {
  const both = flowSample(structure(1030, "00001389"), sampledHeader, structure(1029, "0000138a"));
  const { batch, outcome } = decode(
    datagram(both, flowSample(sampledHeader), flowSample(structure(1030, "00"))),
  );
  assert.deepEqual([...batch.ingressVni.subarray(0, 2)], [5001, 0]);
  assert.deepEqual([...batch.egressVni.subarray(0, 2)], [5002, 0]);
  assert.equal(outcome.malformedRecords, 1);
});

test("a sampled frame without IP is a row without addresses", () => {
  const arp = structure(
    1,
    `00000001 00000040 00000004 0000002c 020000000002 020000000001 0806 ${"00".repeat(30)}`,
  );
  const ethernet = structure(2, "00000040 020000000001 0000 020000000002 0000 00000806");
  const { batch, outcome } = decode(datagram(flowSample(arp), flowSample(ethernet)));
  assert.deepEqual([outcome.rows, outcome.nonIpSamples, outcome.layer2OctetsRemoved], [2, 2, 36]);
  assert.deepEqual([...batch.octetDeltaCount.subarray(0, 2)], [46, 46]);
  assert.equal(formatAddress(batch.sourceAddress, 0), "::");
});

test("unknown samples and records are stepped over by their length", () => {
  const foreign = structure(4413 * 4096 + 1, "01020304 05060708");
  const { outcome } = decode(
    datagram(
      foreign,
      structure(5, "00000000"),
      flowSample(foreign, sampledHeader),
      structure(2, "00000001 00000011 00000000"),
    ),
  );
  assert.deepEqual(
    [outcome.status, outcome.rows, outcome.undecodedSamples, outcome.counterSamples, outcome.malformedSets],
    ["decoded", 1, 2, 1, 0],
  );
});

test("a sample without a packet is counted and is no row", () => {
  const { outcome } = decode(
    datagram(flowSample(structure(1001, "00000064 00000000 00000065 00000000")), flowSample()),
  );
  assert.deepEqual([outcome.flowSamples, outcome.rows, outcome.nonFlowRecords], [2, 0, 2]);
});

test("a header length past the end keeps the octets that are there", () => {
  const lying = structure(1, `00000001 000005ee 00000004 0000ffff ${tcpHeader} 0000`);
  const { batch, outcome } = decode(datagram(flowSample(lying), flowSample(sampledHeader)));
  assert.deepEqual([outcome.rows, outcome.malformedRecords, batch.octetDeltaCount[0]], [2, 1, 1500]);
});

test("a bad sample does not cost its siblings", () => {
  const short = structure(1, "00000001 00000011");
  const cutRecord = structure(
    1,
    "00000001 00000011 00000200 00001000 00000000 00000011 00000012 00000002 00000001 0000ffff 00000001",
  );
  const { outcome } = decode(
    datagram(short, structure(1, ""), structure(2, ""), cutRecord, flowSample(sampledHeader)),
  );
  assert.deepEqual(
    [outcome.status, outcome.malformedSets, outcome.malformedRecords, outcome.flowSamples, outcome.rows],
    ["decoded", 3, 2, 2, 1],
  );
});

test("more samples than there are is truncated, and the good ones are kept", () => {
  const bytes = datagram(flowSample(sampledHeader), flowSample(sampledHeader));
  new DataView(bytes.buffer).setUint32(24, 0xffffffff);
  const { outcome } = decode(bytes);
  assert.deepEqual([outcome.status, outcome.rows], ["truncated", 2]);
});

test("a packet longer than any packet is a lie", () => {
  const huge = structure(1, "00000001 ffffffff 00000000 00000004 00000000");
  const { outcome } = decode(datagram(flowSample(huge), flowSample(sampledHeader)));
  assert.deepEqual([outcome.rows, outcome.malformedRecords], [1, 1]);
});

test("a batch without room gets nothing, and the datagram can be decoded again", () => {
  const bytes = datagram(flowSample(sampledHeader), flowSample(sampledHeader));
  const { batch, outcome } = decode(bytes, undefined, 1);
  assert.deepEqual(
    [outcome.status, outcome.rows, outcome.flowSamples, outcome.version, batch.rowCount],
    ["batchFull", 0, 0, 105, 0],
  );
});

test("every truncation is safe, and rows never shrink as more arrives", () => {
  const whole = datagram(
    flowSample(structure(1001, "00000064 00000000 00000065 00000000"), sampledHeader),
    flowSample(sampledIpv4),
  );
  let rows = 0;
  for (let length = 0; length <= whole.length; length++) {
    const { outcome } = decode(whole.subarray(0, length));
    assert.ok(outcome.rows >= rows, `${length}`);
    rows = outcome.rows;
    assert.equal(outcome.status, length < 28 ? "tooShort" : length < whole.length ? "truncated" : "decoded");
    readSflow5Message(whole, 0, length);
  }
  assert.equal(rows, 2);
});

test("arbitrary bytes never throw", () => {
  const good = datagram(
    flowSample(sampledHeader, sampledIpv4),
    structure(2, `00000001 00000011 00000001 ${structure(2001, "00000002 00000001 00000009")}`),
  );
  const mutated = fc
    .array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 12 })
    .map((changes) => {
      const bytes = good.slice();
      for (const [at, value] of changes) bytes[at] = value;
      return bytes;
    });
  const arbitrary = fc
    .uint8Array({ maxLength: 300 })
    .map((tail) => new Uint8Array([...good.subarray(0, 28), ...tail]));
  fc.assert(
    fc.property(fc.oneof(mutated, arbitrary, fc.uint8Array({ maxLength: 60 })), (bytes) => {
      const { batch, outcome } = decode(bytes);
      assert.equal(batch.rowCount, outcome.rows);
      const message = readSflow5Message(bytes, 0, bytes.length);
      if (message !== null) JSON.stringify(message);
    }),
    { numRuns: 3000 },
  );
});

test("of a tunnelled packet the row has the outer addresses, or the inner ones where the operator wants them", () => {
  // 192.0.2.1 > 198.51.100.2, UDP to 4789; in it, in an Ethernet frame, 10.0.0.1:4660 > 10.0.0.2:443, UDP of 1,450 octets.
  const header = [
    "020000000002 020000000001 0800",
    "45 00 05dc 0001 0000 40 11 0000 c0000201 c6336402  c000 12b5 05c8 0000  08000000 00123400",
    "020000000004 020000000003 0800",
    "45 00 05aa 0001 0000 40 11 0000 0a000001 0a000002  1234 01bb 0596 0000",
  ].join("");
  const octets = header.replaceAll(" ", "").length / 2;
  const padding = "00".repeat((4 - (octets & 3)) & 3);
  const sampled = structure(1, `00000001 000005ee 00000004 ${word(octets)} ${header} ${padding}`);
  const rows = [false, true].map((innerPackets) => {
    const exporter = new Exporter("192.0.2.9", 0);
    exporter.innerPackets = innerPackets;
    const { batch } = decode(datagram(flowSample(sampled)), exporter);
    return [
      formatAddress(batch.sourceAddress, 0),
      formatAddress(batch.destinationAddress, 0),
      batch.destinationTransportPort[0],
      batch.octetDeltaCount[0],
    ];
  });
  assert.deepEqual(rows, [
    ["192.0.2.1", "198.51.100.2", 4789, 1500],
    ["10.0.0.1", "10.0.0.2", 443, 1450],
  ]);
});
