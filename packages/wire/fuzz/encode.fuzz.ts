import assert from "node:assert/strict";
import { mutateJson } from "../../../scripts/fuzz/json.ts";
import type { FuzzTarget } from "../../../scripts/fuzz/target.ts";
import { EncodeError, encodeMessage, Exporter, readMessage } from "../src/index.ts";

/** Messages as `ishizue decode` prints them, turned back into octets: a list of them, of any JSON. */
const encode: FuzzTarget = {
  name: "encode",
  framed: false,
  *seeds() {
    const exporter = new Exporter("192.0.2.1", 0);
    for (const hex of [
      "0009000200 0007d05f5e10000000000300000005 0000001001000002 0008000400010004 0100000cc0000201000005dc",
      "000a002e5f5e10000000000300000005 00020010 0100 0002 0008 0004 0052 ffff 0100000e c0000201 05 6574683030",
      "00000005 00000001 c0000201 00000000 00000001 000003e8 00000001 00000002 00000014 00000001 00000001 00000000 00000000 00000000",
      "0005000100000001 5f5e100000000000 00000001 0000 0000" + "01".repeat(48),
    ]) {
      const bytes = Uint8Array.fromHex(hex.replaceAll(" ", ""));
      yield octets(JSON.stringify([readMessage(bytes, 0, bytes.length, exporter)]));
    }
  },
  mutate: mutateJson,
  run(bytes) {
    let value: unknown;
    try {
      value = JSON.parse(new TextDecoder().decode(bytes));
    } catch {
      return ["no JSON"];
    }
    const exporter = new Exporter("192.0.2.1", 0);
    const reader = new Exporter("192.0.2.1", 0);
    return (Array.isArray(value) ? (value as unknown[]) : [value]).map((message) =>
      encodeOne(message, exporter, reader),
    );
  },
};

/** Encodes one message, or is told in one line why not; what was made is a message that can be read. */
function encodeOne(message: unknown, exporter: Exporter, reader: Exporter): string {
  try {
    const { bytes, records, skippedSets } = encodeMessage(message, exporter);
    assert.ok(bytes.length <= 65_535, `a message of ${bytes.length} octets`);
    const read = readMessage(bytes, 0, bytes.length, reader);
    return `${read.version},${read.sets.length > 0},${records > 0},${skippedSets > 0}`;
  } catch (error) {
    if (!(error instanceof EncodeError)) throw error;
    assert.ok(error.message !== "" && !error.message.includes("\n"), "a fault of more than a line");
    return error.message.replaceAll(/"[^"]*"|\d+/g, "").slice(0, 60);
  }
}

function octets(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export default encode;
