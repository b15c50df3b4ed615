import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress, NatEventBatch, parseAddress } from "@ishizue/wire";
import { bindingsOf, noNatEvents } from "./events.ts";

const arrivalMs = Date.UTC(2026, 4, 11);

interface Given {
  readonly natEvent?: number;
  readonly firewallEvent?: number;
  readonly inside?: string;
  readonly outside?: string;
  readonly port?: number;
  readonly range?: [first: number, last: number, step?: number, count?: number];
  readonly atMs?: number;
  readonly vrf?: number;
}

function batchOf(given: readonly Given[]): NatEventBatch {
  const batch = new NatEventBatch(given.length);
  for (const [row, event] of given.entries()) {
    batch.natEvent[row] = event.natEvent ?? 0;
    batch.firewallEvent[row] = event.firewallEvent ?? 0;
    batch.observationTimeMs[row] = event.atMs ?? arrivalMs - 1000;
    batch.postNAPTSourceTransportPort[row] = event.port ?? 0;
    batch.ingressVRFID[row] = event.vrf ?? 0;
    const [first = 0, last = 0, step = 0, count = 0] = event.range ?? [];
    batch.portRangeStart[row] = first;
    batch.portRangeEnd[row] = last;
    batch.portRangeStepSize[row] = step;
    batch.portRangeNumPorts[row] = count;
    if (event.inside !== undefined) parseAddress(event.inside, batch.sourceAddress, 4 * row);
    if (event.outside !== undefined) parseAddress(event.outside, batch.postNATSourceAddress, 4 * row);
  }
  batch.rowCount = given.length;
  return batch;
}

function read(given: readonly Given[]) {
  const counts = noNatEvents();
  const reading = {
    nas: "198.51.100.9",
    knownMs: arrivalMs,
    arrivalMs,
    insideDomain: (vrf: number) => (vrf === 7 ? "red" : ""),
  };
  const told = [...bindingsOf(batchOf(given), reading, counts)].map(
    ({ kind, atMs, prefix, inside, isSession }) => {
      const { first, last } = prefix.ports!;
      const held = inside === undefined ? "?" : `${inside.domain}|${formatAddress(inside.words, 0)}`;
      return `${kind} ${formatAddress(prefix.words, 0)}:${first}-${last} ${held} ${atMs - arrivalMs}${isSession === true ? " session" : ""}`;
    },
  );
  return { told, counts };
}

const ends = { inside: "100.64.0.1", outside: "192.0.2.1" };

test("blocks and sessions by their events (RFC 8158, 4.3)", () => {
  const { told, counts } = read([
    { natEvent: 16, ...ends, range: [1024, 2047, 1, 1024] },
    { natEvent: 17, outside: "192.0.2.1", range: [1024, 0, 0, 512] },
    { natEvent: 4, ...ends, port: 5000, vrf: 7 },
    { natEvent: 7, inside: "2001:db8::9", outside: "192.0.2.1", port: 5001 },
    { firewallEvent: 2, ...ends, port: 6000 },
  ]);
  assert.deepEqual(told, [
    "allocate 192.0.2.1:1024-2047 |100.64.0.1 -1000",
    "release 192.0.2.1:1024-1535 ? -1000",
    "allocate 192.0.2.1:5000-5000 red|100.64.0.1 -1000 session",
    "release 192.0.2.1:5001-5001 |2001:db8::9 -1000 session",
    "release 192.0.2.1:6000-6000 |100.64.0.1 -1000 session",
  ]);
  assert.equal(counts.events, 5);
});

test("events that bind nothing, lack an address or ports, or take every other port are counted", () => {
  const { told, counts } = read([
    { natEvent: 13 },
    { firewallEvent: 3, ...ends, port: 1 },
    { natEvent: 16, outside: "192.0.2.1", range: [1024, 2047] },
    { natEvent: 16, inside: "100.64.0.1", outside: "0.0.0.0", range: [1024, 2047] },
    { natEvent: 4, ...ends },
    { natEvent: 16, ...ends, range: [1024, 2047, 2] },
  ]);
  assert.deepEqual(told, []);
  assert.deepEqual(counts, { events: 0, otherEvents: 2, incomplete: 4, clockNotBelieved: 0 });
});

test("an event of a time that cannot be is timed by its arrival", () => {
  const { told, counts } = read([
    { natEvent: 16, ...ends, range: [1024, 2047], atMs: 0 },
    { natEvent: 16, ...ends, range: [1024, 2047], atMs: arrivalMs + 7_200_000 },
  ]);
  assert.deepEqual(
    told.map((text) => text.split(" ").at(-1)),
    ["0", "0"],
  );
  assert.equal(counts.clockNotBelieved, 2);
});
