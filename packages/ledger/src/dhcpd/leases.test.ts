import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { after, test } from "node:test";
import fc from "fast-check";
import { ImportBench } from "../dhcp/import.fixture.ts";
import { findProgress, progressOf } from "../file/progress.ts";
import { importDhcpdLeases } from "./leases.ts";
import { readDate, StatementReader } from "./statement.ts";

const benches: ImportBench[] = [];
after(() => {
  for (const bench of benches) bench.remove();
});

function newBench(): ImportBench {
  const bench = new ImportBench(importDhcpdLeases, "dhcpd");
  benches.push(bench);
  return bench;
}

const t0 = Date.UTC(2026, 4, 14, 3);
const [a, b] = ["00:00:5e:00:53:01", "00:00:5e:00:53:02"];

function date(at: number): string {
  const [day, time] = new Date(t0 + at * 1000).toISOString().slice(0, 19).split("T");
  return `4 ${day.replaceAll("-", "/")} ${time}`;
}

function lease(
  address: string,
  hwaddr: string,
  from: number,
  to: number,
  state = "active",
  more = "",
): string {
  return `lease ${address} {
  starts ${date(from)};
  ends ${date(to)};
  cltt ${date(from)};
  binding state ${state};
  next binding state free;
  hardware ethernet ${hwaddr};
  uid "\\001\\000\\000^\\000S\\00${hwaddr.slice(-1)}";${more}
}
`;
}

void test("what dhcpd 4.4.3 wrote of two clients of udhcpc is two leases", async () => {
  const bench = newBench();
  const file = bench.write(
    "dhcpd.leases",
    String.raw`# The format of this file is documented in the dhcpd.leases(5) manual page.
# This lease file was written by isc-dhcp-4.4.3-P1

# authoring-byte-order entry is generated, DO NOT DELETE
authoring-byte-order little-endian;

server-duid "\000\001\000\0012\226N\013v\362\247\315\031\032";

lease 192.0.2.10 {
  starts 1 2026/11/23 01:06:22;
  ends 1 2026/11/23 01:06:32;
  cltt 1 2026/11/23 01:06:22;
  binding state active;
  next binding state free;
  rewind binding state free;
  hardware ethernet 3e:da:03:1b:31:3d;
  uid "\001>\332\003\0331=";
  set vendor-class-identifier = "udhcp 1.35.0";
  client-hostname "cpe1";
}
lease 192.0.2.10 {
  starts 1 2026/11/23 01:06:22;
  ends 1 2026/11/23 01:06:32;
  tstp 1 2026/11/23 01:06:32;
  cltt 1 2026/11/23 01:06:22;
  binding state free;
  hardware ethernet 3e:da:03:1b:31:3d;
  uid "\001>\332\003\0331=";
  set vendor-class-identifier = "udhcp 1.35.0";
}
lease 192.0.2.11 {
  starts 1 2026/11/23 01:06:38;
  ends 1 2026/11/23 01:06:48;
  cltt 1 2026/11/23 01:06:38;
  binding state active;
  hardware ethernet 00:00:5e:00:53:02;
  uid "\001\000\000^\000S\002";
}
`,
  );
  const report = await bench.import(file, { lineFrom: ["hostname", "client-id"] });
  assert.deepEqual(bench.leases(Date.UTC(2026, 10, 23, 1, 6)), [
    ["192.0.2.10", "cpe1", 22, 32],
    ["192.0.2.11", "01:00:00:5e:00:53:02", 38, 48],
  ]);
  assert.deepEqual([report.taken, report.bad, report.leases], [3, 0, 2]);
});

