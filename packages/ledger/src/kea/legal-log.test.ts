import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ImportBench } from "../dhcp/import.fixture.ts";
import { importKeaLegalLog } from "./legal-log.ts";

const benches: ImportBench[] = [];
after(() => {
  for (const each of benches) each.remove();
});

function bench(): ImportBench {
  const made = new ImportBench(importKeaLegalLog, "kea-legal-log");
  benches.push(made);
  return made;
}

const noonMs = Date.UTC(2026, 4, 11, 12);
const text = (...lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");
const device = "hwtype=1 00:00:5e:00:53:01, client-id: 01:00:00:5e:00:53:01";
const relay =
  "connected via relay at address: 192.0.2.33, identified by circuit-id: 68:6f:77:64:79 (howdy) and remote-id: 87:f6:79:77:ef";

void test("DHCPv4: assigned, renewed and released, as the manual shows the entries", async () => {
  const each = bench();
  const file = each.write(
    "kea-legal.20260511.txt",
    text(
      `2026-05-11 12:00:00 UTC Address: 192.0.2.100 has been assigned for 1 hrs 52 min 15 secs to a device with hardware address: ${device} ${relay}`,
      `2026-05-11 21:50:00 JST Address: 192.0.2.100 has been renewed for 1 hrs 52 mins 15 secs to a device with hardware address: ${device} ${relay}`,
      `2026-05-11 16:00:00 CEST Address: 192.0.2.100 has been released from a device with hardware address: ${device} ${relay}`,
      "2026-05-11 14:30:00 UTC Address: 192.0.2.100 has been assigned for 6735 seconds to a device with hardware address: hwtype=1 00:00:5e:00:53:02",
      "2026-05-11 15:00:00 UTC Address: 192.0.2.101 has been assigned for infinite duration to a device with hardware address: hwtype=1 00:00:5e:00:53:03",
    ),
  );
  const report = await each.import(file);
  assert.deepEqual([report.taken, report.bad, report.leases], [5, 0, 3]);
  assert.deepEqual(each.leases(noonMs), [
    ["192.0.2.100", "00:00:5e:00:53:01", 0, 7200],
    ["192.0.2.100", "00:00:5e:00:53:02", 9000, 9000 + 6735],
    ["192.0.2.101", "00:00:5e:00:53:03", 10_800, Number.POSITIVE_INFINITY],
  ]);
  const before = each.rows.length;
  await each.import(file);
  assert.equal(each.rows.length, before);
});

void test("DHCPv6: addresses, delegated prefixes, and what the relays said", async () => {
  const entry = (what: string): string =>
    `2026-05-11 12:00:00 UTC ${what} to a device with DUID: 17:34:e2:ff:09:92:54 and hardware address: hwtype=1 08:00:2b:02:3f:4e (from Raw Socket) connected via relay at address: fe80::abcd for client on link address: 2001:db8::1, hop count: 1, identified by remote-id: 00:00:0d:e9:72:31 and subscriber-id: 73:31 (s1), connected at location interface-id: 65:74:68:30 (eth0)`;
  const lines = text(
    entry("Address:2001:db8:1:: has been assigned for 0 hrs 11 mins 53 secs"),
    entry("Prefix: 2001:db8:2::/56 has been renewed for 1 days 0 hrs 0 mins 0 secs"),
  );
  for (const [lineFrom, line] of [
    [["duid"], "17:34:e2:ff:09:92:54"],
    [["hwaddr"], "08:00:2b:02:3f:4e"],
    [["circuit-id"], "eth0"],
    [["subscriber-id"], "s1"],
  ] as const) {
    const each = bench();
    await each.import(each.write("kea-legal6.txt", lines), { lineFrom });
    assert.deepEqual(each.leases(noonMs), [
      ["2001:db8:1::", line, 0, 713],
      ["2001:db8:2::/56", line, 0, 86_400],
    ]);
  }
});

void test("the remote id of DHCPv6 is without its enterprise number, that of DHCPv4 is whole", async () => {
  const four = bench();
  await four.import(
    four.write(
      "4.txt",
      text(
        `2026-05-11 12:00:00 UTC Address: 192.0.2.1 has been assigned for 10 seconds to a device with hardware address: ${device} ${relay}`,
      ),
    ),
    { lineFrom: ["remote-id"] },
  );
  assert.equal(four.leases()[0][1], "0x87f67977ef");
  const six = bench();
  await six.import(
    six.write(
      "6.txt",
      text(
        "2026-05-11 12:00:00 UTC Address: 2001:db8::1 has been assigned for 10 seconds to a device with DUID: 17:34:e2 connected via relay at address: fe80::1 for client on link address: ::, hop count: 0, identified by remote-id: 00:00:0d:e9:72:31",
      ),
    ),
    { lineFrom: ["remote-id"] },
  );
  assert.equal(six.leases()[0][1], "r1");
});

void test("what a device wrote into its client id is taken for nothing else", async () => {
  // "x) circuit-id: 41" as octets, printed beside them.
  const said = "x) circuit-id: 41";
  const octets = Buffer.from(said)
    .toString("hex")
    .replaceAll(/(..)(?=.)/g, "$1:");
  const each = bench();
  const file = each.write(
    "spoof.txt",
    text(
      `2026-05-11 12:00:00 UTC Address: 192.0.2.1 has been assigned for 10 seconds to a device with hardware address: hwtype=1 00:00:5e:00:53:01, client-id: ${octets} (${said}) connected via relay at address: 192.0.2.33, identified by circuit-id: 68:6f:77:64:79 (howdy)`,
    ),
  );
  await each.import(file, { lineFrom: ["circuit-id"] });
  assert.equal(each.leases()[0][1], "howdy");
});

void test("leases that an administrator or an HA partner adds, updates and deletes", async () => {
  const each = bench();
  const report = await each.import(
    each.write(
      "commands.txt",
      text(
        "2026-05-11 12:00:00 UTC Administrator added a lease of address: 192.0.2.202 to a device with hardware address: 1a:1b:1c:1d:1e:1f for 1 days 0 hrs 0 mins 0 secs",
        '2026-05-11 13:00:00 UTC HA partner updated information on the lease of address: 192.0.2.202 to a device with hardware address: 1a:1b:1c:1d:1e:1f, client-id: 01:02 for 1 days 0 hrs 0 mins 0 secs, context: { "ISC": { "relay-agent-info": "0x0102" } }',
        "2026-05-11 14:00:00 UTC Administrator deleted the lease for address: 192.0.2.202",
        "2026-05-11 14:00:00 UTC Administrator deleted a lease for a device identified by: hw-address of 1a:1b:1c:1d:1e:1f",
        "2026-05-11 15:00:00 UTC HA partner added a lease of prefix: 2001:db8:3::/56 to a device with DUID: 1a:1b, hardware address: 02:00:00:00:00:01 for 0 hrs 10 mins 0 secs",
        "2026-05-11 15:00:00 UTC Administrator updated information on the lease of address: 192.0.2.203 to a device with hardware address: 1a:1b:1c:1d:1e:1f, client-id: 12:34",
      ),
    ),
  );
  assert.deepEqual(each.leases(noonMs), [
    ["192.0.2.202", "1a:1b:1c:1d:1e:1f", 0, 7200],
    ["2001:db8:3::/56", "1a:1b", 10_800, 11_400],
  ]);
  assert.deepEqual([report.taken, report.passedOver], [5, 1]);
  assert.deepEqual(
    report.badRows.map(({ line, reason }) => [line, reason]),
    [[6, "the entry does not say for how long the lease is"]],
  );
});

void test("an export of the database's table logs; times without a zone are in the one that is given", async () => {
  const entry =
    "Address: 192.0.2.1 has been assigned for 600 seconds to a device with hardware address: hwtype=1 00:00:5e:00:53:01, client-id: 01:02";
  for (const content of [
    text("timestamp,address,log", `2026-05-11 21:00:00,192.0.2.1,"${entry}"`),
    text("timestamp\taddress\tlog\tid", `2026-05-11 21:00:00\t192.0.2.1\t${entry}\t7`),
    text("id,log,timestamp", `7,"${entry}",2026-05-11 12:00:00+00`),
    text(`2026-05-11 21:00:00 CST ${entry}`),
  ]) {
    const each = bench();
    const report = await each.import(each.write("logs.csv", content), { timeZone: "Asia/Tokyo" });
    assert.equal(report.bad, 0, report.badRows[0]?.reason);
    assert.deepEqual(each.leases(noonMs), [["192.0.2.1", "00:00:5e:00:53:01", 0, 600]]);
  }
});

void test("entries of another format, and times that are none, are told by line and reason", async () => {
  const each = bench();
  const to = "to a device with hardware address: hwtype=1 00:00:5e:00:53:01";
  const report = await each.import(
    each.write(
      "bad.txt",
      text(
        "2026-05-11 12:00:00 UTC first line",
        `2026-05-32 12:00:00 UTC Address: 192.0.2.1 has been assigned for 600 seconds ${to}`,
        `2026-05-11 12:00:00 UTC Address: 192.0.2.300 has been assigned for 600 seconds ${to}`,
        `2026-05-11 12:00:00 UTC Address: 192.0.2.1 has been assigned for a while ${to}`,
        "2026-05-11 12:00:00 UTC Address: 192.0.2.1 has been seen",
        `2026-05-11 12:00:00 UTC Address: 192.0.2.1 has been assigned for 600 seconds ${to}`,
      ),
    ),
  );
  assert.equal(report.taken, 1);
  assert.deepEqual(
    report.badRows.map(({ line, reason }) => `${line}: ${reason}`),
    [
      "1: the line is no entry of a forensic log, or of a format of one's own",
      '2: the time "2026-05-32 12:00:00 UTC" is none',
      '3: "192.0.2.300" is no address',
      '4: the duration "a while" is none',
      "5: the entry is none of the forensic log's own format",
    ],
  );
});
