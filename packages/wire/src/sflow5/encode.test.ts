import assert from "node:assert/strict";
import { test } from "node:test";
import { Sflow5DatagramWriter, Sflow5HeaderProtocol, sampledIpHeader } from "./encode.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

void test("a flow sample with a sampled IPv4 header follows the XDR of sFlow version 5", () => {
  const header = sampledIpHeader({
    source: Uint8Array.of(192, 0, 2, 1),
    destination: Uint8Array.of(198, 51, 100, 2),
    protocol: 17,
    sourcePort: 443,
    destinationPort: 50000,
    lengthBytes: 1278,
  });
  const writer = new Sflow5DatagramWriter(new Uint8Array(400));
  writer.begin({
    agentAddress: Uint8Array.of(192, 0, 2, 9),
    subAgentId: 3,
    sequenceNumber: 4,
    sysUpTimeMs: 5,
  });
  writer.flowSample({
    sequenceNumber: 6,
    sourceId: 7,
    samplingInterval: 1024,
    samplePool: 2048,
    drops: 0,
    inputInterface: 10,
    outputInterface: 20,
    headerProtocol: Sflow5HeaderProtocol.ipv4,
    frameLengthBytes: 1278,
    strippedBytes: 0,
    header,
  });
  const length = writer.end();
  assert.equal(
    hex(writer.bytes.subarray(0, length)),
    [
      "00000005", // version
      "00000001", // address type IPv4
      "c0000209",
      "00000003", // sub agent
      "00000004", // sequence
      "00000005", // uptime
      "00000001", // samples
      "00000001", // flow_sample
      "00000054", // its length: 84
      "00000006", // sequence
      "00000007", // source id: ifIndex 7
      "00000400", // sampling rate
      "00000800", // pool
      "00000000", // drops
      "0000000a", // input
      "00000014", // output
      "00000001", // records
      "00000001", // sampled_header
      "0000002c", // its length: 44
      "0000000b", // IPv4
      "000004fe", // frame length
      "00000000", // stripped
      "0000001c", // 28 octets of header
      "450004fe00000000401189b8c0000201c6336402",
      "01bbc35004ea0000",
    ].join(""),
  );
});

void test("an IPv6 packet over TCP shows forty octets of IP and twenty of TCP", () => {
  const source = Uint8Array.from(Buffer.from("20010db8000000000000000000000001", "hex"));
  const destination = Uint8Array.from(Buffer.from("20010db8000000000000000000000002", "hex"));
  const header = sampledIpHeader({
    source,
    destination,
    protocol: 6,
    sourcePort: 80,
    destinationPort: 40000,
    lengthBytes: 1400,
  });
  assert.equal(
    hex(header),
    [
      "6000000005500640",
      "20010db8000000000000000000000001",
      "20010db8000000000000000000000002",
      "00509c4000000000000000005010000000000000",
    ].join(""),
  );
});

void test("an odd header length is padded to a word and the length field says the unpadded one", () => {
  const writer = new Sflow5DatagramWriter(new Uint8Array(200).fill(0xff));
  writer.begin({ agentAddress: new Uint8Array(16), subAgentId: 0, sequenceNumber: 0, sysUpTimeMs: 0 });
  writer.flowSample({
    sequenceNumber: 0,
    sourceId: 0,
    samplingInterval: 1,
    samplePool: 0,
    drops: 0,
    inputInterface: 0,
    outputInterface: 0,
    headerProtocol: Sflow5HeaderProtocol.ethernet,
    frameLengthBytes: 64,
    strippedBytes: 4,
    header: Uint8Array.of(1, 2, 3, 4, 5),
  });
  const length = writer.end();
  assert.equal(length, 40 + 8 + 32 + 8 + 16 + 8);
  assert.equal(hex(writer.bytes.subarray(length - 12, length)), "000000050102030405000000");
});
