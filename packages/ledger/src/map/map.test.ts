import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatAddress, networkWord, parsePrefix } from "@ishizue/wire";
import type { SessionEvent } from "../lease/event.ts";
import { Ledger } from "../lease/ledger.ts";
import type { LeaseLogRow } from "../lease/log.ts";
import { formatLeased } from "../lease/resolution.ts";
import { Unattributed } from "../lease/unattributed.ts";
import { LineTable } from "../line/table.ts";
import { mappedBy, mapRuleFault, psidPorts, type MapRule } from "./rule.ts";

const prefix = (text: string): { words: Uint32Array; prefixLength: number } => parsePrefix(text)!;
const open = Number.POSITIVE_INFINITY;

function rule(
  ipv6: string,
  ipv4: string,
  eaBits: number,
  psidOffset = 6,
  more: Partial<MapRule> = {},
): MapRule {
  return {
    ipv6: prefix(ipv6),
    ipv4: prefix(ipv4),
    eaBits,
    psidOffset,
    startMs: 0,
    endMs: open,
    domain: "",
    ipv4Domain: "",
    ...more,
  };
}

function mapped(of: MapRule, ipv6: string): string | undefined {
  const { words, prefixLength } = prefix(ipv6);
  const found = mappedBy(of, words, prefixLength);
  return found === undefined ? undefined : formatLeased(found.words, found.prefixLength, found.ports ?? null);
}

void test("the address and ports of RFC 7597's first example", () => {
  // Appendix A, example 1: end-user prefix 2001:db8:0012:3400::/56, address 192.0.2.18, PSID 0x34 of 8 bits, offset 6.
  const given = rule("2001:db8::/40", "192.0.2.0/24", 16);
  assert.equal(mapRuleFault(given), undefined);
  assert.equal(mapped(given, "2001:db8:12:3400::/56"), "192.0.2.18:1232-1235/1024");
  // The first and last ranges of its table.
  const { ports } = mappedBy(given, prefix("2001:db8:12:3400::").words, 56)!;
  assert.deepEqual(ports, { first: 1232, last: 1235, stride: 1024 });
});

void test("full addresses, prefixes, contiguous ports and prefixes of other lengths", () => {
  // Appendix A, example 4: no port set, the whole address.
  assert.equal(mapped(rule("2001:db8::/48", "192.0.2.0/24", 8), "2001:db8:0:1200::/56"), "192.0.2.18");
  assert.equal(mapped(rule("2001:db8::/40", "192.0.0.0/16", 8), "2001:db8:12::/48"), "192.0.18.0/24");
  // Example 5: no EA-bits, the rule is the line's own.
  assert.equal(
    mapped(rule("2001:db8:12:3400::/56", "192.0.2.18/32", 0), "2001:db8:12:3400::/56"),
    "192.0.2.18",
  );
  assert.equal(
    mapped(rule("2001:db8::/40", "192.0.2.0/24", 16, 0), "2001:db8:12:3400::/56"),
    "192.0.2.18:13312-13567",
  );
  const given = rule("2001:db8::/40", "192.0.2.0/24", 16);
  assert.equal(mapped(given, "2001:db8:12:3400::/64"), "192.0.2.18:1232-1235/1024");
  assert.equal(mapped(given, "2001:db8:12::/48"), undefined);
  assert.equal(mapped(given, "2001:db9:12:3400::/56"), undefined);
});

void test("a port is of the PSID that its bits tell, and of no other", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 15 }),
      fc.integer({ min: 1, max: 16 }),
      fc.nat(65_535),
      fc.nat(),
      (a, k, port, n) => {
        fc.pre(a + k <= 16);
        const psid = n % 2 ** k;
        const { first, last, stride } = psidPorts(a, k, psid);
        let isIn = false;
        for (let at = first, end = last; at <= 65_535; at += stride, end += stride) {
          if (port >= at && port <= end) isIn = true;
          if (stride === 0) break;
        }
        const bits = Math.floor(port / 2 ** (16 - a - k)) % 2 ** k;
        const isExcluded = a > 0 && Math.floor(port / 2 ** (16 - a)) === 0;
        assert.equal(isIn, bits === psid && !isExcluded);
      },
    ),
  );
});

void test("rules that cannot be are told", () => {
  assert.match(mapRuleFault(rule("2001:db8::/40", "192.0.2.0/24", 30)) ?? "", /longer than 64 bits/);
  assert.match(mapRuleFault(rule("2001:db8::/32", "192.0.2.0/24", 16, 9)) ?? "", /16 bits together/);
  assert.match(mapRuleFault(rule("192.0.2.0/24", "192.0.2.0/24", 8)) ?? "", /one of IPv4/);
  assert.match(mapRuleFault(rule("2001:db8::/32", "2001:db8::/32", 8)) ?? "", /IPv4 prefix is none/);
});

