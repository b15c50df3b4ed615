import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Decoder } from "../decode/decoder.ts";
import { FlowBatch } from "../flow/batch.ts";
import { netflow9ScopeEnterprise } from "../registry/element.ts";
import { Template } from "../template/template.ts";
import { Exporter } from "./exporter.ts";
import { defaultDecoderLimits } from "./limits.ts";
import { restoreExporterState } from "./restore.ts";
import { decodeStates, encodeStates } from "./state-file.ts";
import { type ExporterState, exporterState } from "./state.ts";

const word = fc.integer({ min: 0, max: 0xffff });
const long = fc.integer({ min: 0, max: 0xffff_ffff });

/** A template that a message could have brought. */
const template = fc
  .record({
    netflow9: fc.boolean(),
    domain: fc.oneof(fc.nat(2), long),
    id: fc.integer({ min: 256, max: 300 }),
    scope: fc.nat(2),
    options: fc.boolean(),
    fields: fc.array(fc.record({ enterprise: long, id: word, length: fc.integer({ min: 1, max: 0xffff }) }), {
      minLength: 2,
      maxLength: 6,
    }),
    minute: fc.nat(30_000_000),
  })
  .map(({ netflow9, domain, id, scope, options, fields, minute }) => {
    const scopes = options ? scope : 0;
    const specifiers = fields.map((field, index) => {
      if (!netflow9) return field;
      return { ...field, enterprise: index < scopes ? netflow9ScopeEnterprise : 0 };
    });
    const made = new Template(id, netflow9, options, scopes, specifiers);
    made.refreshedMinute = minute;
    return { domain, made };
  });

const learned = fc
  .record({
    templates: fc.array(template, { maxLength: 20 }),
    samplers: fc.array(fc.tuple(long, fc.integer({ min: 1, max: 0xffff_ffff })), { maxLength: 5 }),
    start: fc.nat(),
    name: fc.string(),
  })
  .map(({ templates, samplers, start, name }) => {
    const exporter = new Exporter("192.0.2.1", 0);
    for (const { domain, made } of templates) exporter.templates.put(domain, made, defaultDecoderLimits);
    const domain = exporter.templates.ensureDomain(7, true, defaultDecoderLimits);
    for (const [sampler, interval] of samplers) domain.sampling.samplers.set(sampler, interval);
    domain.systemInitTimeMs = start;
    domain.names.setInterface(1, name.replaceAll(/\P{L}/gu, ""), "");
    return exporter;
  });

test("the state of an exporter comes back whole, by structured clone and by file", () => {
  fc.assert(
    fc.property(learned, (exporter) => {
      const state = exporterState(exporter);
      const file = decodeStates(encodeStates([{ address: "192.0.2.1", state }]));
      assert.equal(file.status, "states");
      for (const copy of [structuredClone(state), file.status === "states" && file.states[0].state]) {
        const other = new Exporter("192.0.2.1", 0);
        const outcome = restoreExporterState(other, copy as ExporterState);
        assert.equal(outcome.rejected, 0);
        assert.equal(outcome.templates, exporter.templates.count);
        assert.deepEqual(exporterState(other), state);
      }
    }),
    { numRuns: 200 },
  );
});

const message = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(" ", ""), "hex"));
const header = "0009 0001 000f4240 5f5e1000 00000001 00000005";
// Octets, last switched, sampler id; options: scope line card, sampler id, interval.
const templates = `${header} 0000 0014 0100 0003 0001 0004 0015 0004 0030 0001 0001 0016 0101 0004 0008 0003 0002 0030 0001 0022 0004`;
const samplers = `${header} 0101 000b 0001 07 000003e8`;
const data = `${header} 0100 0016 00000064 000f3e58 07 000000c8 000f4240 07`;

function decode(exporter: Exporter, ...messages: string[]): FlowBatch {
  const decoder = new Decoder();
  const batch = new FlowBatch(8);
  for (const bytes of messages.map(message)) {
    decoder.decode(bytes, new DataView(bytes.buffer), 0, bytes.length, exporter, 1.6e12, batch);
  }
  return batch;
}

test("a restored exporter's data become the same rows", () => {
  const first = new Exporter("192.0.2.1", 3);
  const straight = decode(first, templates, samplers, data);
  const second = new Exporter("192.0.2.1", 3);
  restoreExporterState(second, exporterState(first));
  const restored = decode(second, data);
  assert.equal(straight.rowCount, 2);
  assert.equal(restored.rowCount, 2);
  for (const column of ["octetDeltaCount", "flowEndMs", "samplerId", "samplingInterval"] as const) {
    assert.deepEqual(restored[column], straight[column]);
  }
  assert.equal(restored.samplingInterval[1], 1000);
});

