import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Exporter } from "../exporter/exporter.ts";
import type { DecoderLimits } from "../exporter/limits.ts";
import type { MessageSet, NetflowMessage } from "./message.ts";
import { readMessage } from "./read.ts";

/** Sets as RFC 6313 draws them, behind an IPFIX header. */
function read(...sets: string[]): MessageSet[] {
  return readWithin({}, ...sets);
}

function readWithin(limits: Partial<DecoderLimits>, ...sets: string[]): MessageSet[] {
  const body = sets.join("").replaceAll(/\s/g, "");
  const length = (16 + body.length / 2).toString(16).padStart(4, "0");
  const bytes = Uint8Array.fromHex(`000a${length}5f5e10000000000000000001${body}`);
  const message = readMessage(bytes, 0, bytes.length, new Exporter("192.0.2.1", 0), limits) as NetflowMessage;
  assert.equal(message.status, "decoded");
  return message.sets;
}

// Figure 11.
const multicastTemplate = "0002 0018 0100 0004 000a 0004 0008 0004 000c 0004 0123 ffff";
const multicastKeys = "00000009 c00002c9 e9fc0001";
const multicastRecord = {
  ingressInterface: 9,
  sourceIPv4Address: "192.0.2.201",
  destinationIPv4Address: "233.252.0.1",
};

test("a multicast record: a basicList with semantic allOf (RFC 6313, figures 11 and 12)", () => {
  const [, data] = read(
    multicastTemplate,
    `0100 0024 ${multicastKeys} ff 0011 03 000e 0004 00000001 00000004 00000008`,
  );
  assert.deepEqual(data.records, [
    { ...multicastRecord, basicList: { semantic: "allOf", element: "egressInterface", values: [1, 4, 8] } },
  ]);
  assert.equal(data.malformedStructures, undefined);
});

test("a basicList of variable-length elements (RFC 6313, figure 13)", () => {
  const names = "05 4645302f30  07 464531302f3130  05 4645322f32";
  const [, data] = read(multicastTemplate, `0100 002c ${multicastKeys} ff 0019 03 0052 ffff ${names}`);
  assert.deepEqual(data.records, [
    {
      ...multicastRecord,
      basicList: { semantic: "allOf", element: "interfaceName", values: ["FE0/0", "FE10/10", "FE2/2"] },
    },
  ]);
});

test("a load-balanced record: semantic exactlyOneOf (RFC 6313, figure 14)", () => {
  const [, data] = read(
    multicastTemplate,
    `0100 0024 ${multicastKeys} ff 0011 01 000e 0004 00000001 00000004 00000008`,
  );
  assert.deepEqual(data.records[0]["basicList"], {
    semantic: "exactlyOneOf",
    element: "egressInterface",
    values: [1, 4, 8],
  });
});

test("one-way delays: a subTemplateList (RFC 6313, figures 15 to 17)", () => {
  const times = ["00000000", "40000000", "80000000", "c0000000", "10000000"];
  const hashes = ["91230613", "91230650", "91230725", "91230844", "91230978"];
  const list = times.map((fraction, index) => `dc7a0000 ${fraction} ${hashes[index]}`).join("");
  const [, , data] = read(
    "0002 0010 0101 0002 0144 0008 0146 0004",
    "0002 0020 0102 0006 0008 0004 000c 0004 0007 0002 000b 0002 0004 0001 0124 ffff",
    `0102 0053 c0000201 c0000269 0401 0050 06 ff 003f 03 0101 ${list}`,
  );
  assert.deepEqual(data.records, [
    {
      sourceIPv4Address: "192.0.2.1",
      destinationIPv4Address: "192.0.2.105",
      sourceTransportPort: 1025,
      destinationTransportPort: 80,
      protocolIdentifier: 6,
      subTemplateList: {
        semantic: "allOf",
        templateId: 257,
        records: ["000000", "250000", "500000", "750000", "062500"].map((microseconds, index) => ({
          observationTimeMicroseconds: `2017-03-20T07:15:12.${microseconds}Z`,
          digestHashValue: Number.parseInt(hashes[index], 16),
        })),
      },
    },
  ]);
});

