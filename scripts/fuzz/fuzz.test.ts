import assert from "node:assert/strict";
import { test } from "node:test";
import { formatHex, parseHex } from "./corpus.ts";
import { errorOf, kindOf, minimise } from "./minimise.ts";
import { mutate } from "./mutate.ts";
import { Random } from "./random.ts";
import { type FuzzTarget, inputOf, joinMessages, maxInputOctets, splitMessages } from "./target.ts";

/** Breaks on a message that holds 0xde 0xad behind a message of one octet or more. */
const faulty: FuzzTarget = {
  name: "faulty",
  framed: true,
  *seeds() {},
  run(bytes) {
    const [first, ...rest] = splitMessages(bytes);
    for (const message of rest) {
      const at = message.indexOf(0xde);
      if (first.length > 0 && at >= 0 && message[at + 1] === 0xad) throw new Error(`broken at ${at}`);
    }
    return [`${rest.length}`];
  },
};

function octets(...values: number[]): Uint8Array {
  return Uint8Array.from(values);
}

test("hex text: remarks, parts, repeated words, and back", () => {
  const parts = parseHex("# why\n00 01*3 # here\nff\n--\n\n--\nab*2\n");
  assert.deepEqual(parts, [octets(0, 1, 1, 1, 255), octets(), octets(0xab, 0xab)]);
  assert.deepEqual(parseHex(formatHex(parts, ["why"])), parts);
  assert.throws(() => parseHex("00\n0x"), /line 2/);
  assert.throws(() => parseHex("000"), /line 1/);
});

test("messages are framed and found again, a cut one as far as it is there", () => {
  const messages = [octets(1, 2, 3), octets(), octets(4)];
  const input = joinMessages(messages);
  assert.deepEqual(input, octets(0, 3, 1, 2, 3, 0, 0, 0, 1, 4));
  assert.deepEqual(splitMessages(input), messages);
  assert.deepEqual(splitMessages(input.subarray(0, 4)), [octets(1, 2)]);
  assert.equal(joinMessages(Array.from({ length: 9 }, () => new Uint8Array(70_000))).length, 3 * 65_537);
});

test("a failing input is made as small as it can be, and fails in the same way", async () => {
  const noise = Uint8Array.from({ length: 200 }, (_, at) => at);
  const input = joinMessages([octets(7), noise, Uint8Array.from([...noise, 0xde, 0xad, ...noise]), noise]);
  const kind = kindOf(await errorOf(faulty, input));
  assert.equal(kind, "Error: broken at N");
  const tried: number[] = [];
  const least = await minimise(faulty, input, kind, 5000, (candidate) => tried.push(candidate.length));
  assert.deepEqual(splitMessages(least), [octets(0), octets(0xde, 0xad)]);
  assert.ok(tried.length <= 5000);
});

test("the same seed makes the same inputs, another seed others, and all of them within the limit", () => {
  const corpus = [joinMessages([octets(1, 2, 3, 4), octets(5, 6)]), new Uint8Array(0)];
  const inputs = (seed: number) => {
    const random = new Random(seed, "target");
    return Array.from({ length: 500 }, () =>
      Buffer.from(mutate(faulty, random.pick(corpus), corpus, random)).toString("hex"),
    );
  };
  assert.deepEqual(inputs(1), inputs(1));
  assert.notDeepEqual(inputs(1), inputs(2));
  assert.ok(new Set(inputs(1)).size > 400, "inputs differ");
  for (const input of inputs(3)) assert.ok(input.length <= 2 * maxInputOctets);
});

test("mutation finds what is two octets away", async () => {
  const random = new Random(1, faulty.name);
  const target: FuzzTarget = { ...faulty, words: [octets(0xde, 0xad)] };
  const seed = inputOf(target, [octets(1, 2, 3), octets(4, 5, 6)]);
  let failures = 0;
  for (let round = 0; round < 3000; round++) {
    if ((await errorOf(target, mutate(target, seed, [seed], random))) !== undefined) failures++;
  }
  assert.ok(failures > 0);
});
