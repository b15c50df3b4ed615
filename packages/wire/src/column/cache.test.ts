import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Decoder } from "../decode/decoder.ts";
import { Exporter } from "../exporter/exporter.ts";
import { FlowBatch } from "../flow/batch.ts";

const word = (value: number) => value.toString(16).padStart(4, "0");

/** One IPFIX message: template `id` of octets and a field of `length`, and one record of it. */
function message(id: number, length: number): Uint8Array {
  const template = `0002 0010 ${word(id)} 0002 0001 0001 0052 ${word(length)}`;
  const data = `${word(id)} ${word(5 + length)} 07 ${"41".repeat(length)}`;
  const sets = `${template}${data}`.replaceAll(" ", "");
  return Uint8Array.fromHex(`000a${word(16 + sets.length / 2)}5f5e10000000000300000005${sets}`);
}

test("layouts past the limit are let go of although templates of them stay, and are compiled again when met", async () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  const decoder = new Decoder({ compiledLayouts: 4 });
  const exporter = new Exporter("192.0.2.1", 0);
  const batch = new FlowBatch(8);
  const send = (bytes: Uint8Array) => {
    batch.rowCount = 0;
    return decoder.decode(bytes, new DataView(bytes.buffer), 0, bytes.length, exporter, 0, batch).rows;
  };
  for (let id = 256; id < 356; id++) assert.equal(send(message(id, id - 255)), 1);
  await setImmediate();
  collectGarbage();
  const templates = [...exporter.templates.byAge()];
  assert.equal(templates.length, 100);
  const kept = templates.filter(({ columns }) => columns !== undefined).length;
  assert.ok(kept <= 8, `${kept} layouts are kept`);
  assert.equal(send(message(256, 1)), 1);
  assert.equal(batch.octetDeltaCount[0], 7);
});
