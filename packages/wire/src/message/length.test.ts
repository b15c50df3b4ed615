import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { beginsMessage, messageOctets } from "./length.ts";

function octets(...parts: string[]): DataView {
  return new DataView(Uint8Array.fromHex(parts.join("").replaceAll(/\s/g, "")).buffer);
}

/** Lengths of the messages in the octets. */
function lengths(view: DataView): number[] {
  const found: number[] = [];
  for (let at = 0; at < view.byteLength; at += found[found.length - 1]) {
    found.push(messageOctets(view, at, view.byteLength - at));
  }
  return found;
}

const v5 = (records: number): string => `0005 000${records} ${"00".repeat(20 + 48 * records)}`;
// A count of 9 where there is one FlowSet of 8 octets: it is the lengths that count.
const v9 = `0009 0009 ${"00".repeat(16)} 0101 0008 01020304`;
const ipfix = `000a 0014 ${"00".repeat(12)} 0102 0004`;
// Agent 192.0.2.1, no sub-agent, sequence, uptime; one sample of 4 octets.
const sflow = "00000005 00000001 c0000201 00000000 00000001 00000002 00000001 00000001 00000004 01020304";

void test("messages of every version, one after the other, are told apart by what they say", () => {
  assert.deepEqual(
    lengths(octets(v5(2), v5(1), v9, v9, ipfix, sflow, sflow, ipfix)),
    [120, 72, 28, 28, 20, 40, 40, 20],
  );
});

void test("a message that says more than there is, or less than there is of no other message, is what is there", () => {
  assert.deepEqual(lengths(octets("0005 001e", "00".repeat(68))), [72]);
  assert.deepEqual(lengths(octets("000a 0014", "00".repeat(12), "0102 0008 01020304")), [24]);
  assert.deepEqual(lengths(octets(ipfix, "0000")), [22]);
  assert.deepEqual(lengths(octets("000a 0003", "00".repeat(16))), [20]);
  assert.deepEqual(lengths(octets(v9, "0000 0000")), [32]);
});

void test("any octets come to an end, each message of at least one octet", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("0005", "0009", "000a", "00000005", "0001", "1234", ""),
      fc.uint8Array({ maxLength: 300 }),
      (head, tail) => {
        const view = octets(head, tail.toHex());
        const sum = lengths(view).reduce((all, length) => all + length, 0);
        assert.equal(sum, view.byteLength);
        assert.equal(typeof beginsMessage(view, 0, view.byteLength), "boolean");
      },
    ),
  );
});
