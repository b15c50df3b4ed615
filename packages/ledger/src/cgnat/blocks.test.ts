import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatAddress, parsePrefix } from "@ishizue/wire";
import { formatLeased } from "../lease/resolution.ts";
import { blockLeases, planBlocks, type DeterministicNat } from "./blocks.ts";

const prefix = (text: string): { words: Uint32Array; prefixLength: number } => parsePrefix(text)!;

function nat(
  inside: string,
  outside: readonly [string, number][],
  more: Partial<DeterministicNat> = {},
): DeterministicNat {
  return {
    inside: prefix(inside),
    subscriberLength: 128,
    withoutBoundary: false,
    outside: outside.map(([text, count]) => ({ words: prefix(text).words, count })),
    firstPort: 1024,
    lastPort: 65_535,
    dynamicPorts: 0,
    excludedPorts: [],
    startMs: 0,
    endMs: Number.POSITIVE_INFINITY,
    domain: "",
    insideDomain: "",
    ...more,
  };
}

function blocks(given: DeterministicNat): string[] {
  const plan = planBlocks(given);
  assert.ok(typeof plan !== "string");
  return [...blockLeases(given, plan, { knownMs: 1, feed: "cgnat" })].map(
    ({ inside, prefix: { words, ports } }) =>
      `${formatAddress(inside!.words, 0)} ${formatLeased(words, 128, ports ?? null)}`,
  );
}

/** What is said where there is no plan. */
const faultOf = (plan: ReturnType<typeof planBlocks>): string => (typeof plan === "string" ? plan : "");

test("subscribers share the addresses one after the other (RFC 7422, 2)", () => {
  const given = nat("100.64.0.0/29", [
    ["192.0.2.1", 1],
    ["192.0.2.9", 1],
  ]);
  assert.deepEqual(planBlocks(given), {
    subscribers: 8,
    outsideAddresses: 2,
    subscribersPerAddress: 4,
    portsPerSubscriber: 16_128,
  });
  const told = blocks(given);
  assert.deepEqual(told.slice(0, 2), ["100.64.0.0 192.0.2.1:1024-17151", "100.64.0.1 192.0.2.1:17152-33279"]);
  assert.deepEqual(told.slice(4, 5), ["100.64.0.4 192.0.2.9:1024-17151"]);
  assert.equal(told.length, 8);
});

test("ports kept for dynamic use, a size that is given, boundary addresses left out", () => {
  const plan = planBlocks(nat("100.64.0.0/24", [["192.0.2.0", 4]], { dynamicPorts: 512 }));
  assert.deepEqual([typeof plan === "object" && plan.portsPerSubscriber], [1000]);
  const told = blocks(
    nat("100.64.0.0/30", [["192.0.2.1", 1]], { portsPerSubscriber: 128, withoutBoundary: true }),
  );
  assert.deepEqual(told, ["100.64.0.1 192.0.2.1:1024-1151", "100.64.0.2 192.0.2.1:1152-1279"]);
});

test("excluded ports are nobody's, and a block around them is two", () => {
  const excludedPorts = [
    { first: 1100, last: 1101 },
    { first: 1152, last: 1160 },
  ];
  assert.deepEqual(
    blocks(nat("100.64.0.0/31", [["192.0.2.1", 1]], { portsPerSubscriber: 128, excludedPorts })),
    ["100.64.0.0 192.0.2.1:1024-1099", "100.64.0.0 192.0.2.1:1102-1151", "100.64.0.1 192.0.2.1:1161-1279"],
  );
});

test("subscribers of DS-Lite are prefixes, held by the first address of each", () => {
  const told = blocks(nat("2001:db8:0:f000::/53", [["192.0.2.1", 1]], { subscriberLength: 56 }));
  assert.equal(told.length, 8);
  assert.deepEqual(told.slice(0, 2), [
    "2001:db8:0:f000:: 192.0.2.1:1024-9087",
    "2001:db8:0:f100:: 192.0.2.1:9088-17151",
  ]);
});

test("parameters that leave somebody without ports are told", () => {
  assert.match(faultOf(planBlocks(nat("100.64.0.0/16", [["192.0.2.1", 1]]))), /not enough ports/);
  assert.match(
    faultOf(planBlocks(nat("100.64.0.0/24", [["192.0.2.1", 1]], { portsPerSubscriber: 1000 }))),
    /room for 64 of 256/,
  );
  assert.match(
    faultOf(planBlocks(nat("10.0.0.0/8", [["192.0.2.1", 1]], { subscriberLength: 127 }))),
    /not enough ports/,
  );
  assert.match(faultOf(planBlocks(nat("100.64.0.0/24", []))), /no outside address/);
});

test("no port of an address is two subscribers', and all have as many", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 7 }),
      fc.integer({ min: 1, max: 9 }),
      fc.nat(3000),
      (bits, count, dynamicPorts) => {
        const given = nat(`100.64.0.0/${32 - bits}`, [["192.0.2.0", count]], { dynamicPorts });
        const plan = planBlocks(given);
        assert.ok(typeof plan === "object");
        const taken = new Set<string>();
        let ports = 0;
        for (const {
          prefix: { words, ports: set },
        } of blockLeases(given, plan, { knownMs: 1, feed: "cgnat" })) {
          for (let port = set!.first; port <= set!.last; port += 97)
            taken.add(`${formatAddress(words, 0)} ${port}`);
          ports += Math.floor((set!.last - set!.first) / 97) + 1;
          assert.equal(set!.last - set!.first + 1, plan.portsPerSubscriber);
          assert.ok(set!.last <= 65_535 - dynamicPorts);
        }
        assert.equal(taken.size, ports);
      },
    ),
    { numRuns: 40 },
  );
});
