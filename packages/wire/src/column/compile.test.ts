import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress } from "../address/format.ts";
import { FlowBatch } from "../flow/batch.ts";
import { elementId as ie } from "../registry/name.ts";
import { type FieldSpecifier, Template } from "../template/template.ts";
import { compileColumns } from "./compile.ts";
import { setContext } from "./decoder.ts";

const exportTimeMs = 1_600_000_000_000;

/** The rows of one record of IPFIX fields given as [id, octets in hexadecimal]. */
function decode(...values: [id: number, octets: string][]): FlowBatch {
  const fields = values.map(([id, octets]): FieldSpecifier => ({
    enterprise: 0,
    id,
    length: octets.replaceAll(" ", "").length / 2,
  }));
  const bytes = Buffer.from(
    values
      .map(([, octets]) => octets)
      .join("")
      .replaceAll(" ", ""),
    "hex",
  );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const batch = new FlowBatch(4);
  const context = new Float64Array(setContext.length);
  context[setContext.exportTimeMs] = exportTimeMs;
  context[setContext.sysUpTimeMs] = NaN;
  const columns = compileColumns(new Template(256, false, false, 0, fields));
  batch.rowCount = columns.append(view, 0, bytes.length, batch, 0, context);
  return batch;
}

const octets: [number, string] = [ie.octetDeltaCount, "0000000000000001"];

for (let width = 1; width <= 8; width++) {
  test(`a counter of ${width} octets is read in full`, () => {
    // Every octet different; the widest still exact in a Float64.
    const hex = ["00", "12", "34", "56", "78", "9a", "bc", "de"].slice(8 - width).join("");
    const batch = decode([ie.octetDeltaCount, hex], [ie.packetDeltaCount, "05"]);
    assert.equal(batch.octetDeltaCount[0], Number.parseInt(hex, 16));
    assert.equal(batch.packetDeltaCount[0], 5);
  });

  test(`narrow columns take the low octets of a field of ${width}`, () => {
    const hex = "ffffffffffff01bb".slice(16 - 2 * width);
    const batch = decode(octets, [ie.sourceTransportPort, hex], [ie.protocolIdentifier, hex]);
    assert.equal(batch.sourceTransportPort[0], width === 1 ? 0xbb : 0x01bb);
    assert.equal(batch.protocolIdentifier[0], 0xbb);
    const ingress = decode(octets, [ie.ingressInterface, hex]).ingressInterface[0];
    assert.equal(ingress, Number.parseInt(hex.slice(-8), 16));
  });
}

test("VRFs and the VXLAN network have columns; a biflow's other direction has them turned round", () => {
  const there = decode(
    octets,
    [ie.ingressVRFID, "00000007"],
    [ie.egressVRFID, "09"],
    [ie.layer2SegmentId, "0100000000001389"],
  );
  assert.deepEqual([there.ingressVRFID[0], there.egressVRFID[0]], [7, 9]);
  assert.deepEqual([there.ingressVni[0], there.egressVni[0]], [5001, 5001]);
  const both = decode(
    [ie.initiatorOctets, "01"],
    [ie.responderOctets, "02"],
    [ie.ingressVRFID, "07"],
    [ie.egressVRFID, "09"],
    [ie.layer2SegmentId, "01001389"],
  );
  assert.deepEqual([...both.ingressVRFID.subarray(0, 2)], [7, 9]);
  assert.deepEqual([...both.egressVRFID.subarray(0, 2)], [9, 7]);
  assert.deepEqual([...both.ingressVni.subarray(0, 2)], [5001, 5001]);
});

test("octets and packets come from the first of their elements that the record has", () => {
  const batch = decode(
    [ie.postOctetDeltaCount, "00000003"],
    [ie.octetTotalCount, "00000002"],
    [ie.octetDeltaCount, "00000001"],
    [ie.packetTotalCount, "00000007"],
  );
  assert.equal(batch.octetDeltaCount[0], 1);
  assert.equal(batch.packetDeltaCount[0], 7);
  assert.equal(decode([ie.postOctetDeltaCount, "03"], [ie.octetTotalCount, "02"]).octetDeltaCount[0], 2);
  assert.equal(decode([ie.postOctetDeltaCount, "03"]).octetDeltaCount[0], 3);
});

const four = "c0000201";
const six = "20010db8000000000000000000000001";
const none = "00000000000000000000000000000000";
const addresses: [string, [number, string][], string][] = [
  ["IPv4", [[ie.sourceIPv4Address, four]], "192.0.2.1"],
  ["IPv6", [[ie.sourceIPv6Address, six]], "2001:db8::1"],
  [
    "IPv6 outside, IPv4 inside",
    [
      [ie.sourceIPv6Address, six],
      [ie.sourceIPv4Address, four],
    ],
    "2001:db8::1",
  ],
  [
    "IPv4 outside, IPv6 inside",
    [
      [ie.sourceIPv4Address, four],
      [ie.sourceIPv6Address, six],
    ],
    "192.0.2.1",
  ],
  [
    "IPv6 zero",
    [
      [ie.sourceIPv6Address, none],
      [ie.sourceIPv4Address, four],
    ],
    "192.0.2.1",
  ],
  [
    "IPv4 zero",
    [
      [ie.sourceIPv4Address, "00000000"],
      [ie.sourceIPv6Address, six],
    ],
    "2001:db8::1",
  ],
  ["an IPv4 address of three octets", [[ie.sourceIPv4Address, "c00002"]], "::"],
  ["none", [], "::"],
];
for (const [name, fields, expected] of addresses) {
  test(`the source address of ${name} is ${expected}`, () => {
    assert.equal(formatAddress(decode(octets, ...fields).sourceAddress, 0), expected);
  });
}

