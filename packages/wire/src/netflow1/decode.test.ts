import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress } from "../address/format.ts";
import { Decoder } from "../decode/decoder.ts";
import { Exporter } from "../exporter/exporter.ts";
import { FlowBatch } from "../flow/batch.ts";

// Two records of 48 octets after a header of 16, as softflowd sends them and nfcapd reads them.
const record = (host: string, packets: string): string =>
  [
    // source 192.0.2.x, destination 198.51.100.1, next hop 203.0.113.9
    `c00002${host}`,
    "c6336401",
    "cb007109",
    // ingress interface 3, egress interface 4
    "0003",
    "0004",
    // packets, octets, first and last by the exporter's uptime
    packets,
    "00000a00",
    "000003e8",
    "000007d0",
    // ports 26000 and 53, 2 octets of padding
    "6590",
    "0035",
    "0000",
    // UDP, class of service 4, TCP flags 1b, 7 octets reserved
    "11",
    "04",
    "1b",
    "00000000000000",
  ].join("");

const message = Uint8Array.fromHex(
  // version 1, 2 records, up for 3 s, 2023-11-14T22:13:20Z and 500 ms
  `0001000200000bb86553f1001dcd6500${record("01", "00000014")}${record("02", "00000015")}`,
);

test("the records of a v1 message are 48 octets apart", () => {
  assert.equal(message.length, 16 + 2 * 48);
  const batch = new FlowBatch(10);
  const view = new DataView(message.buffer);
  const exporter = new Exporter("192.0.2.254", 0);
  const outcome = new Decoder().decode(message, view, 0, message.length, exporter, 1_700_000_001_000, batch);
  assert.deepEqual(
    [outcome.status, outcome.version, outcome.rows, outcome.malformedRecords, outcome.malformedSets],
    ["decoded", 1, 2, 0, 0],
  );
  for (const [row, host, packets] of [
    [0, "192.0.2.1", 20],
    [1, "192.0.2.2", 21],
  ] as const) {
    assert.equal(formatAddress(batch.sourceAddress, 4 * row), host);
    assert.equal(formatAddress(batch.destinationAddress, 4 * row), "198.51.100.1");
    assert.deepEqual(
      [batch.packetDeltaCount[row], batch.octetDeltaCount[row], batch.protocolIdentifier[row]],
      [packets, 2560, 17],
    );
    assert.deepEqual([batch.sourceTransportPort[row], batch.destinationTransportPort[row]], [26_000, 53]);
    assert.deepEqual([batch.tcpControlBits[row], batch.ipClassOfService[row]], [0x1b, 4]);
    assert.deepEqual([batch.ingressInterface[row], batch.egressInterface[row]], [3, 4]);
    assert.deepEqual([batch.flowStartMs[row], batch.flowEndMs[row]], [1_699_999_998_500, 1_699_999_999_500]);
  }
});
