import assert from "node:assert/strict";
import { test } from "node:test";
import { Decoder } from "../decode/decoder.ts";
import { Exporter } from "../exporter/exporter.ts";
import { FlowBatch, SamplingOrigin } from "../flow/batch.ts";

const word = (value: number) => value.toString(16).padStart(4, "0");
const long = (value: number) => value.toString(16).padStart(8, "0");
const set = (id: number, body: string) => {
  const octets = body.replaceAll(" ", "");
  return `${word(id)}${word(4 + octets.length / 2)}${octets}`;
};

class Session {
  readonly decoder: Decoder;
  readonly exporter = new Exporter("192.0.2.1", 0);
  readonly batch = new FlowBatch(64);

  constructor(decoder = new Decoder()) {
    this.decoder = decoder;
  }

  /** One IPFIX message; what it appended. */
  send(domain: number, ...sets: string[]): { intervals: number[]; origins: number[]; rejected: number } {
    const body = sets.join("");
    const hex = `000a${word(16 + body.length / 2)} 5f5e1000 00000003 ${long(domain)} ${body}`;
    const bytes = new Uint8Array(Buffer.from(hex.replaceAll(" ", ""), "hex"));
    const view = new DataView(bytes.buffer);
    this.batch.rowCount = 0;
    const outcome = this.decoder.decode(bytes, view, 0, bytes.length, this.exporter, 0, this.batch);
    const rows = this.batch.rowCount;
    return {
      intervals: [...this.batch.samplingInterval.subarray(0, rows)],
      origins: [...this.batch.samplingOrigin.subarray(0, rows)],
      rejected: outcome.samplersRejected,
    };
  }
}

// Template 256: octets, selectorId, ingressInterface. Template 258: octets alone.
const flows = set(2, "0100 0003 0001 0004 012e 0004 000a 0004") + set(2, "0102 0001 0001 0004");
const flow = (selector: number, ingress = 0) => `00000064 ${long(selector)} ${long(ingress)}`;
/** Options: scope selectorId, samplingPacketInterval, samplingPacketSpace. */
const samplers = set(3, "0101 0003 0001 012e 0004 0131 0004 0132 0004");
const sampler = (id: number, interval: number, space: number) =>
  `${long(id)} ${long(interval)} ${long(space)}`;

const { options, record, override, unknown } = SamplingOrigin;

test("a record has the interval of the sampler that it names", () => {
  const { intervals, origins } = new Session().send(
    5,
    flows + samplers,
    set(257, sampler(1, 1, 99) + sampler(2, 1, 999)),
    set(256, flow(1) + flow(2) + flow(1)),
  );
  assert.deepEqual(intervals, [100, 1000, 100]);
  assert.deepEqual(origins, [options, options, options]);
});

test("a sampler told in domain 0 holds for all domains, but the domain's own goes first", () => {
  const session = new Session();
  session.send(0, samplers, set(257, sampler(1, 1, 99) + sampler(2, 1, 199)));
  session.send(5, flows + samplers, set(257, sampler(2, 1, 999)));
  assert.deepEqual(session.send(5, set(256, flow(1) + flow(2))).intervals, [100, 1000]);
});

test("a record that names no sampler has the interval of the only one", () => {
  const session = new Session();
  session.send(5, flows + samplers, set(257, sampler(7, 1, 511)));
  assert.deepEqual(session.send(5, set(256, flow(0)), set(258, "00000064")).intervals, [512, 512]);
  session.send(5, set(257, sampler(8, 1, 1)));
  const two = session.send(5, set(256, flow(0)), set(258, "00000064"));
  assert.deepEqual(two.intervals, [0, 0]);
  assert.deepEqual(two.origins, [unknown, unknown]);
});

test("a sampler that is named but not known is not taken for the only one", () => {
  const session = new Session();
  session.send(5, flows + samplers, set(257, sampler(7, 1, 511)));
  const { intervals, origins } = session.send(5, set(256, flow(9)));
  assert.deepEqual(intervals, [0]);
  assert.deepEqual(origins, [unknown]);
});

test("an interval told for the whole domain holds for records of no sampler", () => {
  const session = new Session();
  // Scope exportingProcessId, samplingInterval.
  const options3 = set(3, "0103 0002 0001 0090 0004 0022 0004");
  const { intervals } = session.send(
    5,
    flows + options3,
    set(259, "00000001 000003e8"),
    set(258, "00000064"),
  );
  assert.deepEqual(intervals, [1000]);
});