// Figures 18 to 20.
const filtering = "0002 0010 0103 0002 012e 0004 0130 0001";
const sampling = "0002 0018 0104 0004 012e 0004 0130 0001 0131 0001 0132 0001";
const flow =
  "0002 0028 0105 0008 001b 0010 001c 0010 0007 0002 000b 0002 0004 0001 0055 0004 0056 0004 0125 ffff";
const flowKeys =
  "20010db8000000000000000000000001 20010db8000000000000000000000002 0401 0050 06 0001a5e0 00000078";

test("attributes of filtering and sampling: a subTemplateMultiList (RFC 6313, figures 18 to 21)", () => {
  const [, , , data] = read(
    filtering,
    sampling,
    flow,
    `0105 0049 ${flowKeys} ff 0015 03 0103 0009 00000064 05 0104 000b 0000000f 01 01 63`,
  );
  assert.deepEqual(data.records, [
    {
      sourceIPv6Address: "2001:db8::1",
      destinationIPv6Address: "2001:db8::2",
      sourceTransportPort: 1025,
      destinationTransportPort: 80,
      protocolIdentifier: 6,
      octetTotalCount: 108000,
      packetTotalCount: 120,
      subTemplateMultiList: {
        semantic: "allOf",
        lists: [
          { templateId: 259, records: [{ selectorId: 100, selectorAlgorithm: 5 }] },
          {
            templateId: 260,
            records: [
              { selectorId: 15, selectorAlgorithm: 1, samplingPacketInterval: 1, samplingPacketSpace: 99 },
            ],
          },
        ],
      },
    },
  ]);
});

test("options with a list of observation points (RFC 6313, figures 23 to 27)", () => {
  const sets = read(
    "0003 001a 0106 0004 0001 012d 0004 0125 ffff 012e 0004 012e 0004",
    "0002 0010 0107 0002 0082 0004 000a 0004",
    "0002 0010 0108 0002 0082 0004 008d 0004",
    "0002 0014 0109 0003 0082 0004 008d 0004 000a 0004",
    "0106 0044 00000007 ff 0031 03 0107 000c c000020b 00000001" +
      "0108 0014 c000020c 0000000a c000020d 0000000b 0109 0010 c000020e 0000000c 00000002 00000005 0000000a",
  );
  assert.equal(sets[4].kind, "options");
  assert.deepEqual(sets[4].records, [
    {
      selectionSequenceId: 7,
      subTemplateMultiList: {
        semantic: "allOf",
        lists: [
          { templateId: 263, records: [{ exporterIPv4Address: "192.0.2.11", ingressInterface: 1 }] },
          {
            templateId: 264,
            records: [
              { exporterIPv4Address: "192.0.2.12", lineCardId: 10 },
              { exporterIPv4Address: "192.0.2.13", lineCardId: 11 },
            ],
          },
          {
            templateId: 265,
            records: [{ exporterIPv4Address: "192.0.2.14", lineCardId: 12, ingressInterface: 2 }],
          },
        ],
      },
      selectorId: [5, 10],
    },
  ]);
});

const listTemplate = "0002 000c 0100 0001 0123 ffff";
const subTemplate = "0002 000c 0100 0001 0124 ffff";
const multiTemplate = "0002 000c 0100 0001 0125 ffff";

/** A data set of template 256 with one record of one variable-length field. */
function record(octets: string): string {
  const content = octets.replaceAll(/\s/g, "");
  const length = content.length / 2;
  return `0100 ${(length + 7).toString(16).padStart(4, "0")} ff ${length.toString(16).padStart(4, "0")} ${content}`;
}

test("lists of nothing, of an enterprise's elements, of a semantic without a name", () => {
  const values = [
    [listTemplate, "03 000e 0004", { semantic: "allOf", element: "egressInterface", values: [] }],
    [
      listTemplate,
      "ff 8001 0008 00007279 0000000000000007",
      { semantic: "undefined", element: "reverseOctetDeltaCount", values: [7] },
    ],
    [
      listTemplate,
      "09 0008 0004 c0000201",
      { semantic: 9, element: "sourceIPv4Address", values: ["192.0.2.1"] },
    ],
    [subTemplate, "04 03e7", { semantic: "ordered", templateId: 999, records: [] }],
    [multiTemplate, "00 03e7 0000", { semantic: "noneOf", lists: [{ templateId: 999, records: [] }] }],
    [multiTemplate, "02", { semantic: "oneOrMoreOf", lists: [] }],
  ] as const;
  for (const [template, octets, value] of values) {
    const [, data] = read(template, record(octets));
    assert.deepEqual(Object.values(data.records[0]), [value], octets);
    assert.equal(data.malformedStructures, undefined);
  }
});

