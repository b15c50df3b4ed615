import assert from "node:assert/strict";
import { test } from "node:test";
import { readSflow5Message } from "./message.ts";

function read(...parts: string[]): ReturnType<typeof readSflow5Message> {
  const bytes = Uint8Array.fromHex(parts.join("").replaceAll(/\s/g, ""));
  return readSflow5Message(bytes, 0, bytes.length);
}

const header = "00000005 00000002 20010db8000000000000000000000009 00000007 00000064 0000ea60 00000001";

test("a flow sample is one record under IANA names", () => {
  const message = read(
    header,
    "00000001 00000078  00000001 00000011 00000200 00001000 00000003 00000011 40000002 00000003",
    "00000003 00000020  00000028 00000006 c0000201 c6336402 000001bb 0000c000 00000010 00000000",
    "000003ea 00000010  00000001 cb007101 00000018 00000010",
    "01001002 00000010  cafe0000 cafe0000 cafe0000 cafe0000",
  );
  assert.deepEqual(message, {
    version: "sFlow5",
    agentAddress: "2001:db8::9",
    observationDomainId: 7,
    sequenceNumber: 100,
    sysUpTimeMs: 60000,
    status: "decoded",
    sets: [
      {
        id: 1,
        kind: "sample",
        offsetBytes: 40,
        lengthBytes: 128,
        records: [
          {
            sampleSequenceNumber: 1,
            sourceIdType: 0,
            sourceIdIndex: 17,
            samplingInterval: 512,
            samplePool: 4096,
            sampleDrops: 3,
            ingressInterface: 17,
            egressInterface: 2,
            egressInterfaceFormat: 1,
            sampleRecords: ["0:3", "0:1002", "4097:2"],
            ipTotalLength: 40,
            protocolIdentifier: 6,
            sourceIPv4Address: "192.0.2.1",
            destinationIPv4Address: "198.51.100.2",
            sourceTransportPort: 443,
            destinationTransportPort: 49152,
            tcpControlBits: 16,
            ipClassOfService: 0,
            ipNextHopIPv4Address: "203.0.113.1",
            sourceIPv4PrefixLength: 24,
            destinationIPv4PrefixLength: 16,
            "e4097:2": "cafe0000cafe0000cafe0000cafe0000",
          },
        ],
      },
    ],
  });
});

test("a gateway record tells the whole path", () => {
  const record = read(
    header,
    "00000001 00000068  00000001 00000011 00000200 00001000 00000003 00000011 00000012 00000001",
    "000003eb 00000040  00000001 c0000201 0000fde8 0000fde9 0000fdea",
    "00000002 00000002 00000002 0000fdeb 0000fdec 00000001 00000001 0000fded 00000001 fde80001 00000064",
  )?.sets[0].records[0];
  assert.ok(record);
  assert.deepEqual(
    [
      "bgpNextHopIPv4Address",
      "routerAsNumber",
      "bgpSourceAsNumber",
      "bgpPrevAdjacentAsNumber",
      "bgpAsPath",
    ].map((n) => record[n]),
    ["192.0.2.1", 65000, 65001, 65002, [65003, 65004, [65005]]],
  );
  assert.deepEqual(
    ["bgpNextAdjacentAsNumber", "bgpDestinationAsNumber", "bgpCommunities", "localPreference"].map(
      (n) => record[n],
    ),
    [65003, 65005, [0xfde80001], 100],
  );
  assert.equal(record["cutRecords"], undefined);
});

test("counters past 2^53 stay exact and cut records keep the fields that are there", () => {
  const record = read(
    header,
    "00000002 00000030  00000001 00000011 00000001",
    "00000005 0000001c  00000064 ffffffffffffffff 00000001 00000002 00000003 00000004",
  )?.sets[0].records[0];
  assert.deepEqual(record, {
    sampleSequenceNumber: 1,
    sourceIdType: 0,
    sourceIdIndex: 17,
    sampleRecords: ["0:5"],
    vlanId: 100,
    vlanOctets: "18446744073709551615",
    vlanUcastPkts: 1,
    vlanMulticastPkts: 2,
    vlanBroadcastPkts: 3,
    vlanDiscards: 4,
  });
  const cut = read(
    header,
    "00000002 0000001c  00000001 00000011 00000001  00000005 00000008  00000064 00000000",
  )?.sets[0].records[0];
  assert.deepEqual([cut?.["vlanId"], cut?.["vlanOctets"], cut?.["cutRecords"]], [100, undefined, 1]);
});

test("host counters are named", () => {
  const record = read(
    header,
    "00000002 0000005c  00000001 02000001 00000002",
    "000007d0 0000002c  00000003 61626300 00112233445566778899aabbccddeeff 00000003 00000002 00000006 362e312e3000 0000",
    "000007d1 00000014  00000001 00000002 00000001 020000000001 0000",
  )?.sets[0].records[0];
  assert.ok(record);
  assert.deepEqual(
    ["hostName", "uuid", "osRelease", "adapters"].map((n) => record[n]),
    ["abc", "00112233-4455-6677-8899-aabbccddeeff", "6.1.0\u0000", [[2, "02:00:00:00:00:01"]]],
  );
});

test("what is not sFlow version 5 is null", () => {
  assert.equal(read("00000004 00000001 c0000209"), null);
  assert.equal(read("00000005 00000003 c0000209 00000007 00000064 0000ea60 00000000"), null);
  assert.equal(read("00000005 00000001 c0000209 00000007 00000064 0000ea60"), null);
});
