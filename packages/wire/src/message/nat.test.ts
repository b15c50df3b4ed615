import assert from "node:assert/strict";
import { test } from "node:test";
import { Decoder } from "../decode/decoder.ts";
import { Exporter } from "../exporter/exporter.ts";
import { FlowBatch } from "../flow/batch.ts";
import type { NetflowMessage } from "./message.ts";
import { readMessage } from "./read.ts";

/** Sets behind an IPFIX header. */
function ipfix(...sets: string[]): Uint8Array {
  const body = sets.join("").replaceAll(/\s/g, "");
  const length = (16 + body.length / 2).toString(16).padStart(4, "0");
  return Uint8Array.fromHex(`000a${length}5f5e10000000000000000001${body}`);
}

function records(bytes: Uint8Array): unknown[] {
  const message = readMessage(bytes, 0, bytes.length, new Exporter("192.0.2.1", 0)) as NetflowMessage;
  return message.sets.filter(({ kind }) => kind === "data").flatMap((set) => set.records);
}

// Table 10 of RFC 8158 with natInstanceID: 323, 230, 8, 225, 4, 7, 227, 463.
const session =
  "0002 0028 0100 0008 0143 0008 00e6 0001 0008 0004 00e1 0004 0004 0001 0007 0002 00e3 0002 01cf 0004";
const sessions =
  "0100 0038 000001745e0d6400 04 6440000a c0000201 06 c350 0400 00000003" +
  "000001745e0d67e8 05 6440000a c0000201 06 c350 0400 00000003";

test("NAT44 sessions created and deleted (RFC 8158, 4.6.1)", () => {
  const event = {
    sourceIPv4Address: "100.64.0.10",
    postNATSourceIPv4Address: "192.0.2.1",
    protocolIdentifier: 6,
    sourceTransportPort: 50000,
    postNAPTSourceTransportPort: 1024,
    natInstanceID: 3,
  };
  assert.deepEqual(records(ipfix(session, sessions)), [
    { observationTimeMilliseconds: "2020-09-05T11:36:09.984Z", natEvent: 4, ...event },
    { observationTimeMilliseconds: "2020-09-05T11:36:10.984Z", natEvent: 5, ...event },
  ]);
});

test("a block of ports allocated, quotas and thresholds (RFC 8158, 4.6.10, 4.6.3 and 4.6.4)", () => {
  const values = records(
    ipfix(
      // Table 21: 323, 230, 8, 225, 361, 362, with the step and number of IE 363 and 364.
      "0002 0028 0100 0008 0143 0008 00e6 0001 0008 0004 00e1 0004 0169 0002 016a 0002 016b 0002 016c 0002",
      "0100 001d 000001745e0d6400 10 6440000a c0000201 0400 07ff 0001 0400",
      // Quota exceeded: 230, 466, 471; threshold reached: 230, 467, 480.
      "0002 0014 0101 0003 00e6 0001 01d2 0004 01d7 0004  0101 000d 0d 00000003 00000200",
      "0002 0014 0102 0003 00e6 0001 01d3 0004 01e0 0004  0102 000d 12 00000005 00000180",
    ),
  );
  assert.deepEqual(values, [
    {
      observationTimeMilliseconds: "2020-09-05T11:36:09.984Z",
      natEvent: 16,
      sourceIPv4Address: "100.64.0.10",
      postNATSourceIPv4Address: "192.0.2.1",
      portRangeStart: 1024,
      portRangeEnd: 2047,
      portRangeStepSize: 1,
      portRangeNumPorts: 1024,
    },
    { natEvent: 13, natQuotaExceededEvent: 3, maxSessionEntries: 512 },
    { natEvent: 18, natThresholdEvent: 5, addressPortMappingPerUserHighThreshold: 384 },
  ]);
});

test("events without octets are no rows, and are counted", () => {
  const bytes = ipfix(session, sessions);
  const batch = new FlowBatch(8);
  const outcome = new Decoder().decode(
    bytes,
    new DataView(bytes.buffer),
    0,
    bytes.length,
    new Exporter("192.0.2.1", 0),
    0,
    batch,
  );
  assert.deepEqual([outcome.rows, outcome.dataRecords, outcome.nonFlowRecords], [0, 2, 2]);
});

test("Cisco's NSEL and zone-based firewall events, NetFlow v9 (ASA, IOS XE)", () => {
  const bytes = Uint8Array.fromHex(
    [
      "0009 0002 00000000 5f5e1000 00000000 00000000",
      // 8, 40001, 40003, 233, 33002, 40000 of 8 octets, 35012.
      "0000 0024 0100 0007 0008 0004 9c41 0004 9c43 0002 00e9 0001 80ea 0002 9c40 0008 88c4 0004",
      "0100 0020 c6336401 c0000201 1f90 03 03e9 616c696365000000 00000012 000000",
    ]
      .join("")
      .replaceAll(" ", ""),
  );
  assert.deepEqual(records(bytes), [
    {
      sourceIPv4Address: "198.51.100.1",
      NF_F_XLATE_SRC_ADDR_IPV4: "192.0.2.1",
      NF_F_XLATE_SRC_PORT: 8080,
      firewallEvent: 3,
      NF_F_FW_EXT_EVENT: 1001,
      NF_F_USERNAME: "alice",
      FW_HALFOPEN_COUNT: 18,
    },
  ]);
});

test("Nokia's NAT flows name subscriber and services (enterprise 637)", () => {
  assert.deepEqual(
    records(
      ipfix(
        "0002 0024 0100 0004 00e1 0004 805b 0002 0000027d 805c 0002 0000027d 805d ffff 0000027d",
        "0100 0022 c0000201 0007 0009 15 4c534e2d486f73744031302e31302e31302e313031",
      ),
    ),
    [
      {
        postNATSourceIPv4Address: "192.0.2.1",
        aluInsideServiceId: 7,
        aluOutsideServiceId: 9,
        aluNatSubString: "LSN-Host@10.10.10.101",
      },
    ],
  );
});
