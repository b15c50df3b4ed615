import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeNetflow5, Netflow5MessageWriter } from "./encode.ts";

const header = {
  sysUpTimeMs: 0x01020304,
  unixSecs: 0x5f000000,
  unixNsecs: 500,
  flowSequence: 77,
  engineType: 1,
  engineId: 2,
  samplingMode: 1,
  samplingInterval: 1024,
};
const row = Float64Array.of(
  0xc0000201,
  0xc6336402,
  0xcb007103,
  10,
  20,
  5,
  6000,
  0x01020000,
  0x01020300,
  443,
  50000,
  0x1b,
  6,
  8,
  64500,
  64501,
  24,
  25,
);

void test("header and record follow Cisco's v5 layout octet for octet", () => {
  const out = new Uint8Array(100).fill(0xee);
  const length = encodeNetflow5(out, header, [row]);
  assert.equal(length, 72);
  assert.equal(
    Buffer.from(out.subarray(0, length)).toString("hex"),
    [
      "0005", // version
      "0001", // count
      "01020304", // SysUptime
      "5f000000", // unix_secs
      "000001f4", // unix_nsecs
      "0000004d", // flow_sequence
      "01", // engine_type
      "02", // engine_id
      "4400", // sampling mode 01, interval 1024
      "c0000201", // srcaddr 192.0.2.1
      "c6336402", // dstaddr 198.51.100.2
      "cb007103", // nexthop 203.0.113.3
      "000a", // input
      "0014", // output
      "00000005", // dPkts
      "00001770", // dOctets
      "01020000", // First
      "01020300", // Last
      "01bb", // srcport
      "c350", // dstport
      "00", // pad1
      "1b", // tcp_flags
      "06", // prot
      "08", // tos
      "fbf4", // src_as
      "fbf5", // dst_as
      "18", // src_mask
      "19", // dst_mask
      "0000", // pad2
    ].join(""),
  );
});

void test("a thirty-first record is refused", () => {
  const writer = new Netflow5MessageWriter(new Uint8Array(2000));
  writer.begin(header);
  for (let i = 0; i < 30; i++) writer.record(row);
  assert.throws(() => writer.record(row), RangeError);
  assert.equal(writer.end(), 24 + 30 * 48);
});
