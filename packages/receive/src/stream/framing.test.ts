import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MessageFramer } from "./framing.ts";

/** A message header of `length` octets and as many octets of `fill` behind it. */
function message(length: number, fill = 0, version = 10): Uint8Array {
  const bytes = new Uint8Array(Math.max(length, 4)).fill(fill);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, version);
  view.setUint16(2, length);
  return bytes;
}

function framed(chunks: readonly Uint8Array[]): { messages: string[]; fault: string | null; held: number } {
  const framer = new MessageFramer();
  const messages: string[] = [];
  let fault: string | null = null;
  for (const chunk of chunks) {
    fault = framer.push(chunk, (bytes, view, offset, length) => {
      assert.equal(view.getUint16(offset + 2), length);
      messages.push(bytes.subarray(offset, offset + length).toHex());
    });
    if (fault !== null) break;
  }
  return { messages, fault, held: framer.heldOctets };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.fromHex(parts.map((part) => part.toHex()).join(""));
}

test("however a stream is cut, the messages are the same", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 16, max: 300 }), { minLength: 1, maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 97 }), { minLength: 1, maxLength: 40 }),
      (lengths, cuts) => {
        const sent = lengths.map((length, index) => message(length, index + 1));
        const stream = joined(sent);
        const chunks: Uint8Array[] = [];
        for (let at = 0, cut = 0; at < stream.length; cut++) {
          const end = at + cuts[cut % cuts.length];
          // A copy with octets before it, as a socket's pooled chunks have.
          const pooled = new Uint8Array(end - at + 3);
          pooled.set(stream.subarray(at, end), 3);
          chunks.push(pooled.subarray(3, 3 + Math.min(stream.length, end) - at));
          at = end;
        }
        const { messages, fault, held } = framed(chunks);
        assert.deepEqual([fault, held], [null, 0]);
        assert.deepEqual(
          messages,
          sent.map((bytes) => bytes.toHex()),
        );
      },
    ),
  );
});

test("the longest message there is, octet by octet", () => {
  const long = message(65_535, 7);
  const { messages, held } = framed(Array.from(long, (_, index) => long.subarray(index, index + 1)));
  assert.deepEqual([messages, held], [[long.toHex()], 0]);
});

test("what is not whole is held, not given", () => {
  const { messages, fault, held } = framed([joined([message(20), message(40).subarray(0, 33)])]);
  assert.deepEqual([messages.length, fault, held], [1, null, 33]);
});

test("messages before a header that is none are given, whole or cut", () => {
  for (const [bad, reason] of [
    [message(16, 0, 9), "badVersion"],
    [message(15), "badLength"],
    [message(0), "badLength"],
    [new TextEncoder().encode("GET / HTTP/1.1"), "badVersion"],
  ] as const) {
    const stream = joined([message(20, 1), bad]);
    const whole = framed([stream]);
    assert.deepEqual([whole.messages.length, whole.fault], [1, reason]);
    const cut = framed([stream.subarray(0, 22), stream.subarray(22)]);
    assert.deepEqual([cut.messages.length, cut.fault], [1, reason]);
  }
});

test("arbitrary octets never throw and are never held past one message", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 20 }), (chunks) => {
      assert.ok(framed(chunks).held <= 65_535);
    }),
  );
});
