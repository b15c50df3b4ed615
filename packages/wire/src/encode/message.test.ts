import assert from "node:assert/strict";
import { test } from "node:test";
import { Exporter } from "../exporter/exporter.ts";
import { readMessage } from "../message/read.ts";
import { EncodeError } from "./fault.ts";
import { encodeMessage } from "./message.ts";

const header = { version: 10, observationDomainId: 1, sequenceNumber: 0, exportTimeMs: 0 };
const exporter = () => new Exporter("192.0.2.1", 0);

/** The sets of an IPFIX message, in hexadecimal. */
function setsOf(sets: object[], to = exporter()): string {
  return Buffer.from(encodeMessage({ ...header, sets }, to).bytes.subarray(16)).toString("hex");
}

const hex = (...lines: string[]) => lines.join("").replaceAll(" ", "");
const four = (...names: string[]) => names.map((name) => ({ name, length: 4 }));
const flows = {
  kind: "template",
  records: [
    {
      templateId: 256,
      fields: four(
        "sourceIPv4Address",
        "destinationIPv4Address",
        "ipNextHopIPv4Address",
        "packetDeltaCount",
        "octetDeltaCount",
      ),
    },
  ],
};
const flow = (source: string, destination: string, nextHop: string, packets: number, octets: number) => ({
  sourceIPv4Address: source,
  destinationIPv4Address: destination,
  ipNextHopIPv4Address: nextHop,
  packetDeltaCount: packets,
  octetDeltaCount: octets,
});
const counts = [
  { exportedMessageTotalCount: 345, exportedFlowRecordTotalCount: 10201 },
  { exportedMessageTotalCount: 690, exportedFlowRecordTotalCount: 20402 },
];
const countFields = [
  { name: "exportedMessageTotalCount", length: 2 },
  { name: "exportedFlowRecordTotalCount", length: 2 },
];

test("RFC 7011, A.1 to A.4.2: the whole message of 152 octets", () => {
  const { bytes } = encodeMessage(
    {
      ...header,
      sets: [
        flows,
        {
          kind: "data",
          id: 256,
          records: [
            flow("192.0.2.12", "192.0.2.254", "192.0.2.1", 5009, 5344385),
            flow("192.0.2.27", "192.0.2.23", "192.0.2.2", 748, 388934),
            flow("192.0.2.56", "192.0.2.65", "192.0.2.3", 5, 6534),
          ],
        },
        {
          kind: "optionsTemplate",
          lengthBytes: 24,
          records: [
            {
              templateId: 258,
              scopeFieldCount: 1,
              fields: [{ name: "lineCardId", length: 4 }, ...countFields],
            },
          ],
        },
        {
          kind: "options",
          id: 258,
          records: counts.map((count, index) => Object.assign({ lineCardId: index + 1 }, count)),
        },
      ],
    },
    exporter(),
  );
  assert.equal(
    Buffer.from(bytes).toString("hex"),
    hex(
      "000a 0098 0000 0000 0000 0000 0000 0001 0002 001c 0100 0005 0008 0004",
      "000c 0004 000f 0004 0002 0004 0001 0004 0100 0040 c000 020c c000 02fe",
      "c000 0201 0000 1391 0051 8c81 c000 021b c000 0217 c000 0202 0000 02ec",
      "0005 ef46 c000 0238 c000 0241 c000 0203 0000 0005 0000 1986 0003 0018",
      "0102 0003 0001 008d 0004 0029 0002 002a 0002 0000 0102 0014 0000 0001",
      "0159 27d9 0000 0002 02b2 4fb2",
    ),
  );
});

