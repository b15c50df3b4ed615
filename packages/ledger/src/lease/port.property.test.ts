import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isMapped, parseAddress, parsePrefix } from "@ishizue/wire";
import { LineTable } from "../line/table.ts";
import { logColumns } from "./columns.fixture.ts";
import type { PortSet } from "./event.ts";
import { prefixMasks } from "./key.ts";
import { Ledger } from "./ledger.ts";
import type { LeaseLogRow } from "./log.ts";
import { firstPortOf, portSetOf, portShape } from "./port-set.ts";
import { Unattributed } from "./unattributed.ts";
import { LedgerView } from "./view.ts";

const day = 86_400_000;
const outsides = ["192.0.2.1", "192.0.2.2", "192.0.2.0/29", "2001:db8:ff::1", "2001:db8:ff::/48"];
const insides = ["100.64.0.1", "100.64.0.2", "2001:db8:0:1::"];
const heldBehind = [...insides, "100.64.0.0/24", "2001:db8::/56"];
const probeTexts = ["192.0.2.1", "192.0.2.2", "192.0.2.5", "192.0.2.9", "2001:db8:ff::1", "2001:db8:ff::2"];
const probePorts = [0, 1, 1023, 1024, 1535, 2047, 2048, 4112, 4116, 8208, 8212, 65_535];
const probeTimes = [0, 1, day, day + 1, 50 * day, 60 * day];
const domains = ["", "", "vrf"];

const setTexts: PortSet[] = [
  { first: 1024, last: 2047, stride: 0 },
  { first: 1024, last: 1535, stride: 0 },
  { first: 2048, last: 3071, stride: 0 },
  { first: 1000, last: 1600, stride: 0 },
  { first: 1024, last: 1024, stride: 0 },
  { first: 4112, last: 4115, stride: 4096 },
  { first: 4112, last: 4127, stride: 4096 },
  { first: 24, last: 35, stride: 100 },
  { first: 0, last: 65_535, stride: 0 },
  { first: 65_000, last: 65_535, stride: 4096 },
  { first: 0, last: 1023, stride: 0 },
];

const rows = probeTexts.length * probePorts.length * probeTimes.length * domains.length;
const addresses = new Uint32Array(4 * rows);
const times = new Float64Array(rows);
const ports = new Uint16Array(rows);
const domainOf: string[] = [];
let at = 0;
for (const domain of domains) {
  for (const text of probeTexts) {
    for (const port of probePorts) {
      for (const timeMs of probeTimes) {
        assert.ok(parseAddress(text, addresses, 4 * at));
        times[at] = timeMs;
        ports[at] = port;
        domainOf[at++] = domain;
      }
    }
  }
}

const hasPort = ({ first, last, stride }: PortSet, port: number): boolean => {
  for (let k = 0; first + k * stride <= 65_535; k++) {
    if (first + k * stride <= port && port <= last + k * stride) return true;
    if (stride === 0) return false;
  }
  return false;
};
const covers = (lease: LeaseLogRow, words: Uint32Array, domain: string): boolean =>
  lease.domain === domain &&
  (lease.prefixLength <= 96 || isMapped(lease.words, 0) === isMapped(words, 0)) &&
  lease.words.every((word, i) => (words[i] & prefixMasks[4 * lease.prefixLength + i]) >>> 0 === word);
const holdsAt = (lease: LeaseLogRow, timeMs: number): boolean =>
  lease.validFromMs <= timeMs && timeMs < lease.validToMs;

const isPorted = ({ ports: set, inside }: LeaseLogRow): boolean => (set ?? inside) !== undefined;
const sizeOf = ({ ports: set }: LeaseLogRow): number =>
  set === undefined ? 65_536 : set.last - set.first + 1;

/** Who held a port, by the definition: docs/ledger.md, "Shared addresses". A line's name or an Unattributed code. */
function model(
  log: LeaseLogRow[],
  words: Uint32Array,
  domain: string,
  timeMs: number,
  port: number | null,
): string | number {
  const around = log.filter((lease) => {
    if (!covers(lease, words, domain)) return false;
    if (!isPorted(lease)) return true;
    if (port === null) return false;
    return lease.ports === undefined || (port !== 0 && hasPort(lease.ports, port));
  });
  const order = [...around].sort(
    (a, b) => b.prefixLength - a.prefixLength || Number(isPorted(b)) - Number(isPorted(a)),
  );
  const rank = (lease: LeaseLogRow): string => `${lease.prefixLength} ${isPorted(lease)}`;
  let reason: number = Unattributed.noLease;
  for (const group of new Set(order.map(rank))) {
    const [best] = order
      .filter((lease) => rank(lease) === group && holdsAt(lease, timeMs))
      .sort(
        (a, b) =>
          b.validFromMs - a.validFromMs ||
          sizeOf(a) - sizeOf(b) ||
          (b.ports?.first ?? 0) - (a.ports?.first ?? 0),
      ) as (LeaseLogRow | undefined)[];
    let line: string | number = Unattributed.otherTime;
    if (best?.inside !== undefined) line = model(log, best.inside.words, best.inside.domain, timeMs, null);
    else if (best !== undefined) ({ line } = best);
    if (typeof line === "string") return line;
    if (line === Unattributed.otherTime) reason = line;
  }
  return reason;
}