test("records of a template that is not known are octets, their siblings are read", () => {
  const [, , data] = read(
    "0002 000c 0107 0001 000a 0004",
    multiTemplate,
    record("03 03e7 0008 aabbccdd 0107 0008 00000001"),
  );
  assert.deepEqual(data.records[0]["subTemplateMultiList"], {
    semantic: "allOf",
    lists: [
      { templateId: 999, undecoded: "aabbccdd" },
      { templateId: 263, records: [{ ingressInterface: 1 }] },
    ],
  });
});

test("lists that contradict themselves are counted and keep what was read; the records after them too", () => {
  const values = [
    [
      listTemplate,
      "03 000e 0004 00000001 0000",
      { semantic: "allOf", element: "egressInterface", values: [1], malformed: true },
    ],
    [
      listTemplate,
      "03 0052 ffff 02 4142 09 41",
      { semantic: "allOf", element: "interfaceName", values: ["AB"], malformed: true },
    ],
    [
      listTemplate,
      "03 000e 0000 00000001",
      { semantic: "allOf", element: "egressInterface", values: [], malformed: true },
    ],
    [listTemplate, "03 800e 0004 0000", { semantic: "allOf", malformed: true }],
    [listTemplate, "03 000e 00", { malformed: "03000e00" }],
    [subTemplate, "03 01", { malformed: "0301" }],
    [multiTemplate, "03 03e7 0009 00000001", { semantic: "allOf", lists: [], malformed: true }],
    [multiTemplate, "03 03e7", { semantic: "allOf", lists: [], malformed: true }],
  ] as const;
  for (const [template, octets, value] of values) {
    const [, data, next] = read(template, record(octets), record(octets));
    assert.deepEqual(Object.values(data.records[0]), [value], octets);
    assert.equal(data.malformedStructures, 1, octets);
    assert.equal(next.records.length, 1);
  }
});

test("a list whose template holds the list itself ends at eight levels", () => {
  // Template 256: one subTemplateList. Each level's only record is a list of template 256.
  let octets = "03 0100".replaceAll(" ", "");
  for (let level = 0; level < 40; level++) {
    octets = `030100ff${(octets.length / 2).toString(16).padStart(4, "0")}${octets}`;
  }
  const [, data] = read(subTemplate, record(octets));
  let depth = 0;
  let value = data.records[0]["subTemplateList"] as {
    records?: { subTemplateList: typeof value }[];
    malformed?: string;
  };
  while (value.records !== undefined) {
    depth++;
    value = value.records[0].subTemplateList;
  }
  assert.equal(depth, 9);
  assert.match(value.malformed ?? "", /^030100ff/);
  assert.equal(data.malformedStructures, 1);
});

test("records of fields without octets do not multiply without bound", () => {
  // Template 257: 1,000 fields of no octets and one of one; a list of 60,000 such records.
  const fields = `${"00010000".repeat(1000)}00040001`;
  const template = `0002 0fac 0101 03e9 ${fields}`;
  const listOfAll = record(`03 0101 ${"06".repeat(60_000)}`);
  const [, , data] = readWithin({ emptyFieldsPerOctet: 1000 }, template, subTemplate, listOfAll);
  const list = data.records[0]["subTemplateList"] as { records: unknown[]; malformed: boolean };
  assert.equal(list.records.length, Math.floor((5 * 65_536 - 1) / 1001));
  assert.equal(list.malformed, true);
});

test("lists of any octets are safe", () => {
  const templates = fc.constantFrom(listTemplate, subTemplate, multiTemplate);
  const header = fc.constantFrom("", "03", "030100", "030100ff0004", "03012300", "030123ffff", "0301230004");
  fc.assert(
    fc.property(templates, header, fc.uint8Array({ maxLength: 300 }), (template, start, bytes) => {
      const [, data] = read(template, record(start + bytes.toHex()));
      assert.equal(data.kind, "data");
      assert.equal(data.records.length, 1);
    }),
    { numRuns: 600, seed: 6313 },
  );
});
