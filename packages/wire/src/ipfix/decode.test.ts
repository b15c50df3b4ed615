import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress } from "../address/format.ts";
import { Decoder } from "../decode/decoder.ts";
import { Exporter } from "../exporter/exporter.ts";
import { FlowBatch } from "../flow/batch.ts";

const word = (value: number) => value.toString(16).padStart(4, "0");

class Session {
  readonly decoder: Decoder;
  readonly exporter = new Exporter("192.0.2.1", 0);
  readonly batch = new FlowBatch(64);

  constructor(decoder = new Decoder()) {
    this.decoder = decoder;
  }

  /** One message of these sets: export time 2020-09-13T12:26:40, observation domain 5. */
  send(...sets: string[]) {
    const body = sets.join("").replaceAll(" ", "");
    return this.sendHex(`000a${word(16 + body.length / 2)} 5f5e1000 00000003 00000005 ${body}`);
  }

  sendHex(hex: string) {
    const bytes = new Uint8Array(Buffer.from(hex.replaceAll(" ", ""), "hex"));
    const view = new DataView(bytes.buffer);
    return this.decoder.decode(bytes, view, 0, bytes.length, this.exporter, 0, this.batch);
  }
}

const set = (id: number, body: string) => {
  const octets = body.replaceAll(" ", "");
  return `${word(id)}${word(4 + octets.length / 2)}${octets}`;
};
// Template 256: octets (8), packets in reduced size (3), source (IPv6), an interface name of variable
// length, an enterprise element, destination (IPv6).
const template = set(2, "0100 0006 0001 0008 0002 0003 001b 0010 0052 ffff 8007 0002 00007ed9 001c 0010");
const six = (last: string) => `20010db8 00000000 00000000 ${last}`;
const record = (name: string) =>
  `00000001 00000000 000102 ${six("00000001")} ${name} ffff ${six("00000002")}`;

test("fields after a variable-length one are found, in its short form and in its long form", () => {
  const session = new Session();
  const outcome = session.send(
    template,
    set(256, record("03 657468") + record("ff 0004 65746830") + record("00")),
  );
  assert.equal(outcome.status, "decoded");
  assert.equal(outcome.rows, 3);
  assert.equal(outcome.malformedRecords, 0);
  for (let row = 0; row < 3; row++) {
    assert.equal(session.batch.octetDeltaCount[row], 2 ** 32);
    assert.equal(session.batch.packetDeltaCount[row], 0x0102);
    assert.equal(formatAddress(session.batch.sourceAddress, 4 * row), "2001:db8::1");
    assert.equal(formatAddress(session.batch.destinationAddress, 4 * row), "2001:db8::2");
  }
});

test("a variable-length record that its set cuts off is counted, those before it stay", () => {
  const session = new Session();
  const cut = record("ff ffff 00").replaceAll(" ", "");
  const outcome = session.send(template, set(256, record("03 657468") + cut), set(256, record("00")));
  assert.equal(outcome.malformedRecords, 1);
  assert.equal(outcome.rows, 2);
});

test("padding after the last record of variable length is not a record", () => {
  const outcome = new Session().send(template, set(256, `${record("00")} 000000`));
  assert.equal(outcome.rows, 1);
  assert.equal(outcome.malformedRecords, 0);
});

test("over TCP a withdrawn template is unknown", () => {
  const session = new Session();
  session.exporter.overStream = true;
  session.send(template);
  const outcome = session.send(set(2, "0100 0000"), set(256, record("00")));
  assert.equal(outcome.templateWithdrawals, 1);
  assert.equal(outcome.undecodedSets, 1);
});

test("over TCP withdrawing all templates leaves the options templates", () => {
  const session = new Session();
  session.exporter.overStream = true;
  const options = set(3, "0101 0002 0001 0095 0004 00a0 0008");
  session.send(template, options);
  assert.equal(session.send(set(2, "0002 0000")).templateWithdrawals, 1);
  assert.equal(session.exporter.templates.count, 1);
  assert.equal(session.send(set(3, "0003 0000")).templateWithdrawals, 1);
  assert.equal(session.exporter.templates.count, 0);
});

test("withdrawals of an id that is not known, of the other kind, of too small an id and of nothing change nothing", () => {
  const session = new Session();
  session.exporter.overStream = true;
  assert.equal(session.send(set(2, "0100 0000"), set(2, "0002 0000")).templateWithdrawals, 0);
  session.send(template);
  assert.equal(session.send(set(3, "0100 0000"), set(3, "0003 0000")).templateWithdrawals, 0);
  assert.equal(session.send(set(2, "00ff 0000")).malformedSets, 1);
  assert.equal(session.exporter.templates.count, 1);
});

test("over UDP withdrawals are ignored and counted", () => {
  const session = new Session();
  session.send(template);
  const outcome = session.send(set(2, "0100 0000"), set(2, "0002 0000"), set(256, record("00")));
  assert.equal(outcome.withdrawalsIgnored, 2);
  assert.equal(outcome.templateWithdrawals, 0);
  assert.equal(outcome.dataRecords, 1);
});

test("uptimes count from the systemInitTimeMilliseconds of the options data", () => {
  const session = new Session();
  const flows = set(2, "0100 0003 0001 0004 0016 0004 0015 0004");
  const flow = set(256, "00000064 000003e8 000007d0");
  session.send(flows, flow);
  assert.equal(session.batch.flowEndMs[0], 0);
  // The exporter started 10 s before 2020-09-13T12:26:40.
  session.send(set(3, "0101 0002 0001 0095 0004 00a0 0008"), set(257, "00000005 00000174876e58f0"), flow);
  assert.equal(session.batch.flowStartMs[1], 1_600_000_000_000 - 10_000 + 1000);
  assert.equal(session.batch.flowEndMs[1], 1_600_000_000_000 - 10_000 + 2000);
});