test("RFC 3954, 11.2 and 11.3: a template and three flows of NetFlow v9", () => {
  const { bytes } = encodeMessage(
    {
      version: 9,
      observationDomainId: 42,
      sequenceNumber: 0x99aabbcc,
      sysUpTimeMs: 0x11223344,
      exportTimeMs: 0x55667788 * 1000,
      sets: [
        flows,
        {
          kind: "data",
          id: 256,
          records: [
            flow("198.168.1.12", "10.5.12.254", "192.168.1.1", 5009, 5344385),
            flow("192.168.1.27", "10.5.12.23", "192.168.1.1", 748, 388934),
            flow("192.168.1.56", "10.5.12.65", "192.168.1.1", 5, 6534),
          ],
        },
      ],
    },
    exporter(),
  );
  // 5.1: version, records, sysUpTime, UNIX seconds, sequence number, source id.
  assert.equal(
    Buffer.from(bytes).toString("hex"),
    hex(
      "0009 0004 1122 3344 5566 7788 99aa bbcc 0000 002a",
      "0000 001c 0100 0005 0008 0004 000c 0004 000f 0004 0002 0004 0001 0004",
      "0100 0040 c6a8 010c 0a05 0cfe c0a8 0101 0000 1391 0051 8c81",
      "c0a8 011b 0a05 0c17 c0a8 0101 0000 02ec 0005 ef46",
      "c0a8 0138 0a05 0c41 c0a8 0101 0000 0005 0000 1986",
    ),
  );
});

test("RFC 7011, A.2.2: a template with an enterprise's element (its number given as 32473, RFC 5612)", () => {
  const fields = four(
    "sourceIPv4Address",
    "destinationIPv4Address",
    "e32473:15",
    "packetDeltaCount",
    "octetDeltaCount",
  );
  assert.equal(
    setsOf([{ kind: "template", records: [{ templateId: 257, fields }] }]),
    hex("0002 0020 0101 0005 0008 0004 000c 0004 800f 0004 0000 7ed9 0002 0004 0001 0004"),
  );
});

test("RFC 7011, A.4.3 and A.4.4: an options template whose scope is an enterprise's element, and its data", () => {
  const template = {
    kind: "optionsTemplate",
    lengthBytes: 28,
    records: [{ templateId: 260, scopeFieldCount: 1, fields: [...four("e32473:123"), ...countFields] }],
  };
  const records = counts.map((count, index) => Object.assign({ "e32473:123": `0000000${index + 1}` }, count));
  assert.equal(
    setsOf([template, { kind: "options", id: 260, records }]),
    hex(
      "0003 001c 0104 0003 0001 807b 0004 0000 7ed9 0029 0002 002a 0002 0000",
      "0104 0014 0000 0001 0159 27d9 0000 0002 02b2 4fb2",
    ),
  );
});

test("RFC 7011, A.5: a value of variable length has one octet of length before it, from 255 octets on three", () => {
  const template = {
    kind: "template",
    records: [{ templateId: 256, fields: [{ name: "applicationName", length: "variable" }] }],
  };
  const data = (text: string) => [template, { kind: "data", id: 256, records: [{ applicationName: text }] }];
  const head = "0002 000c 0100 0001 0060 ffff";
  assert.equal(setsOf(data("HELLO")), hex(head, "0100 000a 05 48454c4c4f"));
  assert.equal(setsOf(data("x".repeat(254))), hex(head, "0100 0103 fe", "78".repeat(254)));
  assert.equal(setsOf(data("x".repeat(1000))), hex(head, "0100 03ef ff 03e8", "78".repeat(1000)));
});

