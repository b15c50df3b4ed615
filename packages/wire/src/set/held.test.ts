import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress } from "../address/format.ts";
import { Decoder } from "../decode/decoder.ts";
import { Exporter } from "../exporter/exporter.ts";
import type { DecoderLimits } from "../exporter/limits.ts";
import { restoreExporterState } from "../exporter/restore.ts";
import { exporterState } from "../exporter/state.ts";
import { FlowBatch } from "../flow/batch.ts";

const word = (value: number) => value.toString(16).padStart(4, "0");
const long = (value: number) => value.toString(16).padStart(8, "0");
const set = (id: number, body: string) => {
  const octets = body.replaceAll(" ", "");
  return `${word(id)}${word(4 + octets.length / 2)}${octets}`;
};
const startMs = 1_600_000_000_000;

class Session {
  readonly decoder: Decoder;
  exporter = new Exporter("192.0.2.1", 7);
  readonly batch: FlowBatch;
  upTimeMs = 1_000_000;
  arrivalMs = startMs;

  constructor(limits: Partial<DecoderLimits> = {}, capacity = 64) {
    this.decoder = new Decoder(limits);
    this.batch = new FlowBatch(capacity);
  }

  /** Time goes on for the exporter and the collector. */
  after(ms: number): this {
    this.upTimeMs += ms;
    this.arrivalMs += ms;
    return this;
  }

  netflow9(domain: number, ...sets: string[]) {
    const seconds = Math.floor(this.arrivalMs / 1000);
    return this.#decode(`0009 0001 ${long(this.upTimeMs)} ${long(seconds)} 00000001 ${long(domain)}`, sets);
  }

  ipfix(domain: number, ...sets: string[]) {
    const body = sets.join("").replaceAll(" ", "");
    const seconds = Math.floor(this.arrivalMs / 1000);
    return this.#decode(`000a ${word(16 + body.length / 2)} ${long(seconds)} 00000001 ${long(domain)}`, sets);
  }

  #decode(header: string, sets: string[]) {
    const bytes = new Uint8Array(Buffer.from((header + sets.join("")).replaceAll(" ", ""), "hex"));
    const view = new DataView(bytes.buffer);
    const { exporter, arrivalMs, batch } = this;
    return this.decoder.decode(bytes, view, 0, bytes.length, exporter, arrivalMs, batch);
  }

  get octets(): number[] {
    return [...this.batch.octetDeltaCount.subarray(0, this.batch.rowCount)];
  }
}

// Octets, last switched.
const template = (id: number) => `${word(id)} 0002 0001 0004 0015 0004`;
const record = (octets: number, upTimeMs = 0) => long(octets) + long(upTimeMs);

test("a set before its template is held and becomes rows with its own message's times when the template comes", () => {
  const session = new Session();
  const first = session.netflow9(5, set(256, record(100, 999_000) + record(200, 1_000_000)));
  assert.deepEqual([first.undecodedSets, first.heldSets, first.rows], [1, 1, 0]);
  session.after(60_000);
  const second = session.netflow9(5, set(256, record(300)), set(0, template(256)), set(256, record(400)));
  assert.deepEqual([second.undecodedSets, second.heldSets], [1, 1]);
  assert.deepEqual([second.releasedSets, second.releasedRecords, second.dataRecords], [2, 3, 1]);
  assert.deepEqual([second.rows, second.releasedRows], [4, 3]);
  assert.deepEqual(session.octets, [400, 100, 200, 300]);
  const { batch } = session;
  assert.deepEqual(
    [...batch.arrivalMs.subarray(0, 4)],
    [startMs + 60_000, startMs, startMs, startMs + 60_000],
  );
  assert.deepEqual([...batch.flowEndMs.subarray(1, 3)], [startMs - 1000, startMs]);
  assert.deepEqual([...batch.observationDomainId.subarray(0, 4)], [5, 5, 5, 5]);
  assert.deepEqual([...batch.exporterIndex.subarray(0, 4)], [7, 7, 7, 7]);
  assert.equal(session.exporter.held, undefined);
  const { templateFields, domains, heldSets, heldOctets } = session.decoder.use;
  assert.deepEqual(
    { templateFields, domains, heldSets, heldOctets },
    { templateFields: 6, domains: 1, heldSets: 0, heldOctets: 0 },
  );
});

