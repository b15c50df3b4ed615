import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { AddressCipher } from "./address-cipher.ts";

/** Key and pairs of the sample trace that comes with Crypto-PAn. */
const sampleKey = Buffer.from("1522178d33a4cf80130a5b1649907d10d8988f837979652762574c2d2a842202", "hex");
const samplePairs = [
  ["128.11.68.132", "135.242.180.132"],
  ["129.118.74.4", "134.136.186.123"],
  ["130.132.252.244", "133.68.164.234"],
  ["141.223.7.43", "141.167.8.160"],
  ["152.163.225.39", "151.140.114.167"],
  ["192.215.32.125", "252.43.47.189"],
  ["198.200.171.101", "249.199.68.213"],
];

/** Four words whose octets are the address, as the decoders write them. */
function wordsOf(octets: readonly number[]): Uint32Array {
  return new Uint32Array(Uint8Array.from(octets).buffer);
}
const octetsOf = (words: Uint32Array) => [...new Uint8Array(words.buffer, words.byteOffset, 16)];
const ipv4 = (text: string) =>
  wordsOf([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...text.split(".").map(Number)]);
const ipv4Text = (words: Uint32Array) => octetsOf(words).slice(12).join(".");

function concealed(cipher: AddressCipher, addresses: readonly Uint32Array[]): Uint32Array[] {
  const from = new Uint32Array(4 * addresses.length);
  addresses.forEach((words, row) => from.set(words, 4 * row));
  const into = new Uint32Array(from.length).fill(7);
  cipher.conceal(from, 0, addresses.length, into);
  return addresses.map((_, row) => into.slice(4 * row, 4 * row + 4));
}

function commonBits(a: Uint32Array, b: Uint32Array): number {
  const [x, y] = [octetsOf(a), octetsOf(b)];
  const octet = x.findIndex((value, index) => value !== y[index]);
  return octet < 0 ? 128 : 8 * octet + Math.clz32(x[octet] ^ y[octet]) - 24;
}

test("IPv4 addresses become those of Crypto-PAn's sample trace, from the cache too", () => {
  const cipher = new AddressCipher(sampleKey);
  for (let turn = 0; turn < 2; turn++) {
    const found = concealed(
      cipher,
      samplePairs.map(([address]) => ipv4(address)),
    );
    assert.deepEqual(
      found.map(ipv4Text),
      samplePairs.map(([, anonymised]) => anonymised),
    );
  }
  const other = new AddressCipher(Buffer.from("boojahyoo3vaeToong0Eijee7Ahz3yee"));
  assert.equal(ipv4Text(concealed(other, [ipv4("192.0.2.1")])[0]), "206.2.124.120");
});

test("an IPv6 address becomes that of Crypto-PAn over 128 bits", () => {
  const words = wordsOf([0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  const [found] = concealed(new AddressCipher(sampleKey), [words]);
  assert.equal(Buffer.from(octetsOf(found)).toString("hex"), "440102bc603fd91d027fff8ee6f1dc1e");
});

const address = fc.oneof(
  fc.uint8Array({ minLength: 4, maxLength: 4 }).map((octets) => ipv4(octets.join("."))),
  fc.uint8Array({ minLength: 16, maxLength: 16 }).map((octets) => wordsOf([...octets])),
);

test("two addresses share as many leading bits after as before, in whatever batch they come", () => {
  const cipher = new AddressCipher(sampleKey);
  fc.assert(
    fc.property(fc.array(address, { maxLength: 300 }), address, fc.nat(127), (others, a, bit) => {
      const b = Uint32Array.from(a);
      new Uint8Array(b.buffer)[bit >> 3] ^= 0x80 >> (bit & 7);
      const [first, ...rest] = concealed(new AddressCipher(sampleKey), [a, ...others, b, ...others, a]);
      assert.deepEqual(rest.at(-1), first);
      assert.deepEqual(concealed(cipher, [a])[0], first);
      const isIpv4 = (words: Uint32Array) => commonBits(words, ipv4("0.0.0.0")) >= 96;
      if (isIpv4(a) === isIpv4(b))
        assert.equal(commonBits(first, rest.at(-2 - others.length) ?? first), commonBits(a, b));
    }),
  );
});

test("with the key prefixes are found again; :: stays", () => {
  const cipher = new AddressCipher(sampleKey);
  fc.assert(
    fc.property(fc.array(fc.tuple(address, fc.integer({ min: 0, max: 128 })), { maxLength: 40 }), (given) => {
      const lengths: number[] = [];
      const prefixes = given.map(([words, length]) => {
        const least = words[2] === 0xffff0000 && words[0] === 0 && words[1] === 0 ? 96 : 0;
        lengths.push(Math.max(least, length));
        const octets = octetsOf(words).map((octet, at) => {
          const kept = Math.min(8, Math.max(0, Math.max(least, length) - 8 * at));
          return octet & (0xff00 >> kept) & 0xff;
        });
        return wordsOf(octets);
      });
      const words = new Uint32Array(4 * prefixes.length);
      prefixes.forEach((prefix, row) => words.set(cipher.concealPrefix(prefix, lengths[row]), 4 * row));
      cipher.reveal(words, Uint8Array.from(lengths));
      prefixes.forEach((prefix, row) => assert.deepEqual(words.slice(4 * row, 4 * row + 4), prefix));
    }),
  );
  assert.deepEqual(concealed(cipher, [new Uint32Array(4)])[0], new Uint32Array(4));
});
