import { Decoder, Exporter, FlowBatch } from "@ishizue/wire";
import { mutateJson } from "../../../scripts/fuzz/json.ts";
import type { FuzzTarget } from "../../../scripts/fuzz/target.ts";
import { ExporterSession } from "../src/session/session.ts";
import { check } from "./session.fuzz.ts";

/** What another thread or a file says that an exporter's session was: any JSON. */
const restore: FuzzTarget = {
  name: "restore",
  framed: false,
  *seeds() {
    for (const version of [5, 9]) yield octets(JSON.stringify(stateOf(version)));
    yield octets(
      '{"sequence":{"streams":[{"version":9,"unit":"messages","agentAddress":[1e9,-1,null]}],"versions":[null,[]]}}',
    );
    yield octets(
      '{"sequence":{"samples":{"sources":[{"key":1e300,"at":[]}],"totals":[]}},"counts":[],"bootTimeMs":"x"}',
    );
  },
  mutate: mutateJson,
  run(bytes) {
    let state: unknown;
    try {
      state = JSON.parse(new TextDecoder().decode(bytes));
    } catch {
      return ["no JSON"];
    }
    const session = new ExporterSession({ streams: 4, samples: 8 });
    session.restore(state);
    check(session);
    const { versions, streams } = session.sequence;
    for (const number of [1, 0xffffffff, 5]) take(session, 9, number);
    check(session);
    session.sequence.settle();
    check(session);
    return [`${versions.length},${streams}`];
  },
  words: [
    "null",
    "[]",
    "{}",
    "-1",
    "1e308",
    '"__proto__":1,',
    "9007199254740993",
    '""',
    "[[0,4294967295,0]]",
  ].map(octets),
};

const batch = new FlowBatch(64);

function stateOf(version: number): unknown {
  const session = new ExporterSession();
  for (const number of [1, 2, 5, 4, 9]) take(session, version, number);
  return session.state();
}

function take(session: ExporterSession, version: number, sequence: number): void {
  const message = new Uint8Array(72);
  const view = new DataView(message.buffer);
  view.setUint16(0, version);
  view.setUint32(version === 5 ? 16 : 12, sequence);
  batch.rowCount = 0;
  const length = version === 5 ? 72 : 20;
  const outcome = new Decoder().decode(
    message,
    view,
    0,
    length,
    new Exporter("192.0.2.1", 0),
    1_700_000_000_000,
    batch,
  );
  session.take(outcome, batch, view, 0, length, 1_700_000_000_000);
}

function octets(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export default restore;