void test("a lease that is renewed is one lease, until it is released or another line's begins", async () => {
  const bench = newBench();
  const file = bench.write(
    "dhcpd.leases",
    lease("192.0.2.7", a, 0, 100) +
      lease("192.0.2.8", a, 0, 100) +
      lease("192.0.2.7", a, 50, 150) +
      lease("192.0.2.7", a, 100, 200) +
      lease("192.0.2.7", a, 100, 130, "free") +
      lease("192.0.2.7", b, 140, 240) +
      lease("192.0.2.8", b, 60, 160),
  );
  await bench.import(file);
  assert.deepEqual(bench.leases(t0), [
    ["192.0.2.7", a, 0, 130],
    ["192.0.2.7", b, 140, 240],
    ["192.0.2.8", a, 0, 60],
    ["192.0.2.8", b, 60, 160],
  ]);
  const written = bench.rows.length;
  await bench.import(file);
  assert.equal(bench.rows.length, written);
});

void test("an ended lease that nothing else tells of was held until then; an abandoned one by nobody", async () => {
  const bench = newBench();
  const file = bench.write(
    "dhcpd.leases",
    lease("192.0.2.7", a, 0, 100, "expired") +
      lease("192.0.2.8", a, 0, 100) +
      lease("192.0.2.8", a, 20, 20, "abandoned") +
      "lease 192.0.2.9 {\n  binding state free;\n}\n" +
      lease("192.0.2.10", a, 0, 100, "backup"),
  );
  const report = await bench.import(file);
  assert.deepEqual(bench.leases(t0), [
    ["192.0.2.7", a, 0, 100],
    ["192.0.2.8", a, 0, 20],
  ]);
  assert.deepEqual([report.taken, report.passedOver, report.bad], [5, 2, 0]);
});

void test("a release in a later import ends the lease that an earlier one left open to its end", async () => {
  const bench = newBench();
  const file = bench.write("dhcpd.leases", lease("192.0.2.7", a, 0, 100) + lease("192.0.2.7", a, 50, 150));
  const first = await bench.import(file);
  const progress = await progressOf(file, first.position);
  appendFileSync(file, lease("192.0.2.7", a, 50, 90, "free"));
  await bench.import(file, { from: await findProgress(file, [progress]) });
  assert.deepEqual(bench.leases(t0), [["192.0.2.7", a, 0, 90]]);
});

void test("relay options name the line; a declaration that ended has them no more", async () => {
  const bench = newBench();
  const relay = '\n  option agent.circuit-id "eth 1/2:100";\n  option agent.remote-id 0:2:ab;';
  const file = bench.write(
    "dhcpd.leases",
    lease("192.0.2.7", a, 0, 100, "active", relay) + lease("192.0.2.7", a, 0, 40, "free"),
  );
  await bench.import(file, { lineFrom: ["circuit-id", "hwaddr"] });
  assert.deepEqual(bench.leases(t0), [["192.0.2.7", "eth 1/2:100", 0, 40]]);
  const remote = newBench();
  await remote.import(file, { lineFrom: ["remote-id"] });
  assert.deepEqual(remote.leases(t0), [["192.0.2.7", "0x0002ab", 0, 40]]);
});

void test("addresses and prefixes of DHCPv6 are leases of the DUID behind the IAID", async () => {
  const bench = newBench();
  const file = bench.write(
    "dhcpd6.leases",
    String.raw`ia-na "\001\000\000\000\000\003\000\001\000\000^\000S\001" {
  cltt epoch ${t0 / 1000}; # Thu May 14 12:00:00 2026
  iaaddr 2001:db8:1::100 {
    binding state active;
    preferred-life 10;
    max-life 20;
    ends ${date(20)};
    set vendor = "} ; {";
    on expiry { set x = "y"; }
  }
}
ia-pd 01:00:00:00:00:03:00:01:00:00:5e:00:53:01 {
  cltt ${date(5)};
  iaprefix 2001:db8:100::/48 {
    binding state active;
    ends never;
  }
  iaprefix 2001:db8:200::/48 {
    binding state released;
    ends ${date(9)};
  }
}
ia-na "\001\000\000\000\000\003\000\001\000\000^\000S\001" { cltt ${date(15)}; iaaddr 2001:db8:1::100 { ends ${date(35)}; } }
`,
  );
  const report = await bench.import(file);
  assert.deepEqual(bench.leases(t0), [
    ["2001:db8:1::100", "00:03:00:01:00:00:5e:00:53:01", 0, 35],
    ["2001:db8:100::/48", "00:03:00:01:00:00:5e:00:53:01", 5, Number.POSITIVE_INFINITY],
    ["2001:db8:200::/48", "00:03:00:01:00:00:5e:00:53:01", 5, 9],
  ]);
  assert.deepEqual([report.taken, report.bad], [4, 0]);
});

