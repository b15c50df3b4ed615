import assert from "node:assert/strict";
import { test } from "node:test";
import { ipv6Of } from "../contract/frames.ts";
import { Behind, udpBehindExtensions } from "./extension.ts";

const packet = {
  from: "2001:db8::2",
  to: "2001:db8::1",
  sourcePort: 40_000,
  port: 2055,
  payload: Uint8Array.of(1, 2, 3),
};
const options = (next: number): number[] => [next, 0, 1, 4, 0, 0, 0, 0];

test("UDP is found behind several headers", () => {
  const longer = [17, 1, 1, 12, ...Array.from({ length: 12 }, () => 0)];
  const octets = ipv6Of(packet, 0, [...options(43), 60, 0, 0, 0, 0, 0, 0, 0, ...longer]);
  assert.equal(udpBehindExtensions(octets, 0, octets.length), 40 + 8 + 8 + 16);
});

test("a first fragment is told, one fragment of one is whole, another protocol is nothing", () => {
  const fragment = (next: number, word: number): number[] => [next, 0, word >> 8, word & 255, 0, 0, 0, 9];
  const behind = (next: number, extensions: number[]): number => {
    const octets = ipv6Of(packet, next, extensions);
    return udpBehindExtensions(octets, 0, octets.length);
  };
  assert.equal(behind(44, fragment(17, 1)), Behind.fragment);
  assert.equal(behind(44, fragment(17, 0)), 48);
  assert.equal(behind(44, fragment(17, 9)), Behind.nothing);
  assert.equal(behind(58, []), Behind.nothing);
  assert.equal(behind(0, options(58)), Behind.nothing);
});

test("headers without end and lengths past the packet are nothing", () => {
  const endless = ipv6Of(packet, 60, Array.from({ length: 40 }, () => options(60)).flat());
  assert.equal(udpBehindExtensions(endless, 0, endless.length), Behind.nothing);
  const wide = ipv6Of(packet, 60, [17, 255, 0, 0, 0, 0, 0, 0]);
  assert.equal(udpBehindExtensions(wide, 0, wide.length), Behind.nothing);
  const cut = ipv6Of(packet, 60, options(17));
  for (let end = 40; end < 56; end++) assert.ok(udpBehindExtensions(cut, 0, end) < 0);
});
