import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress } from "../address/format.ts";
import { Decoder } from "../decode/decoder.ts";
import { Exporter } from "../exporter/exporter.ts";
import { FlowBatch } from "../flow/batch.ts";

const header = (domain = 5) =>
  // version, count (wrong on purpose), uptime 2,000 ms, 2020-09-13T12:26:40, sequence, source id
  `0009 ffff 000007d0 5f5e1000 00000003 ${domain.toString(16).padStart(8, "0")}`;
// Template 256: source, destination, octets, packets, first and last switched.
const template = "0000 0020 0100 0006 0008 0004 000c 0004 0001 0004 0002 0004 0016 0004 0015 0004";
const record = (octets: string) => `c0000201 c6336402 ${octets} 00000002 000003e8 000005dc`;
const data = (...octets: string[]) =>
  `0100 ${(4 + 24 * octets.length).toString(16).padStart(4, "0")} ${octets.map(record).join(" ")}`;

class Session {
  readonly decoder = new Decoder();
  readonly exporter = new Exporter("192.0.2.1", 0);
  readonly batch = new FlowBatch(64);

  send(...lines: string[]) {
    const bytes = new Uint8Array(Buffer.from(lines.join("").replaceAll(" ", ""), "hex"));
    return this.decoder.decode(
      bytes,
      new DataView(bytes.buffer),
      0,
      bytes.length,
      this.exporter,
      0,
      this.batch,
    );
  }
}

test("a template and its records in one message become rows, whatever the header counts", () => {
  const session = new Session();
  const outcome = session.send(header(), template, data("00000064", "000000c8"));
  assert.equal(outcome.status, "decoded");
  assert.equal(outcome.templates, 1);
  assert.equal(outcome.dataRecords, 2);
  assert.equal(outcome.rows, 2);
  assert.equal(outcome.observationDomainId, 5);
  assert.deepEqual([...session.batch.octetDeltaCount.subarray(0, 2)], [100, 200]);
  assert.equal(formatAddress(session.batch.sourceAddress, 4), "192.0.2.1");
  assert.equal(session.batch.flowStartMs[0], 1_600_000_000_000 - 1000);
  assert.equal(session.batch.flowEndMs[0], 1_600_000_000_000 - 500);
});

test("a set after one of an unknown template is still decoded", () => {
  const session = new Session();
  const outcome = session.send(header(), "0190 0008 deadbeef", template, data("00000064"));
  assert.equal(outcome.undecodedSets, 1);
  assert.equal(outcome.rows, 1);
  assert.equal(outcome.status, "decoded");
});

test("a set after a bad template set is still decoded", () => {
  const session = new Session();
  // A template of 100 fields in a set that holds one.
  const outcome = session.send(header(), "0000 000c 0101 0064 0008 0004", template, data("00000064"));
  assert.equal(outcome.malformedSets, 1);
  assert.equal(outcome.rows, 1);
});

test("uptimes are taken modulo 2^32", () => {
  const session = new Session();
  // The flow began 1,000 ms before the uptime wrapped to 0.
  const wrapped = data("00000064").replace("000003e8 000005dc", "fffffc18 000007d5");
  session.send(header(), template, wrapped);
  assert.equal(session.batch.flowStartMs[0], 1_600_000_000_000 - 3000);
  // And ended 5 ms after the clock of the header.
  assert.equal(session.batch.flowEndMs[0], 1_600_000_000_005);
});

test("templates belong to one source id", () => {
  const session = new Session();
  session.send(header(5), template);
  const outcome = session.send(header(6), data("00000064"));
  assert.equal(outcome.undecodedSets, 1);
  assert.equal(outcome.rows, 0);
});

test("a template sent again with another layout replaces the first from there on", () => {
  const session = new Session();
  session.send(header(), template);
  const other = "0000 0010 0100 0002 0001 0004 0002 0004";
  const outcome = session.send(header(), other, "0100 000c 000000ff 00000001");
  assert.equal(outcome.templates, 1);
  assert.equal(outcome.templateChanges, 1);
  assert.equal(session.batch.octetDeltaCount[0], 255);
  const again = session.send(header(), other);
  assert.equal(again.templateChanges, 0);
});

test("zeros after the last set are padding", () => {
  const outcome = new Session().send(header(), template, data("00000064"), "00000000 00000000");
  assert.equal(outcome.malformedSets, 0);
  assert.equal(outcome.rows, 1);
});

test("a set that is longer than the datagram gives its complete records", () => {
  const session = new Session();
  const outcome = session.send(header(), template, data("00000064", "000000c8").slice(0, 70));
  assert.equal(outcome.status, "truncated");
  assert.equal(outcome.malformedSets, 1);
  assert.equal(outcome.rows, 1);
});

test("a set length under 4 ends the message", () => {
  const outcome = new Session().send(header(), template, "0100 0000 01020304", data("00000064"));
  assert.equal(outcome.malformedSets, 1);
  assert.equal(outcome.rows, 0);
});

test("records with neither octets nor packets are counted, not appended", () => {
  const session = new Session();
  const outcome = session.send(
    header(),
    "0000 0010 0100 0002 0008 0004 00e6 0001", // source address, NAT event
    "0100 000e c0000201 01 c0000202 02",
  );
  assert.equal(outcome.dataRecords, 2);
  assert.equal(outcome.nonFlowRecords, 2);
  assert.equal(outcome.rows, 0);
});

test("options data become no rows, and the scope is no field of the flow", () => {
  const session = new Session();
  const outcome = session.send(
    header(),
    "0001 0012 0101 0004 0004 0001 0004 0022 0004", // scope System, samplingInterval
    "0101 000c c0000201 00000200",
  );
  assert.equal(outcome.optionsTemplates, 1);
  assert.equal(outcome.optionsRecords, 1);
  assert.equal(outcome.dataRecords, 0);
  assert.equal(outcome.rows, 0);
});

test("a full batch takes nothing and learns nothing, an empty one takes it", () => {
  const session = new Session();
  session.send(header(), template);
  session.batch.rowCount = 63;
  const refused = session.send(header(), data("00000064", "000000c8"));
  assert.equal(refused.status, "batchFull");
  assert.equal(session.batch.rowCount, 63);
  session.batch.rowCount = 0;
  assert.equal(session.send(header(), data("00000064", "000000c8")).rows, 2);
});

test("an empty batch that is too small for a set passes it over and is never full", () => {
  const session = new Session();
  const octets = Array.from({ length: 65 }, () => "00000064");
  const outcome = session.send(header(), template, data(...octets), data("000000c8"));
  assert.equal(outcome.status, "decoded");
  assert.equal(outcome.malformedSets, 1);
  assert.equal(outcome.rows, 1);
});
