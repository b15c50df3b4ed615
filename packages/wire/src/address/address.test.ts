import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatAddress } from "./format.ts";
import { parseAddress } from "./parse.ts";
import { parsePrefix } from "./prefix.ts";
import { hostIsLittleEndian, networkWord } from "./word.ts";

function wordsOf(...bytes: number[]): Uint32Array {
  return new Uint32Array(Uint8Array.from(bytes).buffer);
}

function parsed(text: string): string | null {
  const words = new Uint32Array(4);
  return parseAddress(text, words, 0) ? formatAddress(words, 0) : null;
}

test("an address's bytes lie in network order", () => {
  const words = new Uint32Array(8);
  assert.equal(parseAddress("2001:db8::1", words, 4), true);
  assert.deepEqual(
    [...new Uint8Array(words.buffer, 16)],
    [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
  );
  assert.equal(parseAddress("192.0.2.7", words, 0), true);
  assert.deepEqual(
    [...new Uint8Array(words.buffer, 0, 16)],
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 0, 2, 7],
  );
  assert.equal(networkWord(networkWord(0x01020304)), 0x01020304);
  assert.equal(networkWord(0x01020304), hostIsLittleEndian ? 0x04030201 : 0x01020304);
});

test("text is the recommended form of RFC 5952", () => {
  for (const [given, text] of [
    ["2001:0db8::0001", "2001:db8::1"],
    ["2001:db8:0:0:0:0:2:1", "2001:db8::2:1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:DB8::ABCD", "2001:db8::abcd"],
    ["0:0:0:0:0:0:0:0", "::"],
    ["::1", "::1"],
    ["2001:db8::", "2001:db8::"],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
    ["::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::ffff:c000:0201", "192.0.2.1"],
    ["64:ff9b::192.0.2.33", "64:ff9b::c000:221"],
    ["198.51.100.255", "198.51.100.255"],
    ["0.0.0.0", "0.0.0.0"],
  ] as const) {
    assert.equal(parsed(given), text, given);
  }
  assert.equal(
    formatAddress(wordsOf(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 203, 0, 113, 9), 0),
    "203.0.113.9",
  );
});

test("what is not exactly one address is refused and writes nothing", () => {
  const words = new Uint32Array(4).fill(7);
  for (const text of [
    "",
    ".",
    ":",
    ":::",
    "1",
    "192.0.2",
    "192.0.2.1.1",
    "192.0.2.256",
    "192.0.02.1",
    "192.0.2.",
    " 192.0.2.1",
    "192.0.2.1 ",
    "192.0.2.1/32",
    "2001:db8::1%eth0",
    "2001:db8",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:",
    ":1:2:3:4:5:6:7",
    "1::2::3",
    "12345::",
    "g::",
    "::192.0.2",
    "1:2:3:4:5:6:7:192.0.2.1",
    "1:2:3:4:5:6:7:8::",
    "::1:2:3:4:5:6:7:8",
    "-1.0.0.0",
    "0x1.0.0.0",
    "1.2.3.4:5",
  ]) {
    assert.equal(parseAddress(text, words, 0), false, text);
  }
  assert.deepEqual([...words], [7, 7, 7, 7]);
});

test("every address survives its own text", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constant(0), fc.constant(255), fc.nat(255)), { minLength: 16, maxLength: 16 }),
      (bytes) => {
        const words = wordsOf(...bytes);
        const back = new Uint32Array(4);
        assert.equal(parseAddress(formatAddress(words, 0), back, 0), true);
        assert.deepEqual(back, words);
      },
    ),
  );
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.ipV6(), fc.ipV4()), (text) => {
      parseAddress(text, new Uint32Array(4), 0);
      parsePrefix(text);
    }),
  );
});

test("a prefix length is that of the IPv6 form", () => {
  for (const [text, address, prefixLength, hostBitsSet] of [
    ["192.0.2.0/24", "192.0.2.0", 120, false],
    ["192.0.2.77/24", "192.0.2.0", 120, true],
    ["0.0.0.0/0", "0.0.0.0", 96, false],
    ["203.0.113.5", "203.0.113.5", 128, false],
    ["2001:db8::/32", "2001:db8::", 32, false],
    ["2001:db8:0:ffff::/52", "2001:db8:0:f000::", 52, true],
    ["::/0", "::", 0, false],
    ["2001:db8::5/128", "2001:db8::5", 128, false],
  ] as const) {
    const prefix = parsePrefix(text);
    assert.ok(prefix, text);
    assert.deepEqual(
      [formatAddress(prefix.words, 0), prefix.prefixLength, prefix.hostBitsSet],
      [address, prefixLength, hostBitsSet],
      text,
    );
  }
  for (const text of [
    "",
    "/24",
    "192.0.2.0/33",
    "192.0.2.0/",
    "192.0.2.0/024",
    "192.0.2.0/+8",
    "2001:db8::/129",
    "192.0.2.0/24/8",
    "192.0.2.0/1e1",
  ]) {
    assert.equal(parsePrefix(text), null, text);
  }
});
