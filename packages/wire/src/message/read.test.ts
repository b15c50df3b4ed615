import assert from "node:assert/strict";
import { test } from "node:test";
import { Exporter } from "../exporter/exporter.ts";
import type { NetflowMessage } from "./message.ts";
import { readMessage } from "./read.ts";

const word = (value: number) => value.toString(16).padStart(4, "0");
const set = (id: number, body: string) => {
  const octets = body.replaceAll(" ", "");
  return `${word(id)}${word(4 + octets.length / 2)}${octets}`;
};

function read(hex: string, exporter = new Exporter("192.0.2.1", 0)): NetflowMessage {
  const bytes = new Uint8Array(Buffer.from(hex.replaceAll(" ", ""), "hex"));
  return readMessage(bytes, 0, bytes.length, exporter) as NetflowMessage;
}

function readIpfix(...sets: string[]): NetflowMessage {
  const body = sets.join("");
  return read(`000a${word(16 + body.length / 2)} 5f5e1000 00000003 00000005 ${body}`);
}

test("a NetFlow v9 message reads as its sets, records under IANA's names", () => {
  const message = read(
    "0009 0002 000007d0 5f5e1000 00000003 00000005" +
      "0000 0010 0100 0002 0008 0004 0001 0004" +
      "0100 000c c0000201 000005dc 0190 0005 00",
  );
  assert.deepEqual(message, {
    version: 9,
    status: "decoded",
    observationDomainId: 5,
    sequenceNumber: 3,
    exportTimeMs: 1_600_000_000_000,
    exportTime: "2020-09-13T12:26:40Z",
    headerCount: 2,
    sysUpTimeMs: 2000,
    sets: [
      {
        id: 0,
        kind: "template",
        offsetBytes: 20,
        lengthBytes: 16,
        records: [
          {
            templateId: 256,
            fields: [
              { name: "sourceIPv4Address", length: 4 },
              { name: "octetDeltaCount", length: 4 },
            ],
          },
        ],
      },
      {
        id: 256,
        kind: "data",
        templateId: 256,
        offsetBytes: 36,
        lengthBytes: 12,
        records: [{ sourceIPv4Address: "192.0.2.1", octetDeltaCount: 1500 }],
      },
      { id: 400, kind: "undecoded", offsetBytes: 48, lengthBytes: 5, records: [] },
    ],
  });
});

/** The one value of a one-field record. */
function value(id: number, octets: string, pen?: number): unknown {
  const length = octets.replaceAll(" ", "").length / 2;
  const specifier =
    pen === undefined
      ? `${word(id)} ${word(length)}`
      : `${word(id | 0x8000)} ${word(length)} ${pen.toString(16).padStart(8, "0")}`;
  const message = readIpfix(set(2, `0100 0001 ${specifier}`), set(256, octets));
  return Object.values(message.sets[1].records[0])[0];
}

const values: [name: string, id: number, octets: string, expected: unknown][] = [
  ["64 bits within a double", 1, "001fffffffffffff", 9007199254740991],
  ["64 bits past a double", 1, "0020000000000001", "9007199254740993"],
  ["a reduced size", 1, "010203", 66051],
  ["a signed integer of reduced size", 434, "fffe", -2],
  ["an IPv6 address", 27, "20010db8000000000000000000000001", "2001:db8::1"],
  ["an IPv4 address in an IPv6 one", 27, "00000000000000000000ffffc0000201", "::ffff:192.0.2.1"],
  ["a MAC address", 56, "00115e00530a", "00:11:5e:00:53:0a"],
  ["text with NULs at its end", 82, "65746830 0000", "eth0"],
  ["text that is not UTF-8", 82, "65ff", "e\ufffd"],
  ["true", 276, "01", true],
  ["false", 276, "02", false],
  ["no truth value", 276, "03", 3],
  ["a float", 311, "3f847ae147ae147b", 0.01],
  ["a float of half the size", 311, "3f000000", 0.5],
  ["octets", 95, "0300004f", "0300004f"],
  ["seconds", 150, "5f5e1000", "2020-09-13T12:26:40Z"],
  ["milliseconds", 152, "00000174876e81f4", "2020-09-13T12:26:40.500Z"],
  ["microseconds", 154, "e308 8e80 8000 0000", "2020-09-13T12:26:40.500000Z"],
  ["nanoseconds", 156, "e308 8e80 0000 0005", "2020-09-13T12:26:40.000000001Z"],
  ["milliseconds past every calendar", 152, "ffffffffffffffff", "18446744073709551615"],
  ["an integer of nine octets", 1, "010203040506070809", "010203040506070809"],
  ["an address of the wrong size", 8, "c00002", "c00002"],
];
for (const [name, id, octets, expected] of values) {
  test(`${name} reads as ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(value(id, octets), expected);
  });
}

test("an element of an enterprise that is not known is named by its numbers, octets in hexadecimal", () => {
  const message = readIpfix(set(2, "0100 0001 8007 0002 00007ed9"), set(256, "beef"));
  assert.deepEqual(message.sets[1].records, [{ "e32473:7": "beef" }]);
});

test("an element that a record has more than once is an array, in order", () => {
  const message = readIpfix(set(2, "0100 0003 0007 0002 0001 0001 0007 0002"), set(256, "0001 05 0002"));
  assert.deepEqual(message.sets[1].records, [{ sourceTransportPort: [1, 2], octetDeltaCount: 5 }]);
});

test("options records begin with their scope", () => {
  const message = read(
    "0009 0002 000007d0 5f5e1000 00000003 00000005" +
      "0001 0014 0101 0004 0004 0001 0004 0022 0004 0000" +
      "0101 000c c0000201 00000200",
  );
  assert.equal(message.sets[0].kind, "optionsTemplate");
  assert.deepEqual(message.sets[1].records, [{ System: "c0000201", samplingInterval: 512 }]);
  assert.equal(message.sets[1].kind, "options");
});

test("NetFlow v5 has one set of records and its sampling in the header", () => {
  const message = read(
    "0005 0001 00002710 5f5e1000 0ee6b280 00000007 02 03 4064" +
      "c0000201 c6336402 00000000 0009 000a 00000003 000000c8 00000fa0 00001388" +
      "01bb c350 00 1b 06 28 fbf4 fc00 18 10 0000",
  );
  assert.equal(message.exportTime, "2020-09-13T12:26:40.250000000Z");
  assert.equal(message.samplingMode, 1);
  assert.equal(message.samplingInterval, 100);
  assert.deepEqual(message.sets[0].records, [
    {
      sourceIPv4Address: "192.0.2.1",
      destinationIPv4Address: "198.51.100.2",
      ipNextHopIPv4Address: "0.0.0.0",
      ingressInterface: 9,
      egressInterface: 10,
      packetDeltaCount: 3,
      octetDeltaCount: 200,
      flowStartSysUpTime: 4000,
      flowEndSysUpTime: 5000,
      sourceTransportPort: 443,
      destinationTransportPort: 50000,
      tcpControlBits: 27,
      protocolIdentifier: 6,
      ipClassOfService: 40,
      bgpSourceAsNumber: 64500,
      bgpDestinationAsNumber: 64512,
      sourceIPv4PrefixLength: 24,
      destinationIPv4PrefixLength: 16,
    },
  ]);
});

test("what is no export message says so", () => {
  assert.equal(read("").status, "tooShort");
  assert.equal(read("0009 0001").status, "tooShort");
  assert.equal(read("0008 0001 00000000").status, "unknownVersion");
  assert.equal(read("16030100 2a").status, "unknownVersion");
});
