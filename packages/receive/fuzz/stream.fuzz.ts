import assert from "node:assert/strict";
import { type FuzzTarget, joinMessages, splitMessages } from "../../../scripts/fuzz/target.ts";
import { type FramingFault, MessageFramer } from "../src/stream/framing.ts";

/** IPFIX over TCP: the messages of an input are what the stream brings at a time. */
const stream: FuzzTarget = {
  name: "stream",
  framed: true,
  *seeds() {
    const one = hex("000a 0014 5f5e1000 00000003 00000005 00020004");
    yield joinMessages([one, one.subarray(0, 3), one.subarray(3), hex("000a 0010"), one]);
    const two = new Uint8Array([...one, ...one, ...one.subarray(0, 17)]);
    yield joinMessages([
      two,
      one.subarray(17),
      hex("000a ffff"),
      new Uint8Array(40_000),
      new Uint8Array(25_531),
      one,
    ]);
    yield joinMessages([hex("000a 000f"), one]);
  },
  run(bytes) {
    const chunks = splitMessages(bytes);
    const asCame = frame(chunks);
    const atOnce = frame([new Uint8Array(Buffer.concat(chunks))]);
    assert.deepEqual(atOnce, asCame, "how a stream is cut changes its messages");
    const octetByOctet = bytes.length < 2000 ? frame(chunks.flatMap((chunk) => [...chunk].map(one))) : asCame;
    assert.deepEqual(octetByOctet, asCame, "octet by octet the messages are others");
    return [`${asCame.fault},${Math.min(asCame.messages.length, 4)},${asCame.held > 0}`];
  },
  words: [hex("000a 0010"), hex("000a 0014 5f5e1000 00000003 00000005 00020004"), hex("000a ffff")],
};

function frame(chunks: readonly Uint8Array[]): {
  messages: string[];
  fault: FramingFault | null;
  held: number;
} {
  const framer = new MessageFramer();
  const messages: string[] = [];
  for (const chunk of chunks) {
    const fault = framer.push(chunk, (bytes, view, offset, length) => {
      assert.equal(view.getUint16(offset), 10);
      assert.equal(view.getUint16(offset + 2), length, "a message of another length than its own");
      messages.push(Buffer.from(bytes.subarray(offset, offset + length)).toString("latin1"));
    });
    assert.ok(framer.heldOctets < 65_535, "holds a message or more");
    if (fault !== null) return { messages, fault, held: 0 };
  }
  return { messages, fault: null, held: framer.heldOctets };
}

function one(octet: number): Uint8Array {
  return Uint8Array.of(octet);
}

function hex(text: string): Uint8Array {
  return Uint8Array.fromHex(text.replaceAll(" ", ""));
}

export default stream;
