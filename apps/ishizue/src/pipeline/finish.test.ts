import { Unattributed } from "@ishizue/ledger";
import { SourceTable } from "@ishizue/receive";
import { Attribution, Role } from "@ishizue/store";
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseConfig } from "../config/load.ts";
import { makeCounts, sumCounts } from "./counters.ts";
import { ExporterTable } from "./exporters.ts";
import { finishRows } from "./finish.ts";
import type { LineLookUp } from "./look-up.ts";
import { Work } from "./work.ts";

const NOW = Date.UTC(2026, 4, 11, 12);

/** A look-up whose answers are the last words of the addresses, as Int32. */
const asWritten: LineLookUp = {
  resolveRows: (addresses, _timesMs, first, end, lines) => {
    for (let row = first; row < end; row++) lines[row] = addresses[4 * row + 3] | 0;
  },
  lines: {
    access: (line) => line + 10,
    class: (line) => line + 20,
    nameLength: () => 0,
    writeName: (_line, _into, offset) => offset,
  },
};

interface Given {
  exporter: number;
  source?: number;
  destination?: number;
  ingress?: number;
  egress?: number;
  direction?: number;
  interval?: number;
  octets?: number;
}

/** Rows of the given records, from exporters of the configuration in its order. */
function finish(given: readonly Given[], config: Record<string, unknown>) {
  const parsed = parseConfig(config, "test");
  const exporters = new ExporterTable(parsed);
  const sources = new SourceTable();
  for (const { address } of parsed.exporters) exporters.resolve(sources.ofText(address));
  const work = new Work(given.length, parsed.clock.maxSkew);
  const { batch, rows } = work;
  batch.rowCount = given.length;
  given.forEach((record, row) => {
    batch.exporterIndex[row] = record.exporter;
    batch.arrivalMs[row] = NOW;
    batch.flowEndMs[row] = NOW - 1000;
    batch.sourceAddress[4 * row + 3] = record.source ?? -1;
    batch.destinationAddress[4 * row + 3] = record.destination ?? -1;
    batch.ingressInterface[row] = record.ingress ?? 0;
    batch.egressInterface[row] = record.egress ?? 0;
    batch.flowDirection[row] = record.direction ?? 255;
    batch.samplingInterval[row] = record.interval ?? 1000;
    batch.samplingOrigin[row] = 1;
    batch.octetDeltaCount[row] = record.octets ?? 1000;
    batch.packetDeltaCount[row] = 1;
  });
  const counts = makeCounts();
  finishRows(work, exporters.list, asWritten, NOW, counts);
  return { batch, rows, counts: sumCounts([counts]) };
}

const edge = { address: "192.0.2.1" };

test("a line at either end makes a record attributed; without one the nearest reason is told", () => {
  const { noLease, otherTime, outsideCustomerSpace: outside } = Unattributed;
  const cases: [number, number, number][] = [
    [3, noLease, Attribution.attributed],
    [outside, 0, Attribution.attributed],
    [1, 2, Attribution.attributed],
    [noLease, otherTime, Attribution.otherTime],
    [otherTime, outside, Attribution.otherTime],
    [noLease, outside, Attribution.noLease],
    [outside, noLease, Attribution.noLease],
    [noLease, noLease, Attribution.noLease],
    [outside, outside, Attribution.outside],
  ];
  const given = cases.map(([source, destination]) => ({ exporter: 0, source, destination }));
  const { rows, counts } = finish(given, { exporters: [edge] });
  assert.deepEqual(
    [...rows.attribution],
    cases.map(([, , attribution]) => attribution),
  );
  assert.equal(counts.attributed, 3);
});

test("each run of records has its exporter's address and role, and counts by its interfaces and directions", () => {
  const { rows } = finish(
    [
      { exporter: 0 },
      { exporter: 1 },
      { exporter: 1 },
      { exporter: 2, ingress: 7 },
      { exporter: 2, egress: 7 },
      { exporter: 2, ingress: 8, egress: 9 },
      { exporter: 3, direction: 0 },
      { exporter: 3, direction: 1 },
      { exporter: 3, direction: 255 },
      { exporter: 0 },
    ],
    {
      exporters: [
        edge,
        { address: "192.0.2.2", role: "core" },
        { address: "192.0.2.3", interfaces: [7] },
        { address: "192.0.2.4", directions: ["ingress", "unknown"] },
      ],
    },
  );
  assert.deepEqual([...rows.counted], [1, 0, 0, 1, 1, 0, 1, 0, 1, 1]);
  assert.deepEqual([...rows.direction], [2, 2, 2, 2, 2, 2, 0, 1, 2, 2]);
  assert.deepEqual([...rows.role.subarray(0, 4)], [Role.edge, Role.core, Role.core, Role.edge]);
  const lastOctets = [...rows.role.keys()].map(
    (row) => new Uint8Array(rows.exporter.buffer, rows.exporter.byteOffset)[16 * row + 15],
  );
  assert.deepEqual(lastOctets, [1, 2, 2, 3, 3, 3, 4, 4, 4, 1]);
});

test("a record that no network can mean is kept as one of unknown interval, and the batch knows of it", () => {
  const { batch, rows, counts } = finish(
    [
      { exporter: 0 },
      { exporter: 0, interval: 4_000_000_000, octets: 2 ** 40 },
      { exporter: 0, interval: 0 },
    ],
    { exporters: [edge] },
  );
  assert.deepEqual([...rows.samplingInterval], [1000, 0, 0]);
  assert.deepEqual([...rows.samplingOrigin], [1, 0, 1]);
  assert.equal(rows.samplingInterval, batch.samplingInterval);
  assert.equal(counts.unknownInterval, 2);
  assert.deepEqual([...rows.flowEnd], [NOW - 1000, NOW - 1000, NOW - 1000]);
});
