import assert from "node:assert/strict";
import {
  type DecodeOutcome,
  Decoder,
  type DecoderLimits,
  Exporter,
  FlowBatch,
  type Message,
  readMessage,
} from "../src/index.ts";
import { checkRowsAgainstValues, TemplatesTold } from "./values.ts";

/** Two rows an octet of the largest datagram: no message fills it. */
const rows = 2 * 65_536;
const exact = new FlowBatch(rows);
/** Rows that stand before a message's in the second batch; the room behind them is the same. */
const rowsBefore = 1000;
const amidst = new FlowBatch(rowsBefore + rows);
const small = new FlowBatch(512);
/** Kept from input to input for what they compiled; made anew after an input that failed, which may have left anything. */
let decoder = new Decoder();
let second = new Decoder();

const tinyLimits: Partial<DecoderLimits> = {
  domains: 3,
  templates: 8,
  fieldsPerTemplate: 16,
  domainsInAll: 5,
  samplers: 4,
  samplersInAll: 9,
  names: 6,
  namesInAll: 8,
  compiledLayouts: 8,
  templateFields: 64,
  templateFieldsInAll: 96,
  templateLifetimeMs: 600_000,
  heldSets: 6,
  heldOctets: 8192,
  heldSetsInAll: 8,
  heldOctetsInAll: 10_240,
  heldMs: 60_000,
};
let tiny = new Decoder(tinyLimits);

/** JSON of a message: a record's names and brackets come on top of every octet, but not more than so many. */
const jsonOctetsPerOctet = 400;
const jsonOctetsInAll = 4096;

const poison = new Uint8Array(65_536 + 1024);

/**
 * Decodes a row of messages of one exporter by columns and by values, and holds one against the other.
 *
 * Throws where a decoder throws; where what lies around a message changes what is read; where counts of the two
 * disagree, or values of the columns that every report is made of; where a limit is passed; where what comes out is out
 * of proportion to what went in.
 */
export function exchange(messages: readonly Uint8Array[], overStream = false): string[] {
  const exporters = Array.from({ length: 6 }, () => new Exporter("192.0.2.1", 7));
  for (const exporter of exporters) exporter.overStream = overStream;
  try {
    return exchangeWith(exporters, messages);
  } catch (error) {
    decoder = new Decoder();
    second = new Decoder();
    tiny = new Decoder(tinyLimits);
    throw error;
  }
}

function exchangeWith(exporters: readonly Exporter[], messages: readonly Uint8Array[]): string[] {
  const told = new TemplatesTold();
  const words = new Set<string>();
  for (const batch of [exact, amidst, small]) {
    batch.rowCount = 0;
    batch.constantRows.varyAll(0);
  }
  for (const [index, message] of messages.entries()) {
    const outcome = decodeTwice(message, exporters[0], exporters[1]);
    const values = readTwice(message, exporters[2], exporters[3]);
    checkProportion(message, outcome, values.json);
    checkCounts(outcome, values.message);
    checkLimits(exporters[0], decoder);
    checkRowsAgainstValues(exact, outcome, values.message, told);
    words.add(wordOf(outcome));
    decodeTiny(message, exporters[4 + (index % 2)], index);
  }
  const ofExporter = [decoder, second, undefined, undefined, tiny, tiny];
  for (const [index, exporter] of exporters.entries()) ofExporter[index]?.forget(exporter);
  for (const { use } of [decoder, second, tiny]) {
    for (const [name, held] of Object.entries(use))
      assert.equal(held, 0, `${name} after everything was forgotten`);
  }
  return [...words];
}

/** Decodes a message that ends where its buffer ends, and the same amid other octets; both must give the same. */
function decodeTwice(message: Uint8Array, mine: Exporter, theirs: Exporter): DecodeOutcome {
  const alone = message.slice();
  const { bytes, offset } = surrounded(message);
  let from = rowsBefore;
  amidst.rowCount = from;
  let amidstOutcome = decode(second, bytes, offset, message.length, theirs, amidst);
  if (amidstOutcome.status === "batchFull") {
    // Only a batch with rows may say so: where sets that waited could fill the rest of it.
    from = amidst.rowCount = 0;
    amidstOutcome = decode(second, bytes, offset, message.length, theirs, amidst);
  }
  const amidstText = textOf(amidstOutcome);
  exact.rowCount = 0;
  const outcome = decode(decoder, alone, 0, alone.length, mine, exact);
  assert.equal(amidstText, textOf(outcome), "octets around the message change its outcome");
  assert.equal(exact.rowCount, outcome.rows, "rowCount is not what the outcome says");
  assert.equal(amidst.rowCount - from, outcome.rows, "rows behind other rows are fewer or more");
  compareRows(from, outcome.rows);
  return outcome;
}

