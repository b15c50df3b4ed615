import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Exporter } from "../exporter/exporter.ts";
import { FlowBatch } from "../flow/batch.ts";
import { readMessage } from "../message/read.ts";
import { Decoder } from "./decoder.ts";
import type { DecodeOutcome } from "./outcome.ts";

const limits = {
  domains: 4,
  templates: 16,
  fieldsPerTemplate: 64,
  samplers: 8,
  compiledLayouts: 8,
  heldSets: 6,
  heldOctets: 2048,
};

/** Header of each protocol: version, then whatever its fields say. */
const protocol = fc.constantFrom(
  { version: 1, header: 16 },
  { version: 5, header: 24 },
  { version: 6, header: 24 },
  { version: 7, header: 24 },
  { version: 9, header: 20 },
  { version: 10, header: 16 },
);

const word = fc.oneof(fc.nat(0xffff), fc.constantFrom(0, 1, 2, 3, 4, 255, 256, 257, 258, 0x8001, 0xffff));
const elements = [
  1, 2, 4, 7, 8, 11, 12, 21, 22, 27, 28, 34, 48, 61, 82, 150, 152, 154, 160, 231, 232, 302, 305,
];
const type = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...elements) }, { weight: 1, arbitrary: word });
const length = fc.oneof(
  { weight: 40, arbitrary: fc.constantFrom(1, 2, 3, 4, 8, 16) },
  { weight: 1, arbitrary: fc.constantFrom(0, 0xffff) },
  { weight: 1, arbitrary: word },
);
const field = fc.record({ type, length, reverse: fc.boolean() });
/** Mostly what it should be, sometimes a little off. */
const lie = fc.oneof(
  { weight: 30, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: -6, max: 6 }) },
);
const templateId = fc.integer({ min: 256, max: 259 });

type Field = { type: number; length: number; reverse: boolean };
type MadeSet = { id: number; octets: number[]; lie: number };

const octetsOf = (words: readonly number[]) => words.flatMap((value) => [(value >> 8) & 255, value & 255]);

/** Field specifiers; in IPFIX some are of the reverse enterprise (RFC 5103). */
function specifiers(fields: readonly Field[], netflow9: boolean): number[] {
  return fields.flatMap((made) => {
    if (netflow9) return [made.type, made.length];
    if (made.reverse) return [(made.type & 0x7fff) | 0x8000, made.length, 0, 29305];
    return [made.type & 0x7fff, made.length];
  });
}

const templateSet = (netflow9: boolean): fc.Arbitrary<MadeSet> =>
  fc
    .record({ templateId, fields: fc.array(field, { minLength: 1, maxLength: 8 }), countLie: lie, lie })
    .map((made) => ({
      id: netflow9 ? 0 : 2,
      octets: octetsOf([
        made.templateId,
        Math.max(0, made.fields.length + made.countLie),
        ...specifiers(made.fields, netflow9),
      ]),
      lie: made.lie,
    }));

const optionsTemplateSet = (netflow9: boolean): fc.Arbitrary<MadeSet> =>
  fc
    .record({ templateId, fields: fc.array(field, { minLength: 1, maxLength: 6 }), scope: fc.nat(8), lie })
    .map((made) => {
      const { fields } = made;
      const scope = made.scope === 8 ? 8 : Math.min(made.scope, fields.length);
      const counts = netflow9 ? [4 * scope, 4 * Math.max(0, fields.length - scope)] : [fields.length, scope];
      return {
        id: netflow9 ? 1 : 3,
        octets: octetsOf([made.templateId, ...counts, ...specifiers(fields, netflow9)]),
        lie: made.lie,
      };
    });

const dataSet: fc.Arbitrary<MadeSet> = fc
  .record({
    id: fc.integer({ min: 254, max: 260 }),
    octets: fc.uint8Array({ maxLength: 150, size: "max" }),
    lie,
  })
  .map(({ id, octets, lie: off }) => ({ id, octets: Array.from(octets), lie: off }));

/** A NetFlow v9 or IPFIX message that begins with templates more often than not. */
const message = fc.constantFrom(9, 10).chain((version) => {
  const netflow9 = version === 9;
  const anySet = fc.oneof(
    { weight: 2, arbitrary: templateSet(netflow9) },
    { weight: 1, arbitrary: optionsTemplateSet(netflow9) },
    { weight: 5, arbitrary: dataSet },
  );
  return fc
    .record({
      domain: fc.nat(1),
      first: fc.array(templateSet(netflow9), { maxLength: 3 }),
      rest: fc.array(anySet, { maxLength: 8, size: "max" }),
    })
    .map(({ domain, first, rest }) => assemble(version, domain, [...first, ...rest]));
});

