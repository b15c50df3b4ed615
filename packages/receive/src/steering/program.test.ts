import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAddress } from "@ishizue/wire";
import { runBpf } from "../contract/run-bpf.ts";
import { maxInstructions, SKF_NET_OFF } from "../ffi/bpf.ts";
import { bucketOf, evenBuckets } from "./bucket.ts";
import { steeringProgram } from "./program.ts";

function packetFrom(address: string): { packet: Uint8Array; words: Uint32Array } {
  const words = new Uint32Array(4);
  assert.ok(parseAddress(address, words, 0));
  const octets = new Uint8Array(words.buffer);
  const packet = new Uint8Array(40);
  const six = address.includes(":");
  packet[0] = six ? 0x60 : 0x45;
  packet.set(six ? octets : octets.subarray(12), six ? 8 : 12);
  return { packet, words };
}

const addresses = Array.from({ length: 512 }, (_, index) => [
  `198.51.${index >> 8}.${index & 255}`,
  `2001:db8:${index.toString(16)}::${(index * 7).toString(16)}`,
]).flat();

test("the program gives the worker of bucketOf for both families, however the buckets lie", () => {
  const tables = [
    evenBuckets(1),
    evenBuckets(2),
    evenBuckets(16),
    Uint8Array.from({ length: 256 }, (_, bucket) => bucket % 16),
    Uint8Array.from({ length: 256 }, (_, bucket) => (bucket * 7 + (bucket >> 3)) % 5),
  ];
  for (const table of tables) {
    const program = steeringProgram(table, 0);
    assert.ok(program.length <= 1000 && 1000 <= maxInstructions);
    for (const address of addresses) {
      const { packet, words } = packetFrom(address);
      assert.equal(runBpf(program, { octets: packet }), table[bucketOf(words, 0)], address);
    }
  }
});

test("neighbouring addresses spread over the buckets", () => {
  for (const six of [false, true]) {
    const counts = new Uint32Array(256);
    for (const address of addresses) {
      if (address.includes(":") === six) counts[bucketOf(packetFrom(address).words, 0)]++;
    }
    assert.ok(Math.max(...counts) <= 12, `${Math.max(...counts)} of 512 in one bucket`);
  }
});

test("every jump is to an instruction ahead that is there", () => {
  const program = steeringProgram(
    Uint8Array.from({ length: 256 }, (_, bucket) => bucket % 16),
    SKF_NET_OFF,
  );
  const instructions = program.assemble();
  instructions.forEach(([code, taken, passed, k], index) => {
    assert.ok(taken <= 255 && passed <= 255);
    if (code === 0x05) assert.ok(index + 1 + k < instructions.length);
  });
  assert.equal(instructions.at(-1)?.[0], 0x06);
});
