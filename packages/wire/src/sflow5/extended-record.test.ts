import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readSflow5Message, type Sflow5Record } from "./message.ts";

function word(value: number): string {
  return value.toString(16).padStart(8, "0");
}

/** The one flow sample of a datagram that holds `records`, each a data format and its body. */
function sample(...records: [number, string][]): Sflow5Record {
  const bodies = records.map(([format, body]) => {
    const octets = body.replaceAll(/\s/g, "");
    return word(format) + word(octets.length / 2) + octets;
  });
  const flow = `00000001 00000011 00000200 00001000 00000000 00000011 00000012 ${word(records.length)}${bodies.join("")}`;
  const octets = flow.replaceAll(" ", "");
  const text = `00000005 00000001 c0000209 00000007 00000064 0000ea60 00000001 00000001 ${word(octets.length / 2)}${octets}`;
  const bytes = Uint8Array.fromHex(text.replaceAll(" ", ""));
  const message = readSflow5Message(bytes, 0, bytes.length);
  assert.ok(message);
  return message.sets[0].records[0];
}

/** What a record adds to a sample. */
function fields(format: number, body: string): Sflow5Record {
  const known = new Set(Object.keys(sample()));
  return Object.fromEntries(Object.entries(sample([format, body])).filter(([name]) => !known.has(name)));
}

test("extended flow records read by their structures", () => {
  const values: [number, string, Sflow5Record][] = [
    [
      1004,
      "0000006a 00000005 616c696365000000 0000006a 00000003 626f6200",
      { sourceCharset: 106, sourceUser: "alice", destinationCharset: 106, destinationUser: "bob" },
    ],
    [1005, "00000001 00000001 2f000000 00000002 61620000", { urlDirection: 1, url: "/", host: "ab" }],
    [
      1006,
      "00000001 c0000201 00000002 00010040 00020140 00000000",
      { mplsNextHopIPv4Address: "192.0.2.1", mplsInStack: [0x10040, 0x20140], mplsOutStack: [] },
    ],
    [
      1007,
      "00000001 c0000201 00000002 20010db8000000000000000000000001",
      { postNATSourceIPv4Address: "192.0.2.1", postNATDestinationIPv6Address: "2001:db8::1" },
    ],
    [1012, "00000002 88a80064 810000c8", { vlanStack: [0x88a80064, 0x810000c8] }],
    [1020, "00000400 000001bb", { postNAPTSourceTransportPort: 1024, postNAPTDestinationTransportPort: 443 }],
    [
      1024,
      "000005dc 00000011 c0000201 c6336402 0000c000 000012b5 00000000 00000000",
      {
        ingressTunnel: {
          ipTotalLength: 1500,
          protocolIdentifier: 17,
          sourceIPv4Address: "192.0.2.1",
          destinationIPv4Address: "198.51.100.2",
          sourceTransportPort: 49152,
          destinationTransportPort: 4789,
          tcpControlBits: 0,
          ipClassOfService: 0,
        },
      },
    ],
    [1028, "00000032", { ingressInnerHeaderOffset: 50 }],
    [1030, "00001234", { ingressVni: 0x1234 }],
    [
      2101,
      "00000006 20010db8000000000000000000000001 20010db8000000000000000000000002 000001bb 0000c000",
      {
        socket: {
          protocolIdentifier: 6,
          localIPv6Address: "2001:db8::1",
          remoteIPv6Address: "2001:db8::2",
          localPort: 443,
          remotePort: 49152,
        },
      },
    ],
  ];
  for (const [format, body, expected] of values)
    assert.deepEqual(fields(format, body), expected, `0:${format}`);
});

test("a format that is not known stays octets", () => {
  assert.deepEqual(fields(1016, "00000001"), { "e0:1016": "00000001" });
});

test("counts and lengths past the end of a record give what is there, and are counted", () => {
  const record = sample(
    [1012, "7fffffff 88a80064"],
    [1004, "0000006a ffffffff 616c6963"],
    [1030, "00000007"],
  );
  assert.deepEqual(record["vlanStack"], [0x88a80064]);
  assert.equal(record["sourceUser"], undefined);
  assert.equal(record["ingressVni"], 7);
  assert.equal(record["cutRecords"], 2);
});

test("any octets in any extended record are safe", () => {
  const formats = fc.oneof(fc.integer({ min: 1001, max: 1040 }), fc.integer({ min: 2100, max: 2104 }));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(formats, fc.uint8Array({ maxLength: 80 })), { maxLength: 6 }),
      (records) => {
        const record = sample(...records.map(([format, body]): [number, string] => [format, body.toHex()]));
        assert.equal((record["sampleRecords"] as unknown[]).length, records.length);
      },
    ),
    { numRuns: 300, seed: 1030 },
  );
});