function assemble(version: number, domain: number, sets: readonly MadeSet[]): Uint8Array {
  const header = version === 9 ? 20 : 16;
  const total = sets.reduce((sum, { octets }) => sum + 4 + octets.length, header);
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, version);
  view.setUint16(2, version === 9 ? 1 : total);
  view.setUint32(header - 4, domain);
  let offset = header;
  for (const set of sets) {
    view.setUint16(offset, set.id);
    view.setUint16(offset + 2, Math.max(0, 4 + set.octets.length + set.lie));
    bytes.set(set.octets, offset + 4);
    offset += 4 + set.octets.length;
  }
  return bytes;
}

function check(outcome: DecodeOutcome, batch: FlowBatch, before: number): void {
  assert.equal(batch.rowCount, before + outcome.rows);
  assert.ok(batch.rowCount <= batch.capacity);
  assert.ok(outcome.rows <= 2 * (outcome.dataRecords + outcome.releasedRecords));
  assert.ok(outcome.nonFlowRecords <= outcome.dataRecords + outcome.releasedRecords);
  assert.ok(outcome.heldSets <= outcome.undecodedSets);
}

class Receiver {
  readonly decoder = new Decoder(limits);
  readonly exporter = new Exporter("192.0.2.1", 0);
  readonly codec = new Exporter("192.0.2.1", 0);
  readonly batch: FlowBatch;

  constructor(capacity: number) {
    this.batch = new FlowBatch(capacity);
  }

  /** Decodes, flushing as often as the batch is full; rows appended in all. */
  take(bytes: Uint8Array, offset = 0, size = bytes.length): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let attempt = 0; attempt < 2; attempt++) {
      const before = this.batch.rowCount;
      const outcome = this.decoder.decode(bytes, view, offset, size, this.exporter, 0, this.batch);
      check(outcome, this.batch, before);
      if (outcome.status !== "batchFull") return outcome.rows;
      assert.ok(before > 0, "an empty batch is never full");
      this.batch.rowCount = 0;
    }
    throw new Error("full twice");
  }
}

test("arbitrary bytes after any version never throw", () => {
  fc.assert(
    fc.property(protocol, fc.uint8Array({ maxLength: 200 }), ({ version, header }, rest) => {
      const bytes = new Uint8Array(Math.max(2, rest.length + (rest.length % 2 === 0 ? header : 0)));
      bytes.set(rest, bytes.length - rest.length);
      bytes[0] = 0;
      bytes[1] = version;
      const receiver = new Receiver(64);
      receiver.take(bytes);
      readMessage(bytes, 0, bytes.length, receiver.codec);
    }),
  );
});

test("messages of made-up templates, lying lengths and made-up data never throw, and stay in bounds", () => {
  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 6 }), (messages) => {
      const receiver = new Receiver(256);
      for (const bytes of messages) {
        receiver.take(bytes);
        readMessage(bytes, 0, bytes.length, receiver.codec, limits);
        assert.ok(receiver.exporter.templates.count <= limits.templates);
        for (const domain of receiver.exporter.templates.domains(true).values()) {
          assert.ok(domain.sampling.samplers.size <= limits.samplers);
        }
      }
    }),
    { numRuns: 1000 },
  );
});

test("the codec and the column decoder find the same records", () => {
  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 4 }), (messages) => {
      const decoder = new Decoder();
      const exporter = new Exporter("192.0.2.1", 0);
      const codec = new Exporter("192.0.2.1", 0);
      const batch = new FlowBatch(4096);
      for (const bytes of messages) {
        batch.rowCount = 0;
        const outcome = decoder.decode(
          bytes,
          new DataView(bytes.buffer),
          0,
          bytes.length,
          exporter,
          0,
          batch,
        );
        const read = readMessage(bytes, 0, bytes.length, codec);
        const count = (kind: string) =>
          read.sets.filter((set) => set.kind === kind).reduce((sum, set) => sum + set.records.length, 0);
        assert.equal(outcome.dataRecords, count("data"));
        assert.equal(outcome.optionsRecords, count("options"));
        assert.equal(outcome.undecodedSets, read.sets.filter((set) => set.kind === "undecoded").length);
        assert.equal(outcome.templates + outcome.optionsTemplates, countTemplates(read.sets));
        assert.equal(outcome.status, "status" in read ? read.status : "");
      }
    }),
    { numRuns: 1000 },
  );
});

