import assert from "node:assert/strict";
import { test } from "node:test";
import { adviseHugePages } from "./huge-pages.ts";

test("a buffer keeps its octets, whatever pages it gets", async () => {
  for (const buffer of [new SharedArrayBuffer(9_000_001), new ArrayBuffer(5_000_000)]) {
    const bytes = new Uint8Array(buffer);
    for (let octet = 0; octet < bytes.length; octet += 977) bytes[octet] = octet % 251;
    const octets = await adviseHugePages(buffer);
    assert.ok(octets >= 0 && octets <= buffer.byteLength && octets % 2 ** 21 === 0, `${octets}`);
    for (let octet = 0; octet < bytes.length; octet += 977) assert.equal(bytes[octet], octet % 251);
  }
});

test("a buffer smaller than a page is left alone", async () => {
  assert.equal(await adviseHugePages(new ArrayBuffer(1000)), 0);
  assert.equal(await adviseHugePages(new ArrayBuffer(0)), 0);
});

test("of a buffer that is in use in part only that part is asked for", async () => {
  const buffer = new SharedArrayBuffer(20_000_000);
  assert.equal(await adviseHugePages(buffer, 0, 1000), 0);
  const octets = await adviseHugePages(buffer, 4_000_000, 12_000_000);
  assert.ok(octets >= 0 && octets <= 8_000_000, `${octets}`);
});
