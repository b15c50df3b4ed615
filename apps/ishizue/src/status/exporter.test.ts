import { ExporterSession } from "@ishizue/receive";
import { DataRecordWriter, Decoder, Exporter, FlowBatch, IpfixMessageWriter } from "@ishizue/wire";
import assert from "node:assert/strict";
import { test } from "node:test";
import { exporterDetail } from "./detail.ts";
import { exporterSnapshot, type ShownExporter } from "./exporter.ts";

const START_MS = Date.UTC(2026, 4, 11);

const flows = {
  id: 256,
  fields: [
    { id: 8, length: 4 },
    { id: 12, length: 4 },
    { id: 1, length: 4 },
    { id: 2, length: 4 },
    { id: 302, length: 4 },
  ],
};
/** Scope selectorId, samplingPacketInterval, samplingPacketSpace. */
const samplers = {
  id: 257,
  scopeCount: 1,
  fields: [
    { id: 302, length: 4 },
    { id: 305, length: 4 },
    { id: 306, length: 4 },
  ],
};

/** An IPFIX router of one packet in 1,000 whose clock is 90 s behind; one message of `messages` is lost. */
function heard(messages: number, missing: number): ShownExporter {
  const known = {
    wire: new Exporter("192.0.2.1", 0),
    session: new ExporterSession(),
    name: "edge-1",
    role: "edge" as const,
    listed: true,
    messages: 0,
    records: 0,
  };
  const decoder = new Decoder();
  const batch = new FlowBatch(64);
  let sequenceNumber = 0;
  for (let index = 0; index < messages; index++) {
    const writer = new IpfixMessageWriter(new Uint8Array(1400));
    const exportTimeS = START_MS / 1000 + index - 90;
    writer.begin({ exportTimeS, sequenceNumber, observationDomainId: 7 });
    if (index === 0) {
      writer.templateSet([flows]);
      writer.optionsTemplateSet([samplers]);
      const options = new DataRecordWriter(samplers);
      writer.dataSet(options);
      writer.record(options, Float64Array.of(5, 1, 999));
      writer.endSet();
      sequenceNumber++;
    }
    const record = new DataRecordWriter(flows);
    writer.dataSet(record);
    for (let row = 0; row < 10; row++)
      writer.record(record, Float64Array.of(0xc0000201, 0xc0000202, 100, 1, 5));
    writer.endSet();
    const bytes = writer.bytes.subarray(0, writer.end());
    sequenceNumber += 10;
    if (index === missing) continue;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const arrivalMs = START_MS + 1000 * index;
    batch.rowCount = 0;
    const outcome = decoder.decode(bytes, view, 0, bytes.length, known.wire, arrivalMs, batch);
    known.messages++;
    known.records += outcome.rows;
    known.session.take(outcome, batch, view, 0, bytes.length, arrivalMs);
  }
  known.session.sequence.settle();
  return known;
}

test("a snapshot tells what came, what was lost, the clock, the templates and the sampling", () => {
  const snapshot = exporterSnapshot(heard(60, 30), 2, START_MS + 59_000);
  assert.deepEqual(
    [snapshot.address, snapshot.role, snapshot.listed, snapshot.worker, snapshot.messages, snapshot.records],
    ["192.0.2.1", "edge", true, 2, 59, 590],
  );
  assert.ok(Math.abs(snapshot.recordsPerSecond - 10) < 1, `${snapshot.recordsPerSecond} records a second`);
  assert.deepEqual(snapshot.versions, [
    {
      version: 10,
      unit: "records",
      messages: 59,
      records: 591,
      received: 591,
      lost: 10,
      lostShare: 10 / 601,
      lostRecords: 10,
      duplicates: 0,
      reordered: 0,
      restarts: 0,
      untracked: 0,
    },
  ]);
  assert.deepEqual(snapshot.clock, { skewMs: -90_000, offsetMs: -90_000, jitterMs: 0, messages: 59 });
  assert.deepEqual(snapshot.templates, { count: 2, lastMs: START_MS, changes: 0, withdrawals: 0 });
  assert.deepEqual(snapshot.sampling, {
    intervals: [{ samplingInterval: 1000, origin: "options", messages: 59, lastMs: START_MS + 59_000 }],
    samplers: 1,
  });
  assert.deepEqual([snapshot.samples, snapshot.bootTimeMs], [null, null]);
});