test("an interval told for an interface holds for records that came in through it", () => {
  const session = new Session();
  const options4 = set(3, "0104 0002 0001 000a 0004 0022 0004");
  session.send(5, flows + options4, set(260, "00000003 00000064 00000004 000003e8"));
  assert.deepEqual(session.send(5, set(256, flow(0, 3) + flow(0, 4) + flow(0, 5))).intervals, [100, 1000, 0]);
});

test("population over size goes before the packet interval of 1 that Cisco IOS XR sends beside it", () => {
  const options5 = set(3, "0105 0004 0001 012e 0004 0131 0004 0135 0004 0136 0004");
  const { intervals } = new Session().send(
    5,
    flows + options5,
    set(261, "00000001 00000001 00000001 00000100"),
    set(256, flow(1)),
  );
  assert.deepEqual(intervals, [256]);
});

test("a packet interval of 1 without a space is no interval, of more than 1 it is N", () => {
  const session = new Session();
  const options6 = set(3, "0106 0002 0001 012e 0004 0131 0004");
  session.send(5, flows + options6, set(262, "00000001 00000001 00000002 00000400"));
  assert.deepEqual(session.send(5, set(256, flow(1) + flow(2))).intervals, [0, 1024]);
});

test("what the record tells goes before options data, the override before both", () => {
  const session = new Session();
  // Octets, selectorId, samplingInterval.
  const told = set(2, "0107 0003 0001 0004 012e 0004 0022 0004");
  session.send(5, told + samplers, set(257, sampler(1, 1, 99)));
  const data = set(263, "00000064 00000001 00000200 00000064 00000001 00000000");
  const first = session.send(5, data);
  assert.deepEqual(first.intervals, [512, 100]);
  assert.deepEqual(first.origins, [record, options]);
  session.exporter.samplingOverride = 64;
  const second = session.send(5, data);
  assert.deepEqual(second.intervals, [64, 64]);
  assert.deepEqual(second.origins, [override, override]);
});

test("the operator's default is the last resort", () => {
  const session = new Session();
  session.exporter.samplingDefault = 2048;
  session.send(5, flows);
  const { intervals, origins } = session.send(5, set(256, flow(0)), set(258, "00000064"));
  assert.deepEqual(intervals, [2048, 2048]);
  assert.deepEqual(origins, [SamplingOrigin.default, SamplingOrigin.default]);
});

test("a sampler told anew counts from the next set on", () => {
  const session = new Session();
  session.send(5, flows + samplers, set(257, sampler(1, 1, 99)));
  const { intervals } = session.send(5, set(256, flow(1)), set(257, sampler(1, 1, 199)), set(256, flow(1)));
  assert.deepEqual(intervals, [100, 200]);
});

test("samplers are bounded and the rest counted", () => {
  const session = new Session(new Decoder({ samplers: 2 }));
  const { rejected } = session.send(
    5,
    samplers,
    set(257, sampler(1, 1, 1) + sampler(2, 1, 1) + sampler(3, 1, 1) + sampler(2, 1, 3)),
  );
  assert.equal(rejected, 1);
});

test("samplers are bounded over all exporters, and the room of a dropped domain is given back", () => {
  const limits = { samplersInAll: 3, domains: 2, domainsInAll: 3 };
  const decoder = new Decoder(limits);
  const [one, two] = [new Session(decoder), new Session(decoder)];
  const both = set(257, sampler(1, 1, 1) + sampler(2, 1, 1));
  assert.equal(one.send(1, samplers, both).rejected, 0);
  assert.equal(two.send(1, samplers, both).rejected, 1);
  assert.deepEqual([decoder.use.samplers, decoder.use.domains], [3, 2]);
  one.send(2, samplers);
  one.send(3, samplers);
  assert.deepEqual([decoder.use.samplers, decoder.use.domains], [1, 3]);
  assert.equal(two.send(1, both).rejected, 0);
  // No room for a third of all: the second exporter's own makes room for its new one.
  two.send(2, samplers);
  assert.deepEqual([decoder.use.samplers, decoder.use.domains], [0, 3]);
  assert.deepEqual([...two.exporter.templates.domains(false).keys()], [2]);
  decoder.forget(one.exporter);
  decoder.forget(two.exporter);
  assert.deepEqual([decoder.use.samplers, decoder.use.domains], [0, 0]);
});
