import assert from "node:assert/strict";
import { mutateJson } from "../../../scripts/fuzz/json.ts";
import type { FuzzTarget } from "../../../scripts/fuzz/target.ts";
import {
  Decoder,
  Exporter,
  type ExporterState,
  exporterState,
  FlowBatch,
  restoreExporterState,
} from "../src/index.ts";
import { checkLimits } from "./exchange.ts";

/** What a file or another thread says that an exporter has taught: any JSON. */
const state: FuzzTarget = {
  name: "state",
  framed: false,
  *seeds() {
    yield octets(JSON.stringify(taught()));
    yield octets(
      '{"format":1,"domains":[{"version":9,"observationDomainId":0,"samplers":[[1,2],[1e300,1],null]}],"templates":[]}',
    );
    yield octets(
      '{"format":1,"templates":[{"version":10,"observationDomainId":1,"id":256,"options":false,"scopeFieldCount":0,"fields":[0,1,0,0,82,65535]}]}',
    );
  },
  mutate: mutateJson,
  run(bytes) {
    let value: unknown;
    try {
      value = JSON.parse(new TextDecoder().decode(bytes));
    } catch {
      return ["no JSON"];
    }
    const decoder = new Decoder(limits);
    const exporter = new Exporter("192.0.2.1", 0);
    const outcome = restoreExporterState(exporter, value as ExporterState, limits);
    checkLimits(exporter, decoder);
    checkSame(exporter);
    decodeAfter(decoder, exporter);
    checkLimits(exporter, decoder);
    decoder.forget(exporter);
    assert.ok(Object.values(decoder.use).every((held) => held === 0));
    return [`${outcome.templates},${outcome.samplers},${outcome.rejected > 0}`];
  },
  words: [
    "null",
    "[]",
    "{}",
    "-1",
    "1e300",
    "65535",
    "4294967296",
    '"__proto__":{},',
    "[256,0,0]",
    "[[1,5]]",
  ].map(octets),
};

const limits = { domains: 4, templates: 8, fieldsPerTemplate: 16, templateFields: 64, samplers: 4, names: 6 };
const batch = new FlowBatch(512);

/** What was restored, taken down and restored again is the same. */
function checkSame(exporter: Exporter): void {
  const first = JSON.stringify(exporterState(exporter));
  const again = new Exporter("192.0.2.1", 0);
  restoreExporterState(again, JSON.parse(first) as ExporterState, limits);
  assert.equal(JSON.stringify(exporterState(again)), first, "a state is another after a restart");
}

/** Data of every template, of both protocols, in the domains that were restored. */
function decodeAfter(decoder: Decoder, exporter: Exporter): void {
  const { templates } = exporter;
  for (const netflow9 of [true, false]) {
    for (const domain of templates.domains(netflow9).values()) {
      for (const id of domain.templates.keys()) {
        const message = new Uint8Array(netflow9 ? 120 : 116).fill(1);
        const header = netflow9 ? 20 : 16;
        const view = new DataView(message.buffer);
        view.setUint16(0, netflow9 ? 9 : 10);
        if (!netflow9) view.setUint16(2, message.length);
        view.setUint32(header - 4, domain.id);
        view.setUint16(header, id);
        view.setUint16(header + 2, message.length - header);
        batch.rowCount = 0;
        const outcome = decoder.decode(message, view, 0, message.length, exporter, 1_700_000_000_000, batch);
        assert.equal(outcome.status, "decoded");
        assert.ok(outcome.rows <= 2 * message.length, "more than two rows an octet");
      }
    }
  }
}

/** A state as a decoder makes it: a template, an options template and a sampler. */
function taught(): ExporterState {
  const exporter = new Exporter("192.0.2.1", 0);
  const message = Uint8Array.fromHex(
    "000a0046 5f5e1000 00000003 00000005 00020014 01000003 00080004 0052ffff 00010004".replaceAll(" ", "") +
      "00030016 01010003 0001 012e0002 00520004 00220004 0101000e 0007 65746830 00000064".replaceAll(" ", ""),
  );
  new Decoder().decode(
    message,
    new DataView(message.buffer),
    0,
    message.length,
    exporter,
    1_700_000_000_000,
    batch,
  );
  return exporterState(exporter);
}

function octets(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export default state;
