import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAddress } from "@ishizue/wire";
import { PrefixList } from "./list.ts";

function has(list: PrefixList, address: string): boolean {
  const words = new Uint32Array(5);
  assert.ok(parseAddress(address, words, 1));
  return list.has(words, 1);
}

test("an address is under a prefix of its family, to the bit", () => {
  const list = PrefixList.parse(["192.0.2.128/25", "2001:db8:4000::/34", "198.51.100.7"]);
  assert.ok(list instanceof PrefixList);
  assert.equal(list.size, 3);
  const under = ["192.0.2.128", "192.0.2.255", "2001:db8:7fff::1", "198.51.100.7"];
  const beside = ["192.0.2.127", "192.0.3.128", "2001:db8:8000::", "2001:db8:3fff::", "198.51.100.6", "::"];
  assert.deepEqual(
    under.map((address) => has(list, address)),
    under.map(() => true),
  );
  assert.deepEqual(
    beside.map((address) => has(list, address)),
    beside.map(() => false),
  );
});

test("a prefix of no bits is every address of its family", () => {
  const four = PrefixList.parse(["0.0.0.0/0"]);
  const every = PrefixList.parse(["::/0"]);
  assert.ok(four instanceof PrefixList && every instanceof PrefixList);
  assert.deepEqual([has(four, "203.0.113.9"), has(four, "2001:db8::1")], [true, false]);
  assert.deepEqual([has(every, "203.0.113.9"), has(every, "2001:db8::1")], [true, true]);
});

test("what is no prefix is told", () => {
  assert.deepEqual(PrefixList.parse(["192.0.2.0/24", "192.0.2.0/33"]), { bad: "192.0.2.0/33" });
});
