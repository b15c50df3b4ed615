import assert from "node:assert/strict";
import { test } from "node:test";
import { Decoder } from "../decode/decoder.ts";
import { Exporter } from "../exporter/exporter.ts";
import type { DecoderLimits } from "../exporter/limits.ts";
import { FlowBatch } from "../flow/batch.ts";

const minute = 60_000;

class Session {
  readonly decoder: Decoder;
  readonly exporter = new Exporter("192.0.2.1", 0);
  readonly batch = new FlowBatch(64);
  arrivalMs = 1_600_000_000_000;

  constructor(limits: Partial<DecoderLimits> = { templateLifetimeMs: 90 * minute }) {
    this.decoder = new Decoder(limits);
  }

  /** One IPFIX message of domain 5 after so many minutes. */
  send(afterMinutes: number, ...sets: string[]) {
    this.arrivalMs += afterMinutes * minute;
    const body = sets.join("").replaceAll(" ", "");
    const length = (16 + body.length / 2).toString(16).padStart(4, "0");
    const bytes = new Uint8Array(Buffer.from(`000a${length}5f5e10000000000300000005${body}`, "hex"));
    const view = new DataView(bytes.buffer);
    return this.decoder.decode(bytes, view, 0, bytes.length, this.exporter, this.arrivalMs, this.batch);
  }
}

const template = (id: string) => `0002 000c ${id} 0001 0001 0004`;
const data = "0100 0008 00000064";

test("a template that was not sent again within its lifetime is forgotten: its data wait for the next one", () => {
  const session = new Session();
  session.send(0, template("0100"));
  assert.equal(session.send(90, data).rows, 1);
  const late = session.send(1, data);
  assert.deepEqual([late.templatesExpired, late.undecodedSets, late.heldSets, late.rows], [1, 1, 1, 0]);
  const again = session.send(1, template("0100"));
  assert.deepEqual([again.templatesExpired, again.releasedSets, again.rows], [0, 1, 1]);
});

test("a template sent again lives on", () => {
  const session = new Session();
  session.send(0, template("0100"));
  for (let round = 0; round < 5; round++) {
    assert.equal(session.send(60, template("0100"), data).rows, 1);
  }
});

test("templates that no data ask for go when others are sent", () => {
  const session = new Session();
  session.send(0, template("0100"), template("0101"));
  const outcome = session.send(91, template("0100"));
  assert.equal(outcome.templatesExpired, 1);
  assert.equal(session.exporter.templates.count, 1);
});

test("over TCP, and with a lifetime of 0, templates hold", () => {
  const stream = new Session();
  stream.exporter.overStream = true;
  const forever = new Session({ templateLifetimeMs: 0 });
  for (const session of [stream, forever]) {
    session.send(0, template("0100"));
    assert.equal(session.send(1_000_000, template("0101"), data).rows, 1);
  }
});

test("a clock that goes back expires nothing", () => {
  const session = new Session();
  session.send(0, template("0100"));
  assert.equal(session.send(-100_000, data).rows, 1);
  assert.equal(session.send(0, template("0101")).templatesExpired, 0);
});

test("a template changed between two data sets of one message is used from there on", () => {
  const session = new Session();
  session.send(0, template("0100"), data);
  const outcome = session.send(0, data, "0002 000c 0100 0001 0001 0002", "0100 0008 00640065");
  assert.deepEqual([outcome.templateChanges, outcome.rows], [1, 3]);
  assert.deepEqual([...session.batch.octetDeltaCount.subarray(0, 4)], [100, 100, 100, 101]);
});

test("all exporters of a decoder share one bound on templates; a new exporter pushes out no other's", () => {
  const decoder = new Decoder({ templateFieldsInAll: 20 });
  const batch = new FlowBatch(8);
  const send = (exporter: Exporter, hex: string) => {
    const bytes = new Uint8Array(
      Buffer.from(`000a001c5f5e10000000000300000005${hex.replaceAll(" ", "")}`, "hex"),
    );
    return decoder.decode(bytes, new DataView(bytes.buffer), 0, bytes.length, exporter, 0, batch);
  };
  const [first, second] = [new Exporter("192.0.2.1", 0), new Exporter("192.0.2.2", 1)];
  for (const id of ["0100", "0101", "0102"]) assert.equal(send(first, template(id)).templates, 1);
  assert.equal(send(second, template("0100")).templates, 1);
  // The second exporter's next takes its own first one's place; a third finds no room.
  assert.equal(send(second, template("0101")).templatesEvicted, 1);
  assert.equal(send(new Exporter("192.0.2.3", 2), template("0100")).templatesRejected, 1);
  assert.equal(first.templates.count, 3);
  decoder.forget(first);
  assert.equal(decoder.use.templateFields, 5);
});

test("templates of one layout share one compiled decoder, whoever sent them and under whatever id", () => {
  const decoder = new Decoder();
  const batch = new FlowBatch(64);
  const columns = new Set<unknown>();
  for (let index = 0; index < 20; index++) {
    const exporter = new Exporter("192.0.2.1", index);
    const id = (256 + index).toString(16).padStart(4, "0");
    const hex = `000a00245f5e10000000000300000005${template(id)}${id} 0008 00000064`;
    const bytes = new Uint8Array(Buffer.from(hex.replaceAll(" ", ""), "hex"));
    decoder.decode(bytes, new DataView(bytes.buffer), 0, bytes.length, exporter, 0, batch);
    columns.add(exporter.templates.domain(false, 5)?.templates.get(256 + index)?.columns);
  }
  assert.equal(batch.rowCount, 20);
  assert.equal(columns.size, 1);
  assert.ok(!columns.has(undefined));
});
