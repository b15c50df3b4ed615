import assert from "node:assert/strict";
import { test } from "node:test";
import { parsePrefix } from "@ishizue/wire";
import { LineTable } from "../line/table.ts";
import type { BindingEvent, LeaseEvent, PortSet } from "./event.ts";
import { Ledger } from "./ledger.ts";
import { Unattributed } from "./unattributed.ts";

const t0 = Date.UTC(2026, 4, 11);
const minute = 60_000;
const block: PortSet = { first: 1024, last: 1535, stride: 0 };
const words = (text: string): Uint32Array => parsePrefix(text)!.words;

/** Lines a and b hold the inside addresses 100.64.0.1 and .2 throughout. */
function newLedger(): Ledger {
  const ledger = new Ledger({ lines: new LineTable() });
  for (const [line, address] of [
    ["a", "100.64.0.1"],
    ["b", "100.64.0.2"],
  ]) {
    const prefix = parsePrefix(address)!;
    ledger.apply({
      kind: "lease",
      feed: "csv",
      knownMs: 1,
      startMs: 0,
      endMs: Number.POSITIVE_INFINITY,
      line,
      prefix,
    });
  }
  return ledger;
}

let knownMs = t0;
function bind(
  kind: BindingEvent["kind"],
  inside: string,
  minutes: number,
  more: Partial<BindingEvent> = {},
): BindingEvent {
  return {
    kind,
    feed: "nat",
    nas: "198.51.100.9",
    knownMs: knownMs++,
    atMs: t0 + minutes * minute,
    prefix: { words: words("192.0.2.1"), prefixLength: 128, ports: block },
    ...(inside === "" ? {} : { inside: { domain: "", words: words(inside) } }),
    ...more,
  };
}

/** Who held port 1100 (and 1536, one past the block) in each of the minutes. */
function holders(ledger: Ledger, minutes: readonly number[], port = 1100): (string | number)[] {
  return minutes.map((at) => {
    const line = ledger.resolveIn("", words("192.0.2.1"), 0, t0 + at * minute, port);
    return line < 0 ? line : ledger.lines.name(line);
  });
}

function apply(ledger: Ledger, events: readonly LeaseEvent[]): string[] {
  return events.map((event) => {
    const { status, reason } = ledger.apply(event);
    return reason ?? status;
  });
}
const { noLease, otherTime } = Unattributed;

void test("a block is held by whoever holds its inside address, from its allocation to its release", () => {
  const ledger = newLedger();
  assert.deepEqual(apply(ledger, [bind("allocate", "100.64.0.1", 1), bind("release", "100.64.0.1", 9)]), [
    "applied",
    "applied",
  ]);
  assert.deepEqual(holders(ledger, [0, 1, 8.9, 9]), [otherTime, "a", "a", otherTime]);
  assert.deepEqual(holders(ledger, [5], 1536), [noLease]);
  assert.deepEqual(holders(ledger, [5], 0), [noLease]);
});

void test("a block that is given on without a release ends where the next holder's begins, and that is counted", () => {
  const ledger = newLedger();
  apply(ledger, [bind("allocate", "100.64.0.1", 1), bind("allocate", "100.64.0.2", 5)]);
  assert.deepEqual(holders(ledger, [4.9, 5, 99]), ["a", "b", "b"]);
  assert.equal(ledger.stats.resolutions.closedByNextStart, 1);
  assert.deepEqual(apply(ledger, [bind("release", "100.64.0.1", 7)]), ["unchanged"]);
  assert.deepEqual(holders(ledger, [8]), ["b"]);
  const [resolution] = ledger.resolutions();
  assert.deepEqual([resolution.prefix, resolution.line], ["192.0.2.1:1024-1535", "100.64.0.1"]);
});

