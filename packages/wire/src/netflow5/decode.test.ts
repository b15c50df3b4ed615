import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress } from "../address/format.ts";
import { Decoder } from "../decode/decoder.ts";
import { Exporter } from "../exporter/exporter.ts";
import { FlowBatch, SamplingOrigin } from "../flow/batch.ts";

const header =
  "0005 0001" + // version, count
  "00002710" + // uptime 10,000 ms
  "5f5e1000 0ee6b280" + // 2020-09-13T12:26:40 and 250,000,000 ns
  "00000007 02 03 4064"; // sequence, engine type and id, mode 1 and 1 in 100
const record =
  "c0000201 c6336402 00000000" + // source, destination, next hop
  "0009 000a 00000003 000000c8" + // interfaces, packets, octets
  "00000fa0 00001388" + // first 4,000 and last 5,000 ms of uptime
  "01bb c350 00 1b 06 28" + // ports, flags, protocol, class of service
  "fbf4 fc00 18 10 0000"; // AS numbers, prefix lengths

function decode(hex: string, exporter = new Exporter("192.0.2.1", 4), batch = new FlowBatch(16)) {
  const bytes = new Uint8Array(Buffer.from(hex.replaceAll(" ", ""), "hex"));
  const view = new DataView(bytes.buffer);
  return { batch, outcome: new Decoder().decode(bytes, view, 0, bytes.length, exporter, 99, batch) };
}

test("a record becomes a row with times from the uptime and the header's nanoseconds", () => {
  const { batch, outcome } = decode(header + record);
  assert.equal(outcome.status, "decoded");
  assert.equal(outcome.version, 5);
  assert.equal(outcome.rows, 1);
  assert.equal(outcome.dataRecords, 1);
  assert.equal(outcome.sequenceNumber, 7);
  assert.equal(outcome.observationDomainId, 0x0203);
  assert.equal(outcome.exportTimeMs, 1_600_000_000_250);
  assert.equal(batch.rowCount, 1);
  assert.equal(batch.exporterIndex[0], 4);
  assert.equal(batch.arrivalMs[0], 99);
  assert.equal(formatAddress(batch.sourceAddress, 0), "192.0.2.1");
  assert.equal(formatAddress(batch.destinationAddress, 0), "198.51.100.2");
  assert.equal(batch.sourceTransportPort[0], 443);
  assert.equal(batch.destinationTransportPort[0], 50000);
  assert.equal(batch.protocolIdentifier[0], 6);
  assert.equal(batch.tcpControlBits[0], 0x1b);
  assert.equal(batch.ipClassOfService[0], 0x28);
  assert.equal(batch.octetDeltaCount[0], 200);
  assert.equal(batch.packetDeltaCount[0], 3);
  assert.equal(batch.flowStartMs[0], 1_600_000_000_250 - 6000);
  assert.equal(batch.flowEndMs[0], 1_600_000_000_250 - 5000);
  assert.equal(batch.ingressInterface[0], 9);
  assert.equal(batch.egressInterface[0], 10);
  assert.equal(batch.bgpSourceAsNumber[0], 64500);
  assert.equal(batch.bgpDestinationAsNumber[0], 64512);
  assert.equal(batch.flowDirection[0], 255);
});

test("the interval is the low 14 bits of the header; the operator's override goes before it", () => {
  const { batch } = decode(header + record);
  assert.equal(batch.samplingInterval[0], 100);
  assert.equal(batch.samplingOrigin[0], SamplingOrigin.record);
  const exporter = new Exporter("192.0.2.1", 0);
  exporter.samplingOverride = 512;
  const overridden = decode(header + record, exporter).batch;
  assert.equal(overridden.samplingInterval[0], 512);
  assert.equal(overridden.samplingOrigin[0], SamplingOrigin.override);
});

test("a header without an interval leaves N to the default, and unknown without one", () => {
  const plain = header.replace("4064", "0000");
  const { batch } = decode(plain + record);
  assert.equal(batch.samplingInterval[0], 0);
  assert.equal(batch.samplingOrigin[0], SamplingOrigin.unknown);
  const exporter = new Exporter("192.0.2.1", 0);
  exporter.samplingDefault = 1000;
  const other = decode(plain + record, exporter).batch;
  assert.equal(other.samplingInterval[0], 1000);
  assert.equal(other.samplingOrigin[0], SamplingOrigin.default);
});

test("a count larger than the datagram gives the complete records", () => {
  const { batch, outcome } = decode(header.replace("0005 0001", "0005 0003") + record + record.slice(0, 40));
  assert.equal(outcome.status, "truncated");
  assert.equal(outcome.rows, 1);
  assert.equal(outcome.malformedRecords, 1);
  assert.equal(batch.rowCount, 1);
});

test("octets after the counted records are left alone", () => {
  const { outcome } = decode(header + record + record);
  assert.equal(outcome.status, "decoded");
  assert.equal(outcome.rows, 1);
});

test("a header cut short appends nothing", () => {
  const { batch, outcome } = decode(header.slice(0, 30));
  assert.equal(outcome.status, "tooShort");
  assert.equal(batch.rowCount, 0);
});

test("rows that do not fit are not appended", () => {
  const batch = new FlowBatch(3);
  batch.rowCount = 3;
  const { outcome } = decode(header + record, new Exporter("192.0.2.1", 0), batch);
  assert.equal(outcome.status, "batchFull");
  assert.equal(outcome.rows, 0);
  assert.equal(batch.rowCount, 3);
});