// 2020-09-13T12:26:39.500 in every form; NTP seconds are 2,208,988,800 more.
const half = exportTimeMs - 500;
const moments: [string, number, string, number][] = [
  ["seconds", ie.flowStartSeconds, "5f5e0fff", exportTimeMs - 1000],
  ["milliseconds", ie.flowStartMilliseconds, half.toString(16).padStart(16, "0"), half],
  ["microseconds", ie.flowStartMicroseconds, "", half],
  ["nanoseconds", ie.flowStartNanoseconds, "", half],
  ["microseconds before the export", ie.flowStartDeltaMicroseconds, "0007a120", half],
];
const ntpSeconds = ((half - 500) / 1000 + 2_208_988_800).toString(16);
for (const [name, id, hex, expected] of moments) {
  test(`a start in ${name} is milliseconds since 1970`, () => {
    const ntp = id === ie.flowStartMicroseconds || id === ie.flowStartNanoseconds;
    const batch = decode(octets, [id, ntp ? `${ntpSeconds}80000000` : hex]);
    assert.equal(batch.flowStartMs[0], expected);
    assert.equal(batch.flowEndMs[0], 0);
  });
}

test("an NTP time after the wrap of 2036 is later, not 1900", () => {
  const batch = decode(octets, [ie.flowEndMicroseconds, "0000000000000000"]);
  assert.equal(batch.flowEndMs[0], Date.UTC(2036, 1, 7, 6, 28, 16));
});

test("uptimes are no time where the exporter's start is not known, and one where the record has it", () => {
  assert.equal(decode(octets, [ie.flowEndSysUpTime, "000003e8"]).flowEndMs[0], 0);
  const init = (exportTimeMs - 10_000).toString(16).padStart(16, "0");
  const batch = decode(octets, [ie.flowEndSysUpTime, "000003e8"], [ie.systemInitTimeMilliseconds, init]);
  assert.equal(batch.flowEndMs[0], exportTimeMs - 9000);
});

test("a duration gives the end that is missing, an observation time both", () => {
  const start: [number, string] = [ie.flowStartMilliseconds, half.toString(16).padStart(16, "0")];
  const end: [number, string] = [ie.flowEndMilliseconds, start[1]];
  assert.equal(decode(octets, start, [ie.flowDurationMilliseconds, "000000fa"]).flowEndMs[0], half + 250);
  assert.equal(decode(octets, end, [ie.flowDurationMicroseconds, "0003d090"]).flowStartMs[0], half - 250);
  const moment = decode(octets, [ie.observationTimeMilliseconds, start[1]]);
  assert.equal(moment.flowStartMs[0], half);
  assert.equal(moment.flowEndMs[0], half);
});

test("columns that the record does not give are overwritten, not left from an earlier row", () => {
  const fields: FieldSpecifier[] = [{ enterprise: 0, id: ie.octetDeltaCount, length: 1 }];
  const columns = compileColumns(new Template(256, false, false, 0, fields));
  const batch = new FlowBatch(2);
  for (const column of Object.values(batch)) if (ArrayBuffer.isView(column)) (column as Uint8Array).fill(77);
  const view = new DataView(Uint8Array.of(9).buffer);
  columns.append(view, 0, 1, batch, 0, new Float64Array(setContext.length));
  for (const [name, column] of Object.entries(batch)) {
    if (!ArrayBuffer.isView(column)) continue;
    const values = column as Uint8Array;
    const expected = { octetDeltaCount: 9, flowDirection: 255 }[name] ?? 0;
    const words = values.length / batch.capacity;
    assert.deepEqual([...values.subarray(0, words)], Array<number>(words).fill(expected), name);
  }
});

test("flow direction is 0, 1 or not given", () => {
  assert.equal(decode(octets, [ie.flowDirection, "01"]).flowDirection[0], 1);
  assert.equal(decode(octets, [ie.flowDirection, "02"]).flowDirection[0], 255);
  assert.equal(decode(octets).flowDirection[0], 255);
});

test("flags of one octet and of two are both taken whole", () => {
  assert.equal(decode(octets, [ie.tcpControlBits, "1b"]).tcpControlBits[0], 0x1b);
  assert.equal(decode(octets, [ie.tcpControlBits, "011b"]).tcpControlBits[0], 0x11b);
});

test("a code point is the high six bits of the class of service", () => {
  assert.equal(decode(octets, [ie.ipDiffServCodePoint, "2e"]).ipClassOfService[0], 0xb8);
});

test("the next hop is IP's before BGP's, and prefix lengths are of either family", () => {
  const batch = decode(octets, [18, "c0000212"], [15, "c000020f"], [9, "18"], [13, "20"]);
  assert.equal(formatAddress(batch.ipNextHop, 0), "192.0.2.15");
  assert.deepEqual([batch.sourcePrefixLength[0], batch.destinationPrefixLength[0]], [24, 32]);
  const six6 = decode(octets, [ie.bgpNextHopIPv6Address, six], [29, "30"], [30, "40"]);
  assert.equal(formatAddress(six6.ipNextHop, 0), "2001:db8::1");
  assert.deepEqual([six6.sourcePrefixLength[0], six6.destinationPrefixLength[0]], [48, 64]);
  assert.deepEqual([...decode(octets).ipNextHop.subarray(0, 4)], [0, 0, 0, 0]);
});