void test("events that come again change nothing, a block given back and taken within one second among them", () => {
  const ledger = newLedger();
  const events = [
    bind("allocate", "100.64.0.1", 1),
    bind("release", "100.64.0.1", 5),
    bind("allocate", "100.64.0.1", 5),
    bind("active", "100.64.0.1", 6),
    bind("release", "100.64.0.1", 7),
    bind("allocate", "100.64.0.2", 7),
  ];
  apply(ledger, events);
  const before = [...ledger.log()];
  assert.deepEqual(new Set(apply(ledger, events)), new Set(["unchanged"]));
  assert.deepEqual([...ledger.log()], before);
  assert.deepEqual(holders(ledger, [4, 5, 6, 7]), ["a", "a", "a", "b"]);
});

void test("a release or a sign of life whose allocation was lost makes the lease by what it tells of the beginning", () => {
  const ledger = newLedger();
  assert.deepEqual(
    apply(ledger, [
      bind("release", "100.64.0.1", 4),
      bind("release", "100.64.0.1", 4, { startMs: t0 + 2 * minute }),
      bind("active", "100.64.0.2", 8, { startMs: t0 + 6 * minute }),
    ]),
    ["withoutStart", "applied", "applied"],
  );
  assert.deepEqual(holders(ledger, [1, 2, 3, 5, 6, 9]), [otherTime, "a", "a", otherTime, "b", "b"]);
  const { stopWithoutStart, interimWithoutStart } = ledger.stats.resolutions;
  assert.deepEqual([stopWithoutStart, interimWithoutStart], [1, 1]);
});

void test("a release that names no inside address ends whatever holds the block", () => {
  const ledger = newLedger();
  apply(ledger, [bind("allocate", "100.64.0.2", 1), bind("release", "", 3)]);
  assert.deepEqual(holders(ledger, [2, 3]), ["b", otherTime]);
});

void test("a port of several sessions is held until the last of them ends", () => {
  const ledger = newLedger();
  const isSession = true;
  apply(ledger, [
    bind("allocate", "100.64.0.1", 1, { isSession }),
    bind("allocate", "100.64.0.1", 2, { isSession }),
    bind("release", "100.64.0.1", 3, { isSession }),
  ]);
  assert.deepEqual(holders(ledger, [4]), ["a"]);
  apply(ledger, [bind("release", "100.64.0.1", 5, { isSession })]);
  assert.deepEqual(holders(ledger, [4, 5]), ["a", otherTime]);
});

void test("the line is the one that held the inside address at that moment", () => {
  const ledger = newLedger();
  apply(ledger, [bind("allocate", "100.64.0.1", 1)]);
  const prefix = parsePrefix("100.64.0.1")!;
  ledger.apply({
    kind: "start",
    feed: "radius",
    knownMs: t0,
    atMs: t0 + 5 * minute,
    line: "c",
    session: "s",
    nas: "bng",
    prefixes: [prefix],
  });
  assert.deepEqual(holders(ledger, [4, 5]), ["a", "c"]);
});

void test("port sets that are none and shapes past the bound are refused, and the rest is taken", () => {
  const ledger = newLedger();
  const onPorts = (ports: PortSet): BindingEvent =>
    bind("allocate", "100.64.0.1", 1, { prefix: { words: words("192.0.2.1"), prefixLength: 128, ports } });
  assert.deepEqual(
    apply(ledger, [
      onPorts({ first: 9, last: 8, stride: 0 }),
      onPorts({ first: 9, last: 70_000, stride: 0 }),
      onPorts({ first: 10, last: 19, stride: 15 }),
    ]),
    ["badPorts", "badPorts", "badPorts"],
  );
  const sizes = Array.from({ length: 130 }, (_, index) =>
    onPorts({ first: 2000, last: 2000 + index, stride: 0 }),
  );
  const outcomes = apply(ledger, sizes);
  assert.deepEqual(new Set(outcomes.slice(0, 128)), new Set(["applied"]));
  assert.deepEqual(outcomes.slice(128), ["portShapesFull", "portShapesFull"]);
});