test("what messages have taught since stands against the restored state", () => {
  const old = new Exporter("192.0.2.1", 0);
  decode(old, templates, samplers);
  const exporter = new Exporter("192.0.2.1", 0);
  decode(exporter, `${header} 0000 000c 0100 0001 0002 0004`);
  restoreExporterState(exporter, exporterState(old));
  assert.deepEqual(exporter.templates.domain(true, 5)?.templates.get(256)?.fields, [
    { enterprise: 0, id: 2, length: 4 },
  ]);
  assert.equal(exporter.templates.domain(true, 5)?.sampling.samplers.get(7), 1000);
});

test("any JSON as a state is harmless and stays in the bounds", () => {
  const limits = { templates: 3, domains: 2, samplers: 2, fieldsPerTemplate: 4, templateFields: 30 };
  const nearly = fc.record({
    format: fc.constant(1),
    domains: fc.array(
      fc.oneof(
        fc.jsonValue(),
        fc.record({
          version: fc.constantFrom(9, 10),
          observationDomainId: fc.nat(5),
          samplers: fc.array(fc.tuple(fc.nat(9), fc.double())),
          names: fc.jsonValue(),
        }),
      ),
      { maxLength: 5 },
    ),
    templates: fc.array(
      fc.oneof(
        fc.jsonValue(),
        fc.record({
          version: fc.constantFrom(9, 10, 5),
          observationDomainId: fc.oneof(fc.nat(3), fc.jsonValue()),
          id: fc.oneof(fc.integer({ min: 250, max: 260 }), fc.double()),
          options: fc.boolean(),
          scopeFieldCount: fc.nat(2),
          refreshedMs: fc.jsonValue(),
          fields: fc.array(fc.oneof(fc.constantFrom(0, -1, 1, 4, 65535, 2 ** 40), fc.jsonValue()), {
            maxLength: 15,
          }),
        }),
      ),
      { maxLength: 10 },
    ),
  });
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), nearly), (state) => {
      const exporter = new Exporter("192.0.2.1", 0);
      restoreExporterState(exporter, state as unknown as ExporterState, limits);
      assert.ok(exporter.templates.count <= limits.templates);
      for (const netflow9 of [true, false]) {
        assert.ok(exporter.templates.domains(netflow9).size <= limits.domains);
      }
      decode(exporter, data);
    }),
    { numRuns: 1000 },
  );
});

test("a state that contradicts itself is passed over and counted", () => {
  const exporter = new Exporter("192.0.2.1", 0);
  const good = {
    version: 10,
    observationDomainId: 1,
    id: 256,
    options: false,
    scopeFieldCount: 0,
    refreshedMs: 0,
  };
  const templates = [
    { ...good, fields: [0, 1, 4] },
    { ...good, id: 255, fields: [0, 1, 4] },
    { ...good, id: 257, fields: [0, 1] },
    { ...good, id: 258, fields: [0, 1, 0] },
    { ...good, id: 259, scopeFieldCount: 1, fields: [0, 1, 4] },
    { ...good, id: 260, version: 9, fields: [-1, 1, 4] },
  ];
  const outcome = restoreExporterState(exporter, {
    format: 1,
    domains: [],
    templates,
  } as unknown as ExporterState);
  assert.deepEqual(outcome, { templates: 1, samplers: 0, rejected: 5 });
  assert.equal(restoreExporterState(exporter, { format: 2 } as unknown as ExporterState).rejected, 1);
});

test("a file that is torn, changed, of another kind or of a later version is told apart and not used", () => {
  const exporter = new Exporter("192.0.2.1", 0);
  decode(exporter, templates, samplers);
  const bytes = encodeStates([{ address: "192.0.2.1", state: exporterState(exporter) }]);
  assert.equal(decodeStates(bytes).status, "states");
  for (let length = 1; length < bytes.length; length++) {
    assert.equal(decodeStates(bytes.subarray(0, length)).status, "torn", `${length} octets`);
  }
  const end = bytes.indexOf(10);
  for (let at = end + 1; at < bytes.length; at++) {
    const changed = bytes.slice();
    changed[at] ^= 1 << (at % 8);
    assert.equal(decodeStates(changed).status, "torn", `octet ${at}`);
  }
  const text = new TextEncoder();
  assert.equal(decodeStates(new Uint8Array()).status, "empty");
  assert.equal(decodeStates(text.encode("{}\n")).status, "foreign");
  assert.equal(decodeStates(text.encode("ishizue exporters 2 9 00000000\nwhatever\n")).status, "newer");
  fc.assert(fc.property(fc.uint8Array(), (any) => decodeStates(any).status !== "states"));
});

test("a file of no exporters is whole", () => {
  assert.deepEqual(decodeStates(encodeStates([])), { status: "states", states: [] });
});