const portSets = fc.option(fc.constantFrom(...setTexts), { nil: undefined, freq: 5 });
const step = fc.record({
  outside: fc.constantFrom(...outsides),
  domain: fc.constantFrom(...domains),
  ports: portSets,
  inside: fc.option(fc.record({ domain: fc.constantFrom(...domains), text: fc.constantFrom(...insides) }), {
    nil: undefined,
  }),
  behind: fc.option(fc.constantFrom(...heldBehind), { nil: undefined, freq: 2 }),
  kind: fc.constantFrom("lease" as const, "allocate" as const, "release" as const, "active" as const),
  startMs: fc.constantFrom(0, 1, day, 50 * day),
  heldMs: fc.constantFrom(1, day, 39 * day, 600 * day, Number.POSITIVE_INFINITY),
  line: fc.constantFrom("a", "b", "c"),
});

const words = (text: string): Uint32Array => parsePrefix(text)!.words;

for (const room of [0, 20_000]) {
  void test(`ports, inside addresses and routing domains are looked up as the log says, with room for ${room}`, () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (list) => {
        const lines = new LineTable();
        const ledger = new Ledger({ lines, room });
        const view = new LedgerView(structuredClone(ledger.shared()));
        ledger.onShared((shared) => view.update(structuredClone(shared)));
        const log = new Map<string, LeaseLogRow>();
        for (const [index, event] of list.entries()) {
          const { words: prefix, prefixLength } = parsePrefix(event.behind ?? event.outside)!;
          const set = event.behind === undefined ? event.ports : undefined;
          const known = {
            feed: "nat",
            knownMs: 1_000_000 + index,
            domain: event.domain,
            prefix: { words: prefix, prefixLength, ...(set === undefined ? {} : { ports: set }) },
          };
          const inside =
            event.inside === undefined || event.behind !== undefined
              ? undefined
              : { domain: event.inside.domain, words: words(event.inside.text) };
          const outcome =
            event.kind === "lease" || inside === undefined
              ? ledger.apply({
                  ...known,
                  kind: "lease",
                  startMs: event.startMs,
                  endMs: event.startMs + event.heldMs,
                  line: inside === undefined ? event.line : "",
                  ...(inside === undefined ? {} : { inside }),
                })
              : ledger.apply({ ...known, kind: event.kind, atMs: event.startMs, nas: "n1", inside });
          for (const row of outcome.rows) {
            const { first, last, stride } = row.ports ?? setTexts[8];
            log.set(
              `${row.domain} ${row.words.join(" ")} ${row.prefixLength} ${isPorted(row)} ${first} ${last} ${stride} ${row.validFromMs}`,
              row,
            );
          }
        }
        const rowsOfLog = [...log.values()];
        const indexes = Int32Array.from(domainOf, (name) => ledger.placeDomain(name));
        const expected = domainOf.map((domain, row) => {
          const found = model(
            rowsOfLog,
            addresses.subarray(4 * row, 4 * row + 4),
            domain,
            times[row],
            ports[row],
          );
          return typeof found === "string" ? lines.indexOf(found) : found;
        });
        const found = new Int32Array(rows);
        ledger.resolveRows(addresses, times, 0, rows, found, ports, indexes);
        assert.deepEqual([...found], expected);
        found.fill(-9);
        view.resolveRows(addresses, times, 0, rows, found, ports, indexes);
        assert.deepEqual([...found], expected);
        const restored = new Ledger({ lines });
        restored.restoreColumns(logColumns([...ledger.log()]));
        restored.resolveRows(
          addresses,
          times,
          0,
          rows,
          found,
          ports,
          indexes.map((_, row) => restored.placeDomain(domainOf[row])),
        );
        assert.deepEqual([...found], expected);
        const fromRows = new Ledger({ lines });
        fromRows.restore(ledger.log());
        assert.deepEqual([...fromRows.log()], [...ledger.log()]);
        // Without ports, leases of ports answer nothing.
        ledger.resolveRows(addresses, times, 0, rows, found);
        const plain = domainOf.map((_, row) => {
          const line = model(rowsOfLog, addresses.subarray(4 * row, 4 * row + 4), "", times[row], null);
          return typeof line === "string" ? lines.indexOf(line) : line;
        });
        assert.deepEqual([...found], plain);
      }),
      { numRuns: room === 0 ? 150 : 40 },
    );
  });
}

void test("a port and the shape of its set give the set, for every set there is", () => {
  const anySet = fc.record({
    first: fc.nat(65_535),
    size: fc.integer({ min: 1, max: 5000 }),
    stride: fc.oneof(
      fc.constant(0),
      fc.nat(65_535),
      fc.nat(16).map((bits) => (2 ** bits) & 0xffff),
    ),
  });
  fc.assert(
    fc.property(
      anySet,
      fc.array(fc.nat(65_535), { minLength: 20, maxLength: 20 }),
      ({ first, size, stride }, probes) => {
        const given = { first, last: Math.min(65_535, first + size - 1), stride };
        const set = portSetOf(given);
        if (set === undefined) return;
        const [shape0, shape1] = portShape(set);
        for (const port of [...probes, given.first, given.last]) {
          const isIn = hasPort(given, port);
          assert.equal(hasPort(set, port), isIn);
          assert.equal(firstPortOf(shape0, shape1, port) === set.first, isIn);
        }
      },
    ),
    { numRuns: 2000 },
  );
});