const hour = 3_600_000;
const address = prefix("192.0.2.18").words;
const line = (ledger: Ledger, atMs: number, port: number): string | number => {
  const found = ledger.resolveIn("", address, 0, atMs, port);
  return found < 0 ? found : ledger.lines.name(found);
};

function session(kind: SessionEvent["kind"], name: string, atMs: number, knownMs: number): SessionEvent {
  return {
    kind,
    feed: "radius",
    nas: "bng",
    session: name,
    line: name,
    atMs,
    knownMs,
    prefixes: [prefix("2001:db8:12:3400::/56")],
  };
}

void test("the IPv4 side of a line follows its IPv6 lease: it begins, goes to another and ends with it", () => {
  const ledger = new Ledger({
    lines: new LineTable(),
    mapRules: [rule("2001:db8::/40", "192.0.2.0/24", 16)],
  });
  const rows: LeaseLogRow[] = [];
  rows.push(...ledger.apply(session("start", "a", hour, 1)).rows);
  rows.push(...ledger.apply(session("start", "b", 3 * hour, 2)).rows);
  rows.push(...ledger.apply(session("stop", "b", 5 * hour, 3)).rows);
  assert.deepEqual(
    [0.5, 1, 2, 3, 4, 5].map((at) => line(ledger, at * hour, 1232)),
    [Unattributed.otherTime, "a", "a", "b", "b", Unattributed.otherTime],
  );
  assert.equal(line(ledger, hour, 1231), Unattributed.noLease);
  assert.equal(line(ledger, hour, 65_535 - 1023 + 208), "a");
  assert.deepEqual(ledger.apply(session("stop", "b", 5 * hour, 4)).rows, []);
  const restored = new Ledger({ lines: new LineTable() });
  restored.restore(rows);
  assert.equal(line(restored, 4 * hour, 1232), "b");
  const side = rows.find(({ ports }) => ports !== undefined)!;
  assert.deepEqual([side.source, formatAddress(side.words, 0)], ["map:bng/start/open", "192.0.2.18"]);
});

void test("a rule that is added later brings the sides of the leases that are there, once; one that ends ends them", () => {
  const lines = new LineTable();
  const before = new Ledger({ lines });
  const log = [...before.apply(session("start", "a", hour, 1)).rows];
  const given = { startMs: 2 * hour, endMs: open };
  const ruled = (more: Partial<MapRule>): Ledger => {
    const ledger = new Ledger({ lines, mapRules: [rule("2001:db8::/40", "192.0.2.0/24", 16, 6, more)] });
    ledger.restore(log);
    log.push(...ledger.mapLeases(1000 + log.length));
    assert.deepEqual(ledger.mapLeases(2000), []);
    return ledger;
  };
  assert.deepEqual(
    [1, 2, 9].map((at) => line(ruled(given), at * hour, 1232)),
    [Unattributed.otherTime, "a", "a"],
  );
  assert.equal(log.length, 2);
  const ended = ruled({ ...given, endMs: 5 * hour });
  assert.deepEqual(
    [2, 4, 5].map((at) => line(ended, at * hour, 1232)),
    ["a", "a", Unattributed.otherTime],
  );
});

void test("silence ends no side but its lease, and the side with it", () => {
  const ledger = new Ledger({
    lines: new LineTable(),
    mapRules: [rule("2001:db8::/40", "192.0.2.0/24", 16)],
  });
  ledger.apply(session("start", "a", hour, hour));
  const rows = ledger.expire(10 * hour, 2 * hour);
  assert.deepEqual(
    rows.map(({ validToMs }) => validToMs),
    [3 * hour, 3 * hour],
  );
  assert.deepEqual(
    [2, 3].map((at) => line(ledger, at * hour, 1232)),
    ["a", Unattributed.otherTime],
  );
});

void test("every end-user prefix has an address and ports of its own", () => {
  const given = rule("2001:db8::/40", "192.0.2.0/24", 16);
  const seen = new Set<string>();
  for (let ea = 0; ea < 65_536; ea += 257) {
    const words = Uint32Array.from(given.ipv6.words);
    words[1] = networkWord((ea << 8) >>> 0);
    const { words: ipv4, ports } = mappedBy(given, words, 56)!;
    seen.add(formatLeased(ipv4, 128, ports ?? null));
  }
  assert.equal(seen.size, 256);
});
