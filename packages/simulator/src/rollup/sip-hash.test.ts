import assert from "node:assert/strict";
import { test } from "node:test";
import { sipHash64 } from "./sip-hash.ts";

void test("names hash to the values of SipHash-2-4 with the key 0", () => {
  // Computed by an implementation that gives a129ca6149be45e5 for the paper's example (appendix A).
  const values: [string, bigint][] = [
    ["", 0x1e924b9d737700d7n],
    ["a", 0x96c20860cd93a249n],
    ["bb-00000", 0x0c9d3199838e47d4n],
    ["bb-000001", 0x2f7b2b51252a116cn],
    ["mb-0123456789abcdef", 0x2994ad8a8f88b7can],
  ];
  for (const [name, expected] of values) {
    const words = new Uint32Array(3);
    sipHash64(new TextEncoder().encode(name), words, 1);
    assert.equal((BigInt(words[2]) << 32n) | BigInt(words[1]), expected, name);
  }
});