function countTemplates(sets: readonly { kind: string; records: readonly object[] }[]): number {
  return sets
    .filter((set) => set.kind === "template" || set.kind === "optionsTemplate")
    .flatMap((set) => set.records)
    .filter((record) => !("withdrawn" in record)).length;
}

test("every truncation of a message is safe and reads nothing behind its end", () => {
  fc.assert(
    fc.property(message, message, (first, second) => {
      for (let size = 0; size <= second.length; size++) {
        // What lies behind the cut must not matter: two different tails, one result.
        const results = [0x00, 0xff].map((filling) => {
          const receiver = new Receiver(256);
          receiver.take(first);
          const bytes = new Uint8Array(second.length + 16).fill(filling);
          bytes.set(second.subarray(0, size), 8);
          receiver.take(bytes, 8, size);
          return JSON.stringify(columnsOf(receiver.batch));
        });
        assert.equal(results[0], results[1]);
      }
    }),
    { numRuns: 30 },
  );
});

test("how the rows are cut into batches does not change them", () => {
  let rowsInAll = 0;
  let flushes = 0;
  fc.assert(
    fc.property(fc.array(fc.tuple(message, fc.nat(40)), { maxLength: 8 }), (messages) => {
      const whole = new Receiver(65_536);
      // Holds any one message and all that waits for its templates: two rows an octet at most.
      const cut = new Receiver(8192);
      const rows: number[][] = [];
      for (const [bytes, space] of messages) {
        whole.take(bytes);
        const before = cut.batch.capacity - space;
        cut.batch.rowCount = before;
        const appended = cut.take(bytes);
        const start = cut.batch.rowCount - appended;
        if (start !== before) {
          assert.equal(start, 0);
          flushes++;
        }
        rows.push(...columnsOf(cut.batch, start));
      }
      rowsInAll += rows.length;
      assert.deepEqual(rows, columnsOf(whole.batch));
    }),
    { numRuns: 300 },
  );
  assert.ok(rowsInAll > 100, "the made-up messages have rows");
  assert.ok(flushes > 10, "batches were full");
});

/** The rows of a batch from `first` on, each as an array of all its columns. */
function columnsOf(batch: FlowBatch, first = 0): number[][] {
  const columns = Object.values(batch).filter((column) => ArrayBuffer.isView(column)) as Uint8Array[];
  return Array.from({ length: batch.rowCount - first }, (_, index) => first + index).map((row) =>
    columns.flatMap((column) => {
      const words = column.length / batch.capacity;
      return Array.from(column.subarray(words * row, words * (row + 1)));
    }),
  );
}

test("a template of 65,535 fields is malformed, not a loop or an allocation", () => {
  const bytes = new Uint8Array(65_535);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 9);
  view.setUint16(20, 0);
  view.setUint16(22, 65_515);
  view.setUint16(24, 256);
  view.setUint16(26, 0xffff);
  const decoder = new Decoder();
  const exporter = new Exporter("192.0.2.1", 0);
  const outcome = decoder.decode(bytes, view, 0, bytes.length, exporter, 0, new FlowBatch(8));
  assert.equal(outcome.malformedSets, 1);
  assert.equal(exporter.templates.count, 0);
});

test("spoofed templates of a million domains and ids hold no more than the limits", () => {
  const decoder = new Decoder(limits);
  const exporter = new Exporter("192.0.2.1", 0);
  const batch = new FlowBatch(8);
  const bytes = new Uint8Array(
    Buffer.from("000a001c0000000000000000000000000002000c0100000100010004", "hex"),
  );
  const view = new DataView(bytes.buffer);
  let evicted = 0;
  for (let round = 0; round < 20_000; round++) {
    view.setUint32(12, Math.imul(round, 2_654_435_761));
    view.setUint16(20, 256 + (round % 60_000));
    evicted += decoder.decode(bytes, view, 0, bytes.length, exporter, 0, batch).templatesEvicted;
    assert.ok(exporter.templates.count <= limits.templates);
    assert.ok(exporter.templates.domains(false).size <= limits.domains);
  }
  assert.equal(evicted, 20_000 - exporter.templates.count);
});

test("records of one octet in the largest message fill a batch once and are never refused forever", () => {
  const template = Buffer.from("000a001c0000000000000000000000000002000c0100000100010001", "hex");
  const receiver = new Receiver(100_000);
  receiver.take(new Uint8Array(template));
  const bytes = new Uint8Array(65_507);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 10);
  view.setUint16(2, bytes.length);
  view.setUint16(16, 256);
  view.setUint16(18, bytes.length - 16);
  assert.equal(receiver.take(bytes), bytes.length - 20);
  assert.equal(receiver.take(bytes), bytes.length - 20);
});