test("what waits goes on waiting in another decoder, in its order; what has no room there is told", () => {
  const there = new Session();
  there.netflow9(5, set(256, record(100, 999_000)), set(257, record(200)));
  there.after(1000).ipfix(5, set(256, record(300)));
  const held = structuredClone(there.decoder.heldSets(there.exporter));
  assert.deepEqual(
    held.map(({ netflow9, templateId }) => [netflow9, templateId]),
    [
      [true, 256],
      [true, 257],
      [false, 256],
    ],
  );
  there.decoder.forget(there.exporter);
  assert.equal(there.decoder.use.heldSets, 0);
  // Nobody is told twice of what its owner moved.
  assert.equal(there.netflow9(5, set(300, record(1))).droppedSets, 0);

  const here = new Session().after(2000);
  assert.equal(here.decoder.restoreHeldSets(here.exporter, held), 0);
  assert.equal(here.decoder.use.heldSets, 3);
  const first = here.netflow9(5, set(0, template(256)));
  assert.deepEqual([first.releasedSets, first.releasedRows], [1, 1]);
  assert.deepEqual([...here.batch.arrivalMs.subarray(0, 1)], [startMs]);
  assert.deepEqual([...here.batch.flowEndMs.subarray(0, 1)], [startMs - 1000]);
  here.netflow9(5, set(0, template(257)));
  assert.deepEqual(here.octets, [100, 200]);
  assert.equal(here.decoder.heldSets(here.exporter).length, 1);

  const small = new Session({ heldSets: 2 });
  assert.equal(small.decoder.restoreHeldSets(small.exporter, held), 1);
  assert.equal(small.decoder.use.heldSets, 2);
});

test("a set whose template had come but no room in a batch is read by the other decoder's next message", () => {
  const there = new Session({}, 3);
  there.netflow9(5, set(256, record(1) + record(2)));
  there.netflow9(5, set(256, record(3) + record(4)));
  assert.equal(there.netflow9(5, set(0, template(256))).releasedRows, 2);
  const state = exporterState(there.exporter);
  const held = there.decoder.heldSets(there.exporter);
  assert.equal(held.length, 1);
  const here = new Session();
  restoreExporterState(here.exporter, state, here.decoder.limits);
  assert.equal(here.decoder.restoreHeldSets(here.exporter, held), 0);
  assert.equal(here.netflow9(5, set(0, template(300))).releasedRows, 2);
  assert.deepEqual(here.octets, [3, 4]);
});

test("siblings of a set that is held are decoded at once", () => {
  const session = new Session();
  session.netflow9(5, set(0, template(256)));
  const outcome = session.netflow9(5, set(300, record(1)), set(256, record(2)));
  assert.deepEqual([outcome.heldSets, outcome.rows], [1, 1]);
  assert.deepEqual(session.octets, [2]);
});

test("a template releases the sets of its own protocol, domain and id only", () => {
  const session = new Session();
  session.netflow9(5, set(256, record(1)), set(257, record(2)));
  session.netflow9(6, set(256, record(3)));
  session.ipfix(5, set(256, record(4)));
  const outcome = session.netflow9(5, set(0, template(256)));
  assert.equal(outcome.releasedSets, 1);
  assert.deepEqual(session.octets, [1]);
  assert.equal(session.exporter.held?.sets, 3);
});

test("held options data are read before held flows, whose interval they tell", () => {
  const session = new Session();
  // Options 258: scope line card, sampler id, interval. Flows 259: octets, sampler id.
  session.netflow9(5, set(259, "00000064 07"), set(258, "0001 07 000003e8"));
  const outcome = session.netflow9(
    5,
    set(0, "0103 0002 0001 0004 0030 0001"),
    set(1, "0102 0004 0008 0003 0002 0030 0001 0022 0004"),
  );
  assert.deepEqual([outcome.releasedSets, outcome.releasedRecords], [2, 2]);
  assert.deepEqual([outcome.dataRecords, outcome.optionsRecords], [0, 0]);
  assert.equal(session.batch.samplingInterval[0], 1000);
});

test("past the exporter's limit the oldest set is dropped, and counted", () => {
  const session = new Session({ heldSets: 2 });
  for (const octets of [1, 2]) session.netflow9(5, set(256, record(octets)));
  const outcome = session.netflow9(5, set(256, record(3)));
  assert.deepEqual([outcome.heldSets, outcome.droppedSets], [1, 1]);
  session.netflow9(5, set(0, template(256)));
  assert.deepEqual(session.octets, [2, 3]);
});

test("octets are bounded, an exporter and in all", () => {
  const session = new Session({ heldOctets: 1024, heldOctetsInAll: 2048 });
  for (let octets = 1; octets <= 3; octets++) session.netflow9(5, set(256, record(octets)));
  assert.equal(session.exporter.held?.octets, 1024);
  const first = session.exporter;
  for (const address of ["192.0.2.2", "192.0.2.3"]) {
    session.exporter = new Exporter(address, 8);
    for (let octets = 4; octets <= 5; octets++) session.netflow9(5, set(256, record(octets)));
  }
  assert.equal(session.decoder.use.heldOctets, 2048);
  assert.equal(first.held?.sets, 0);
});

test("with no room at all nothing is held", () => {
  for (const limits of [
    { heldSets: 0 },
    { heldOctets: 511 },
    { heldSetsInAll: 0 },
    { heldOctetsInAll: 100 },
  ]) {
    const session = new Session(limits);
    const outcome = session.netflow9(5, set(256, record(1)));
    assert.deepEqual([outcome.undecodedSets, outcome.heldSets, outcome.droppedSets], [1, 0, 0]);
    assert.equal(session.exporter.held, undefined);
  }
});