test("every data type goes back to its octets from its text", () => {
  const cases: [name: string, length: number, value: unknown, octets: string][] = [
    ["octetDeltaCount", 8, "18446744073709551615", "ffffffffffffffff"],
    ["octetDeltaCount", 3, 66051, "010203"],
    ["octetDeltaCount", 10, "00010203040506070809", "00010203040506070809"],
    ["mibObjectValueInteger", 4, -2, "fffffffe"],
    ["samplingProbability", 8, 0.5, "3fe0000000000000"],
    ["samplingProbability", 4, "NaN", "7fc00000"],
    ["dataRecordsReliability", 1, true, "01"],
    ["dataRecordsReliability", 1, false, "02"],
    ["dataRecordsReliability", 1, 7, "07"],
    ["sourceMacAddress", 6, "00:1b:21:aa:bb:cc", "001b21aabbcc"],
    ["interfaceName", 8, "Gi0/1 é", "4769302f3120c3a9"],
    ["interfaceName", 8, "", "0000000000000000"],
    ["sourceIPv6Address", 16, "2001:db8::1", "20010db8000000000000000000000001"],
    ["sourceIPv6Address", 16, "::ffff:192.0.2.1", "00000000000000000000ffffc0000201"],
    ["flowStartSeconds", 4, "2020-09-13T12:26:40Z", "5f5e1000"],
    ["flowStartMilliseconds", 8, "2020-09-13T12:26:40.123Z", "00000174876e807b"],
    ["flowStartMicroseconds", 8, "2020-09-13T12:26:40.500000Z", `${ntp(1_600_000_000)}80000000`],
    ["flowStartNanoseconds", 8, "2020-09-13T12:26:40.000000001Z", `${ntp(1_600_000_000)}00000004`],
    ["mplsTopLabelStackSection", 3, "000641", "000641"],
  ];
  for (const [name, length, value, octets] of cases) {
    const template = { kind: "template", records: [{ templateId: 256, fields: [{ name, length }] }] };
    const data = { kind: "data", id: 256, records: [{ [name]: value }] };
    const to = exporter();
    setsOf([template], to);
    assert.equal(setsOf([data], to).slice(8), octets, name);
  }
});

function ntp(unixSeconds: number): string {
  return (unixSeconds + 2_208_988_800).toString(16);
}

test("what cannot be written says which field and why", () => {
  const template = { kind: "template", records: [{ templateId: 256, fields: four("sourceIPv4Address") }] };
  const reasons: [object | object[], RegExp][] = [
    [[{ kind: "data", id: 256, records: [{}] }], /template 256 has not been defined/],
    [[template, { kind: "data", id: 256, records: [{}] }], /^sourceIPv4Address: no value$/],
    [[template, { kind: "data", id: 256, records: [{ sourceIPv4Address: "192.0.2.300" }] }], /is no address/],
    [[{ kind: "template", records: [{ templateId: 256, fields: four("nobodysName") }] }], /"nobodysName"/],
    [
      [{ kind: "template", records: [{ templateId: 7, fields: four("octetDeltaCount") }] }],
      /no collector would take/,
    ],
    [[{ kind: "surprise", records: [] }], /"surprise"/],
    [{}, /sets is no array/],
  ];
  for (const [sets, reason] of reasons) {
    assert.throws(
      () => encodeMessage({ ...header, sets }, exporter()),
      (error) => error instanceof EncodeError && reason.test(error.message),
    );
  }
  assert.throws(() => encodeMessage({ version: 8 }, exporter()), EncodeError);
  assert.throws(() => encodeMessage("text", exporter()), EncodeError);
});

test("lists inside records (RFC 6313) come back as they were", () => {
  const fields = [
    { name: "basicList", length: "variable" },
    { name: "subTemplateMultiList", length: "variable" },
  ];
  const sets = [
    flows,
    { kind: "template", records: [{ templateId: 300, fields }] },
    {
      kind: "data",
      id: 300,
      records: [
        {
          basicList: { semantic: "oneOrMoreOf", element: "applicationName", values: ["a", "bc"] },
          subTemplateMultiList: {
            semantic: "allOf",
            lists: [
              { templateId: 256, records: [flow("192.0.2.1", "192.0.2.2", "192.0.2.3", 1, 2)] },
              { templateId: 999, undecoded: "0102" },
            ],
          },
        },
      ],
    },
  ];
  const { bytes } = encodeMessage({ ...header, sets }, exporter());
  const again = readMessage(bytes, 0, bytes.length, exporter());
  assert.deepEqual(again.sets[2].records, sets[2].records);
});

test("undecoded and malformed sets have no octets to be written: they are counted", () => {
  const sets = [
    { kind: "undecoded", id: 300, records: [] },
    { kind: "malformed", id: 5, records: [] },
  ];
  const encoded = encodeMessage({ ...header, sets }, exporter());
  assert.deepEqual([encoded.bytes.length, encoded.skippedSets, encoded.sets], [16, 2, 0]);
});