void test("dates: weekday and UTC, seconds since 1970, never; none other", () => {
  const read = (text: string): number => readDate(text.split(" ").map((word) => ({ text: word })));
  assert.equal(read("4 2026/05/14 03:00:00"), t0);
  assert.equal(read("0 2026/5/14 03:00:00"), t0);
  assert.equal(read(`epoch ${t0 / 1000}`), t0);
  assert.equal(read("never"), Number.POSITIVE_INFINITY);
  for (const text of [
    "2026/05/14 03:00:00",
    "4 2026/02/30 03:00:00",
    "epoch x",
    "4 2026/05/14",
    "",
    "9 x y",
  ]) {
    assert.equal(read(text), Number.NaN, text);
  }
});

void test("strings keep octets that are no text, quotes, braces and marks of remarks", () => {
  const reader = new StatementReader();
  const line = String.raw`uid "a\"b\\c\012\377{#;" ; # "`;
  const found = reader.read({ number: 1, text: line, tooLong: false, end: 0 });
  assert.ok(typeof found !== "string");
  assert.equal(Buffer.from(found[0].words[1].octets ?? []).toString("latin1"), 'a"b\\c\n\xff{#;');
  assert.equal(reader.isWithin, false);
});

void test("a bad declaration is told by the line on which it begins, the others are taken", async () => {
  const bench = newBench();
  const good = lease("192.0.2.9", b, 0, 100);
  const bad = [
    lease("192.0.2.777", a, 0, 100),
    lease("192.0.2.7", a, 0, 100).replace(/ends .*\n/, "ends soon;\n"),
    lease("192.0.2.7", a, 0, 100).replace(/ends .*\n/, ""),
    lease("192.0.2.7", a, 0, 100, "confused"),
    lease("192.0.2.7", a, 0, 100).replace(/hardware .*\n/, ""),
    lease("192.0.2.7", a, 0, 100, "active", '\n  client-hostname "half;'),
    lease("192.0.2.7", a, 0, 100).split("\n").slice(0, 4).join("\n") + "\n",
  ];
  const report = await bench.import(bench.write("dhcpd.leases", [...bad, good].join("")));
  assert.deepEqual(
    report.badRows.map(({ reason }) => reason),
    [
      '"192.0.2.777" is no address',
      '"ends soon" is no date',
      "the lease has no ends",
      'the binding state "confused" is none that is known',
      "the lease has no hwaddr that would name its line",
      "a quote is not closed",
      "the declaration was cut: another begins in it",
    ],
  );
  assert.deepEqual(report.badRows.map(({ line }) => line).slice(0, 3), [1, 10, 19]);
  assert.deepEqual(bench.leases(t0), [["192.0.2.9", b, 0, 100]]);
});

void test("a declaration that is half-written is read when it is whole", async () => {
  const text = lease("192.0.2.7", a, 0, 100) + lease("192.0.2.8", b, 0, 100);
  await fc.assert(
    fc.asyncProperty(fc.nat(text.length), async (at) => {
      const bench = newBench();
      const file = bench.write("dhcpd.leases", text.slice(0, at));
      const first = await bench.import(file);
      assert.equal(first.bad, 0);
      const progress = await progressOf(file, first.position);
      appendFileSync(file, text.slice(at));
      const second = await bench.import(file, { from: await findProgress(file, [progress]) });
      assert.equal(second.bad, 0);
      assert.deepEqual(bench.leases(t0), [
        ["192.0.2.7", a, 0, 100],
        ["192.0.2.8", b, 0, 100],
      ]);
    }),
    { numRuns: 60 },
  );
});