function decode(
  by: Decoder,
  bytes: Uint8Array,
  offset: number,
  length: number,
  exporter: Exporter,
  batch: FlowBatch,
  arrivalMs = 1_700_000_000_000,
): DecodeOutcome {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return by.decode(bytes, view, offset, length, exporter, arrivalMs, batch);
}

/** The message in the middle of a buffer full of other octets, at an offset that no alignment helps. */
function surrounded(message: Uint8Array): { bytes: Uint8Array; offset: number } {
  const offset = 256 + (message.length % 17);
  poison.fill(0xff, 0, offset);
  poison.fill(message.length % 2 === 0 ? 0xff : 0x01, offset + message.length, offset + message.length + 512);
  poison.set(message, offset);
  return { bytes: poison, offset };
}

function textOf(outcome: DecodeOutcome): string {
  return JSON.stringify(Object.entries(outcome));
}

type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array;
const columns = Object.entries(exact).filter((entry): entry is [string, Column] =>
  ArrayBuffer.isView(entry[1]),
);
const others = new Map(Object.entries(amidst) as [string, Column][]);

/** Rows [0, count) of the one batch and [from, from + count) of the other hold the same, and no number is no number. */
function compareRows(from: number, count: number): void {
  if (count === 0) return;
  for (const [name, column] of columns) {
    const width = column.length / exact.capacity;
    const mine = column.subarray(0, width * count);
    const theirs = others.get(name)?.subarray(width * from, width * (from + count));
    assert.ok(
      theirs !== undefined && octetsOf(mine).equals(octetsOf(theirs)),
      `${name} differs by its surroundings`,
    );
    if (mine instanceof Float64Array) {
      assert.ok(mine.every(Number.isFinite), `${name} holds what is no number`);
      const least = name.endsWith("DeltaCount") ? 0 : -Infinity;
      assert.ok(
        mine.every((value) => value >= least),
        `${name} is negative`,
      );
    }
  }
}

function octetsOf(column: Column): Buffer {
  return Buffer.from(column.buffer, column.byteOffset, column.byteLength);
}

function readTwice(
  message: Uint8Array,
  first: Exporter,
  second: Exporter,
): { message: Message; json: string } {
  const { bytes, offset } = surrounded(message);
  const amidstJson = JSON.stringify(readMessage(bytes, offset, message.length, second));
  const alone = message.slice();
  const read = readMessage(alone, 0, alone.length, first);
  const json = JSON.stringify(read);
  assert.ok(amidstJson === json, "octets around the message change its values");
  return { message: read, json };
}

function checkProportion(message: Uint8Array, outcome: DecodeOutcome, json: string): void {
  if (outcome.releasedSets === 0)
    assert.ok(outcome.rows <= 2 * message.length, "more than two rows an octet");
  assert.ok(
    json.length <= jsonOctetsInAll + jsonOctetsPerOctet * message.length,
    `${json.length} octets of JSON out of ${message.length}`,
  );
}

function checkCounts(outcome: DecodeOutcome, message: Message): void {
  assert.ok(
    outcome.rows <= 2 * (outcome.dataRecords + outcome.releasedRecords),
    "more than two rows a record",
  );
  if (message.version === "sFlow5") {
    const samples = message.sets.filter(({ kind }) => kind === "sample").length;
    assert.equal(outcome.flowSamples + outcome.counterSamples, samples, "samples");
    assert.equal(outcome.status, message.status, "status");
    return;
  }
  if (!("headerCount" in message)) return;
  const { sets } = message;
  const records = (kind: string) =>
    sets.filter((set) => set.kind === kind).reduce((sum, set) => sum + set.records.length, 0);
  const withdrawn = sets.flatMap((set) => set.records).filter((record) => "withdrawn" in record).length;
  assert.equal(outcome.status, message.status, "status");
  assert.equal(outcome.dataRecords, records("data"), "data records");
  assert.equal(outcome.optionsRecords, records("options"), "options records");
  assert.equal(
    outcome.undecodedSets,
    sets.filter(({ kind }) => kind === "undecoded").length,
    "undecoded sets",
  );
  const templates = records("template") + records("optionsTemplate") - withdrawn;
  assert.equal(outcome.templates + outcome.optionsTemplates, templates, "templates");
}