test("a message longer than the datagram is read as far as it goes", () => {
  const session = new Session();
  session.send(set(2, "0100 0001 0001 0004"));
  const outcome = session.sendHex("000a 0100 5f5e1000 00000003 00000005 0100 00f0 00000064 000000c8 0000");
  assert.equal(outcome.status, "truncated");
  assert.equal(outcome.rows, 2);
});

test("octets after the message are left alone", () => {
  const session = new Session();
  session.send(set(2, "0100 0001 0001 0004"));
  const outcome = session.sendHex(
    "000a 0018 5f5e1000 00000003 00000005 0100 0008 00000064 0100 0008 00000064",
  );
  assert.equal(outcome.status, "decoded");
  assert.equal(outcome.rows, 1);
});

test("a biflow is two rows, the second turned round", () => {
  const session = new Session();
  const biflow = set(
    2,
    // source, destination, ports, octets, packets, reverse octets, reverse packets (RFC 5103)
    "0100 0008 0008 0004 000c 0004 0007 0002 000b 0002 0001 0004 0002 0004 8001 0004 00007279 8002 0004 00007279",
  );
  const key = "c0000201 c6336402 c350 01bb";
  const outcome = session.send(
    biflow,
    set(256, `${key} 00000064 00000001 000003e8 00000002 ${key} 00000064 00000001 00000000 00000000`),
  );
  assert.equal(outcome.dataRecords, 2);
  assert.equal(outcome.rows, 3);
  const { batch } = session;
  assert.deepEqual([...batch.octetDeltaCount.subarray(0, 3)], [100, 1000, 100]);
  assert.deepEqual([...batch.packetDeltaCount.subarray(0, 3)], [1, 2, 1]);
  assert.equal(formatAddress(batch.sourceAddress, 4), "198.51.100.2");
  assert.equal(formatAddress(batch.destinationAddress, 4), "192.0.2.1");
  assert.equal(batch.sourceTransportPort[1], 443);
  assert.equal(batch.destinationTransportPort[1], 50000);
});

test("octets of layer 2 are reduced by the Ethernet header and the tag, and counted", () => {
  const session = new Session();
  const outcome = session.send(
    set(2, "0100 0003 0160 0004 0002 0004 003a 0002"), // layer2OctetDeltaCount, packets, VLAN
    set(256, "00000400 00000002 0000 00000400 00000002 0064"),
  );
  assert.equal(outcome.layer2OctetRecords, 2);
  assert.deepEqual([...session.batch.octetDeltaCount.subarray(0, 2)], [1024 - 28, 1024 - 36]);
});

test("a limit on fields rejects the template, and its records are of no known template", () => {
  const session = new Session(new Decoder({ fieldsPerTemplate: 5 }));
  const outcome = session.send(template, set(256, record("00")));
  assert.equal(outcome.templatesRejected, 1);
  assert.equal(outcome.undecodedSets, 1);
});

test("past the limit on templates the one not heard of for longest goes", () => {
  const session = new Session(new Decoder({ templates: 2 }));
  const small = (id: number) => set(2, `${word(id)} 0001 0001 0004`);
  session.send(small(256), small(257), small(256));
  const outcome = session.send(small(258));
  assert.equal(outcome.templatesEvicted, 1);
  assert.equal(session.exporter.templates.count, 2);
  const after = session.send(set(256, "00000001"), set(257, "00000001"), set(258, "00000001"));
  assert.equal(after.undecodedSets, 1);
  assert.equal(after.rows, 2);
});

test("past the limit on domains the one with the oldest template goes", () => {
  const session = new Session(new Decoder({ domains: 2 }));
  const of = (domain: number) =>
    session.sendHex(`000a 001c 5f5e1000 00000003 0000${word(domain)} 0002 000c 0100 0001 0001 0004`);
  of(1);
  of(2);
  assert.equal(of(3).templatesEvicted, 1);
  assert.equal(session.exporter.templates.domains(false).size, 2);
  assert.equal(session.exporter.templates.domain(false, 1), undefined);
});

test("a template of no octets is rejected", () => {
  const outcome = new Session().send(set(2, "0100 0002 0001 0000 0002 0000"), set(256, "00000000"));
  assert.equal(outcome.templatesRejected, 1);
  assert.equal(outcome.undecodedSets, 1);
});

test("a template of next to nothing but empty fields is rejected, one with a few is kept", () => {
  const fields = (empty: number) => `0100 ${word(empty + 1)} ${"0052 0000 ".repeat(empty)} 0001 0001`;
  const outcome = new Session().send(set(2, fields(5)), set(256, "01020304"));
  assert.equal(outcome.templatesRejected, 1);
  assert.equal(outcome.undecodedSets, 1);
  const kept = new Session().send(set(2, fields(4)), set(256, "01020304"));
  assert.equal(kept.templatesRejected, 0);
  assert.equal(kept.rows, 4);
});

test("a scope longer than the record, a template id under 256 and a cut options template are malformed", () => {
  const session = new Session();
  assert.equal(session.send(set(3, "0101 0001 0002 0095 0004")).malformedSets, 1);
  assert.equal(session.send(set(2, "00ff 0001 0001 0004")).malformedSets, 1);
  assert.equal(session.send(set(3, "0101 0002")).malformedSets, 1);
  assert.equal(session.exporter.templates.count, 0);
});
