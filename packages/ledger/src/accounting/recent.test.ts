import assert from "node:assert/strict";
import { test } from "node:test";
import { RecentRequests, RequestState } from "./recent.ts";

const address = Uint32Array.of(0, 0, 0xffff_0000, 0x0100_00c0);
const t0 = Date.UTC(2026, 4, 11);

/** Sixteen octets by number; one in four shares its first word with the others. */
function authenticator(number: number): Uint8Array {
  const words = Uint32Array.of(number & 3, number, number ^ 0xffff, 7);
  return new Uint8Array(words.buffer);
}

test("a request is known by address, port, identifier and authenticator, and by all of them", () => {
  const recent = new RecentRequests(8, 1000);
  recent.key(authenticator(1), 0, address, 1813, 5);
  assert.equal(recent.find(t0), false);
  const serial = recent.add(t0, RequestState.waiting);
  assert.equal(recent.find(t0 + 999), true);
  assert.equal(recent.state, RequestState.waiting);
  recent.settle(serial, RequestState.answered);
  assert.equal(recent.find(t0 + 999), true);
  assert.equal(recent.state, RequestState.answered);
  assert.equal(recent.find(t0 + 1000), false, "it is kept for so long");
  recent.key(authenticator(2), 0, address, 1813, 5);
  assert.equal(recent.find(t0), false);
  recent.key(authenticator(1), 0, address, 1814, 5);
  assert.equal(recent.find(t0), false);
  recent.key(authenticator(1), 0, address, 1813, 6);
  assert.equal(recent.find(t0), false);
  recent.key(authenticator(1), 0, Uint32Array.of(0, 0, 0xffff_0000, 0x0200_00c0), 1813, 5);
  assert.equal(recent.find(t0), false);
});

test("one that failed is taken anew", () => {
  const recent = new RecentRequests(8, 1000);
  recent.key(authenticator(1), 0, address, 1813, 5);
  recent.settle(recent.add(t0, RequestState.waiting), RequestState.failed);
  assert.equal(recent.find(t0), false);
  recent.add(t0, RequestState.answered);
  assert.equal(recent.find(t0), true);
});

test("past the bound the oldest are forgotten, and nothing else", () => {
  const limit = 100;
  const recent = new RecentRequests(limit, 1000);
  const serials: number[] = [];
  for (let number = 0; number < 1000; number++) {
    recent.key(authenticator(number), 0, address, 1813, number & 255);
    serials.push(recent.add(t0, RequestState.waiting));
    for (const before of [1, 2, 50, limit - 1, limit]) {
      if (number < before) continue;
      recent.key(authenticator(number - before), 0, address, 1813, (number - before) & 255);
      assert.equal(recent.find(t0), before < limit, `${before} before ${number}`);
    }
  }
  // What was forgotten while it waited is not taken for what has its place now.
  recent.settle(serials[800], RequestState.failed);
  recent.key(authenticator(900), 0, address, 1813, 900 & 255);
  assert.equal(recent.find(t0), true);
});