test("a set that waited too long is not read by the template that comes at last", () => {
  const session = new Session({ heldMs: 60_000 });
  session.netflow9(5, set(256, record(1)));
  session.after(61_000);
  const outcome = session.netflow9(5, set(0, template(256)));
  assert.deepEqual([outcome.releasedSets, outcome.droppedSets, outcome.rows], [0, 1, 0]);
  assert.equal(session.exporter.held, undefined);
});

test("what waits for exporters that went silent goes when others' sets are held", () => {
  const session = new Session({ heldMs: 60_000 });
  session.netflow9(5, set(256, record(1)));
  session.after(61_000).exporter = new Exporter("192.0.2.2", 8);
  assert.equal(session.netflow9(5, set(256, record(2))).droppedSets, 1);
  assert.equal(session.decoder.use.heldSets, 1);
});

test("a v9 exporter that has started anew means other templates: what waited from before is dropped", () => {
  const session = new Session();
  session.netflow9(5, set(256, record(1)));
  session.after(30_000).upTimeMs = 500;
  const outcome = session.netflow9(5, set(256, record(2)), set(0, template(256)));
  assert.deepEqual([outcome.releasedSets, outcome.droppedSets], [1, 1]);
  assert.deepEqual(session.octets, [2]);
});

test("over TCP a withdrawal drops what waits for its id, or for any of the domain", () => {
  const session = new Session();
  session.exporter.overStream = true;
  session.ipfix(5, set(256, record(1)), set(257, record(2)), set(258, record(3)));
  session.ipfix(6, set(256, record(4)));
  assert.equal(session.ipfix(5, set(2, "0101 0000")).droppedSets, 1);
  assert.equal(session.ipfix(5, set(2, "0002 0000")).droppedSets, 2);
  assert.equal(session.exporter.held?.sets, 1);
});

test("a set is read by the template that came first after it, even if the same message redefines that", () => {
  const session = new Session();
  session.netflow9(5, set(256, record(1, 7)));
  const outcome = session.netflow9(5, set(0, template(256)), set(0, "0100 0002 0015 0004 0001 0004"));
  assert.deepEqual([outcome.releasedSets, outcome.templateChanges], [1, 1]);
  assert.deepEqual(session.octets, [1]);
});

test("a template first makes a batch full that has no room for the rows of held sets", () => {
  const session = new Session({}, 8);
  session.netflow9(5, set(256, record(1) + record(2)));
  session.netflow9(5, set(0, template(257)), set(257, record(9)));
  session.batch.rowCount = 7;
  assert.equal(session.netflow9(5, set(0, template(256))).status, "batchFull");
  assert.equal(session.exporter.templates.domain(true, 5)?.templates.get(256), undefined);
  session.batch.rowCount = 0;
  assert.equal(session.netflow9(5, set(0, template(256))).rows, 2);
  assert.deepEqual(session.octets, [1, 2]);
});

test("held rows that are more than a whole batch come with the exporter's next messages, each once and in order", () => {
  const session = new Session({}, 8);
  for (let index = 0; index < 10; index++) {
    session.netflow9(5, set(256, record(3 * index) + record(3 * index + 1) + record(3 * index + 2)));
  }
  const seen: number[] = [];
  for (let message = 0; message < 10; message++) {
    const outcome = session.netflow9(5, set(0, template(256)));
    seen.push(...session.octets);
    session.batch.rowCount = 0;
    assert.notEqual(outcome.status, "batchFull");
  }
  assert.deepEqual(
    seen,
    Array.from({ length: 30 }, (_, index) => index),
  );
  assert.equal(session.exporter.held, undefined);
  assert.equal(session.decoder.use.heldOctets, 0);
});

test("an exporter that is forgotten holds nothing any more", () => {
  const session = new Session();
  session.netflow9(5, set(0, template(256)), set(300, record(1)));
  assert.equal(session.decoder.use.heldSets, 1);
  session.decoder.forget(session.exporter);
  assert.deepEqual(new Set(Object.values(session.decoder.use)), new Set([0]));
  assert.equal(session.exporter.templates.count, 0);
});

test("IPFIX sets that waited take the exporter's start from options data that came meanwhile", () => {
  const session = new Session();
  session.ipfix(5, set(256, record(1, 5000)));
  session.ipfix(
    5,
    set(3, "0101 0002 0001 0095 0004 00a0 0008"),
    set(257, `00000005 ${(startMs - 10_000).toString(16).padStart(16, "0")}`),
    set(2, template(256)),
  );
  assert.equal(session.batch.flowEndMs[0], startMs - 5000);
  assert.equal(formatAddress(session.batch.sourceAddress, 0), formatAddress(new Uint32Array(4), 0));
});
