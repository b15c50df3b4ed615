import assert from "node:assert/strict";
import { test } from "node:test";
import { NameTable } from "./names.ts";

const limit = 200_000;

test("names have their numbers while the index grows, and what others read is replaced a few times only", () => {
  const names = new NameTable();
  for (let number = 0; number < limit; number++) {
    assert.equal(names.place(`line-${number}`, limit), number);
    // Old and new, wherever the index is on its way to a wider one.
    if (number % 7 === 0) {
      const known = Math.floor(number / 3);
      if (names.indexOf(`line-${known}`) !== known) assert.fail(`line-${known} among ${number}`);
    }
  }
  for (let number = 0; number < limit; number++) {
    if (names.indexOf(`line-${number}`) !== number) assert.fail(`line-${number}`);
    if (names.name(number) !== `line-${number}`) assert.fail(`line-${number}`);
  }
  assert.equal(names.indexOf("line-x"), -1);
  assert.equal(names.place("line-5", limit), 5);
  assert.equal(names.place("another", limit), -1);
  assert.ok(names.generation < 20, `${names.generation} times`);
});

test("names that are longer than usual have room, too", () => {
  const names = new NameTable();
  const long = "x".repeat(200);
  for (let number = 0; number < 70_000; number++) names.place(`${long}${number}`, 100_000);
  assert.equal(names.name(69_999), `${long}69999`);
  assert.equal(names.indexOf(`${long}12345`), 12_345);
});