test("an exporter that was never heard of has nothing to tell", () => {
  const snapshot = exporterSnapshot(heard(0, 0), 0, START_MS);
  assert.deepEqual(
    [snapshot.versions, snapshot.clock, snapshot.lastMessageMs, snapshot.recordsPerSecond],
    [[], null, null, 0],
  );
});

test("a detail names the fields of every template and every sampler", () => {
  const detail = exporterDetail(heard(3, -1), 0, START_MS);
  assert.deepEqual(detail.domains, [
    {
      protocol: "IPFIX",
      observationDomainId: 7,
      templates: [
        {
          templateId: 256,
          kind: "template",
          lastMs: START_MS,
          scopeFieldCount: 0,
          recordOctets: 20,
          variableLength: false,
          fields: [
            { name: "sourceIPv4Address", length: 4 },
            { name: "destinationIPv4Address", length: 4 },
            { name: "octetDeltaCount", length: 4 },
            { name: "packetDeltaCount", length: 4 },
            { name: "selectorId", length: 4 },
          ],
        },
        {
          templateId: 257,
          kind: "optionsTemplate",
          lastMs: START_MS,
          scopeFieldCount: 1,
          recordOctets: 12,
          variableLength: false,
          fields: [
            { name: "selectorId", length: 4 },
            { name: "samplingPacketInterval", length: 4 },
            { name: "samplingPacketSpace", length: 4 },
          ],
        },
      ],
      samplingInterval: null,
      samplers: [{ samplerId: 5, name: null, samplingInterval: 1000 }],
      interfaces: [],
      applications: [],
      vrfs: [],
    },
  ]);
  assert.deepEqual(Object.values(detail.notShown), [0, 0, 0, 0, 0]);
});

test("snapshot and detail are plain data: the same after JSON and after a thread's message", () => {
  const known = heard(5, 2);
  for (const data of [exporterSnapshot(known, 0, START_MS), exporterDetail(known, 0, START_MS)]) {
    assert.deepEqual(JSON.parse(JSON.stringify(data)), data);
    assert.deepEqual(structuredClone(data), data);
  }
});

test("an IPFIX exporter booted when its options data say", () => {
  const known = heard(1, -1);
  const domain = known.wire.templates.domain(false, 7) ?? assert.fail();
  domain.systemInitTimeMs = START_MS - 86_400_000;
  assert.equal(exporterSnapshot(known, 0, START_MS).bootTimeMs, START_MS - 86_400_000);
});

test("names that options data told stand beside what they name, bounded", () => {
  const known = heard(1, -1);
  const domain = known.wire.templates.domain(false, 7) ?? assert.fail();
  domain.names.setSampler(5, "one-in-1000");
  domain.names.setApplication("0300000050", "http", "", "web");
  domain.names.setVrf(2, "customers");
  for (let index = 1; index <= 300; index++) domain.names.setInterface(index, `ge-0/0/${index}`, "");
  const detail = exporterDetail(known, 0, START_MS);
  const [{ samplers, applications, vrfs, interfaces }] = detail.domains;
  assert.deepEqual(samplers, [{ samplerId: 5, name: "one-in-1000", samplingInterval: 1000 }]);
  assert.deepEqual(applications, [
    { applicationId: "0300000050", name: "http", description: null, category: "web" },
  ]);
  assert.deepEqual(vrfs, [{ vrfId: 2, name: "customers" }]);
  assert.deepEqual(interfaces[0], {
    interface: 1,
    name: "ge-0/0/1",
    description: null,
    samplingInterval: null,
  });
  assert.deepEqual([interfaces.length, detail.notShown.interfaces], [256, 44]);
});
