import assert from "node:assert/strict";
import { test } from "node:test";
import { networkWord, parseAddress } from "@ishizue/wire";
import { SourceTable } from "./source.ts";

function wordsOf(address: string): Uint32Array {
  const words = new Uint32Array(4);
  assert.ok(parseAddress(address, words, 0));
  return words;
}

test("an address has one source, however it is asked for", () => {
  const table = new SourceTable();
  const six = table.of(wordsOf("2001:db8::1"), 0);
  const four = table.of(Uint32Array.of(9, ...wordsOf("192.0.2.1")), 1);
  assert.deepEqual([six.address, four.address, table.size], ["2001:db8::1", "192.0.2.1", 2]);
  assert.equal(table.ofText("2001:db8:0::1"), six);
  assert.equal(table.ofText("192.0.2.1"), four);
  assert.equal(table.ofText("::ffff:192.0.2.1"), four);
  assert.equal(table.ofIPv4(networkWord(0xc0000201)), four);
  assert.equal(table.ofText("fe80::1%eth0"), table.ofText("fe80::1"));
  assert.equal(table.size, 3);
});

test("a source keeps its words when the memory they came from is written again", () => {
  const table = new SourceTable();
  const words = wordsOf("192.0.2.1");
  const source = table.of(words, 0);
  words.set(wordsOf("192.0.2.2"));
  assert.equal(source.address, "192.0.2.1");
  assert.notEqual(table.of(words, 0), source);
});

test("of 100,000 addresses the limit is kept, those with a state first", () => {
  const table = new SourceTable(1000);
  const mine = table.ofText("192.0.2.1");
  mine.state = { messages: 1 };
  for (let index = 0; index < 100_000; index++) {
    const source = table.ofIPv4(networkWord(0x0a000000 + index));
    assert.equal(source.words[3], networkWord(0x0a000000 + index));
    assert.ok(table.size <= 1000);
  }
  assert.equal(table.ofText("192.0.2.1"), mine);
  assert.equal(table.passing, 0);
});

test("where every source has a state a new one passes, is counted and is right", () => {
  const table = new SourceTable(10);
  const kept = Array.from({ length: 10 }, (_, index) => {
    const source = table.ofText(`192.0.2.${index}`);
    source.state = index;
    return source;
  });
  for (let round = 0; round < 3; round++) {
    for (let index = 0; index < 50; index++) {
      assert.equal(table.ofText(`198.51.100.${index}`).address, `198.51.100.${index}`);
    }
  }
  assert.deepEqual([table.size, table.passing], [10, 150]);
  kept.forEach((source, index) => {
    assert.equal(table.ofText(`192.0.2.${index}`), source);
  });
});