/** What an exporter made us hold is within the limits, and so is what all exporters of the decoder did. */
export function checkLimits({ templates, held }: Exporter, { limits, use }: Decoder): void {
  assert.ok(templates.count >= 0 && templates.count <= limits.templates, `${templates.count} templates`);
  let kept = 0;
  let names = 0;
  for (const domains of [templates.domains(true), templates.domains(false)]) {
    assert.ok(domains.size <= limits.domains, `${domains.size} domains`);
    for (const domain of domains.values()) {
      kept += domain.templates.size;
      names += domain.names.size;
      assert.ok(
        domain.sampling.samplers.size <= limits.samplers,
        `${domain.sampling.samplers.size} samplers`,
      );
      assert.ok(domain.sampling.interfaces.size <= limits.samplers, "interfaces with an interval");
    }
  }
  assert.equal(kept, templates.count, "templates held and counted");
  assert.equal(names, templates.nameUse.held, "names held and counted");
  assert.ok((held?.sets ?? 0) <= limits.heldSets, `${held?.sets} held sets`);
  assert.ok((held?.octets ?? 0) <= limits.heldOctets, `${held?.octets} octets of held sets`);
  assert.ok(use.templateFields >= 0 && use.templateFields <= limits.templateFieldsInAll, "fields in all");
  assert.ok(templates.nameUse.held <= limits.names && use.names <= limits.namesInAll, "names");
  assert.ok(use.samplers >= 0 && use.samplers <= limits.samplersInAll, "samplers in all");
  // Each exporter's first domain of a protocol is always made; two exporters, two protocols.
  assert.ok(use.domains >= 0 && use.domains <= limits.domainsInAll + 4, `${use.domains} domains in all`);
  assert.ok(use.heldSets >= 0 && use.heldSets <= limits.heldSetsInAll, "held sets in all");
  assert.ok(use.heldOctets >= 0 && use.heldOctets <= limits.heldOctetsInAll, "held octets in all");
}

/** The same under limits so small that every one is reached, into a batch that is often full, as time goes on. */
function decodeTiny(message: Uint8Array, exporter: Exporter, index: number): void {
  const from = small.rowCount;
  const arrivalMs = 1_700_000_000_000 + index * 25_000;
  let outcome = decode(tiny, message, 0, message.length, exporter, small, arrivalMs);
  if (outcome.status === "batchFull") {
    assert.equal(small.rowCount, from, "a full batch has grown");
    small.rowCount = 0;
    outcome = decode(tiny, message, 0, message.length, exporter, small, arrivalMs);
    // Without sets there is nothing to pass over: a message larger than the whole batch stays undecoded.
    assert.ok(
      outcome.status !== "batchFull" || outcome.version === 105 || outcome.version < 9,
      "an empty batch is full",
    );
  }
  assert.ok(small.rowCount <= small.capacity, "more rows than the batch has");
  checkLimits(exporter, tiny);
}

/** The outcome with its counts in powers of two: inputs alike have the same word. */
function wordOf(outcome: DecodeOutcome): string {
  let word = `${outcome.version}${outcome.status}`;
  for (const [name, value] of Object.entries(outcome)) {
    if (!counts.has(name) || value === 0) continue;
    word += `,${name}${Math.min(32 - Math.clz32(value as number), 3)}`;
  }
  return word;
}

/** The counters of an outcome; what is copied from a header is none. */
const counts = new Set(
  Object.keys(exactOutcome()).filter(
    (name) =>
      !/^(status|version|observationDomainId|sequenceNumber|exportTimeMs|sysUpTimeMs|agentAddress)$/.test(
        name,
      ),
  ),
);

function exactOutcome(): DecodeOutcome {
  return decode(decoder, new Uint8Array(0), 0, 0, new Exporter("192.0.2.1", 0), small);
}
