import assert from "node:assert/strict";
import { after, test } from "node:test";
import { EncodeError, encodeMessage, type Message, readMessage } from "@ishizue/wire";
import { readCases } from "./cases.ts";
import { readDatagrams } from "./datagrams.ts";
import { Exporters } from "./replay.ts";

const cases = readCases();
const counts = { messages: 0, identical: 0, skippedSets: 0, refused: 0 };
const refusals = new Map<string, number>();
after(() => {
  if (counts.messages > 0)
    console.log(`encode: ${JSON.stringify({ ...counts, refusals: Object.fromEntries(refusals) })}`);
});

test("messages are encoded", { skip: cases.size === 0 && "no ../shared/captures beside the project" }, () => {
  assert.ok(cases.size > 0);
});

for (const [name, files] of cases) {
  test(`${name}: what is decoded, encoded and decoded again is the same`, async () => {
    const [first, second, third] = [new Exporters(), new Exporters(), new Exporters()];
    for (const file of files) {
      for (const { bytes, source } of await readDatagrams(file)) {
        const message = readMessage(bytes, 0, bytes.length, first.of(source));
        if (
          message.version !== "sFlow5" &&
          (message.status === "unknownVersion" || message.status === "tooShort")
        )
          continue;
        counts.messages++;
        // As it goes through a file.
        const read = JSON.parse(JSON.stringify(message)) as Message;
        let encoded;
        try {
          encoded = encodeMessage(read, second.of(source));
        } catch (error) {
          assert.ok(error instanceof EncodeError, String(error));
          counts.refused++;
          const reason = error.message.replaceAll(/\d+/g, "N").slice(0, 90);
          refusals.set(reason, (refusals.get(reason) ?? 0) + 1);
          continue;
        }
        counts.skippedSets += encoded.skippedSets;
        if (Buffer.from(encoded.bytes).equals(bytes)) counts.identical++;
        const again = readMessage(encoded.bytes, 0, encoded.bytes.length, third.of(source));
        assert.deepEqual(JSON.parse(JSON.stringify(meaning(again))), meaning(read));
      }
    }
  });
}

/** A message without where its sets lie, and without those that have no octets to be written. */
function meaning(message: Message): unknown {
  const sets = message.sets
    .filter(({ kind }) => kind !== "malformed" && !(message.version !== "sFlow5" && kind === "undecoded"))
    .map(({ id, kind, records }) => ({ id, kind, records }));
  const { status: _status, ...rest } = message as { status: string; headerCount?: number };
  if (message.version === 10) delete rest.headerCount;
  return { ...rest, sets };
}
