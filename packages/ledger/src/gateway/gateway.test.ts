import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { KnownLeases } from "../dhcp/known.ts";
import { Ledger } from "../lease/ledger.ts";
import { formatPrefix } from "../lease/resolution.ts";
import { LineTable } from "../line/table.ts";
import { importGatewayRecords } from "./gateway.ts";
import type { GatewayOptions, GatewayReport, LineUsage } from "./gateway.ts";
import { readNumber, readTime } from "./value.ts";
import { TimeReader } from "../time/reader.ts";

const folder = mkdtempSync(join(tmpdir(), "ishizue-gateway-"));
after(() => rmSync(folder, { recursive: true }));

const noonMs = Date.UTC(2026, 4, 11, 12);
const minute = 60;

class Bench {
  readonly ledger = new Ledger({ lines: new LineTable() });
  readonly known = new KnownLeases("gateway");
  readonly usages: LineUsage[] = [];
  /** Rows of the log that were written. */
  rows = 0;

  import(lines: readonly string[], options: Partial<GatewayOptions> = {}): Promise<GatewayReport> {
    const file = join(folder, "cdr.csv");
    writeFileSync(file, lines.map((line) => `${line}\n`).join(""));
    return importGatewayRecords(file, {
      timeZone: "Asia/Tokyo",
      knownMs: noonMs + 86_400_000,
      known: this.known,
      lineOf: (number) => `line-${number}`,
      onLease: (lease) => {
        const { rows, reason } = this.ledger.apply(lease);
        this.known.take(rows);
        this.rows += rows.length;
        return reason;
      },
      onUsage: (usage) => void this.usages.push(usage),
      ...options,
    });
  }

  /** Prefix, line, start and end in minutes since noon. */
  leases(): [string, string, number, number][] {
    return [...this.ledger.log()]
      .filter((row) => row.validToMs > row.validFromMs)
      .map((row): [string, string, number, number] => [
        formatPrefix(row.words, 0, row.prefixLength),
        row.line,
        (row.validFromMs - noonMs) / 60_000,
        (row.validToMs - noonMs) / 60_000,
      ])
      .toSorted((a, b) => a[0].localeCompare(b[0]) || a[2] - b[2]);
  }

  /** Line, start and end in minutes since noon, octets in and out. */
  used(): [string, number, number, number, number][] {
    return this.usages.map(({ line, startMs, endMs, octetsIn, octetsOut }) => [
      line,
      (startMs - noonMs) / 60_000,
      (endMs - noonMs) / 60_000,
      octetsIn,
      octetsOut,
    ]);
  }
}

const header =
  "recordType,servedIMSI,servedMSISDN,p-GWAddress,chargingID,servedPDPPDNAddress,servedPDPPDNAddressExt,recordOpeningTime,duration,datavolumeFBCUplink,datavolumeFBCDownlink,recordSequenceNumber";

/** A P-GW record `minutes` after noon. */
function record(
  number: string,
  minutes: number,
  seconds: number,
  more: Partial<Record<string, string>> = {},
): string {
  const at = new Date(noonMs + minutes * 60_000).toISOString();
  const cells = {
    v4: "100.64.0.7",
    v6: "2001:db8:7::5",
    up: "1000",
    down: "9000",
    id: "1",
    sequence: "1",
    ...more,
  };
  return `85,440000000000001,${number},198.51.100.1,${cells.id},${cells.v4},${cells.v6},${at},${seconds},${cells.up},${cells.down},${cells.sequence}`;
}

void test("a P-GW record gives the address, the /64 and the octets of its number", async () => {
  const bench = new Bench();
  const report = await bench.import([header, record("+81 90-0000-0001", 0, 10 * minute)]);
  assert.deepEqual(bench.leases(), [
    ["100.64.0.7", "line-819000000001", 0, 10],
    ["2001:db8:7::/64", "line-819000000001", 0, 10],
  ]);
  assert.deepEqual(bench.used(), [["line-819000000001", 0, 10, 1000, 9000]]);
  assert.deepEqual(
    [report.taken, report.bad, report.leases, report.usages, report.octetsIn, report.octetsOut],
    [1, 0, 2, 1, 1000, 9000],
  );
});

void test("records of a session that follow one another are one lease; a second between them does no harm", async () => {
  const bench = new Bench();
  const rows = [
    record("819000000001", 0, 30 * minute, { sequence: "1" }),
    record("819000000001", 30, 30 * minute - 1, { sequence: "2" }),
    record("819000000001", 60, 5 * minute, { sequence: "3" }),
    // Another phone has the address next, and the first again later.
    record("819000000002", 65, 5 * minute, { id: "2" }),
    record("819000000001", 80, 5 * minute, { id: "3" }),
  ];
  await bench.import([header, ...rows]);
  const held = [
    ["100.64.0.7", "line-819000000001", 0, 65],
    ["100.64.0.7", "line-819000000002", 65, 70],
    ["100.64.0.7", "line-819000000001", 80, 85],
  ];
  assert.deepEqual(bench.leases().slice(0, 3), held);
  assert.equal(bench.usages.length, 5);
  const before = bench.rows;
  await bench.import([header, ...rows]);
  assert.equal(bench.rows, before, "a second import writes nothing");
  const backwards = new Bench();
  await backwards.import([header, ...rows.toReversed()]);
  const seconds = (): number =>
    backwards.leases().reduce((sum, [prefix, , from, to]) => sum + (prefix.includes(":") ? 0 : to - from), 0);
  assert.ok(Math.abs(seconds() - 75) < 0.1, "the order of records takes nothing away");
});

void test("a dedicated bearer within a session makes its lease no shorter", async () => {
  const bench = new Bench();
  await bench.import([
    header,
    record("819000000001", 0, 60 * minute, { id: "1" }),
    record("819000000001", 10, 5 * minute, { id: "2" }),
  ]);
  assert.deepEqual(bench.leases()[0], ["100.64.0.7", "line-819000000001", 0, 60]);
});

void test("containers of one record are told apart by what they say; the same row again is the same", async () => {
  const bench = new Bench();
  const head = `${header},ratingGroup,timeOfFirstUsage,timeOfLastUsage`;
  const at = (minutes: number): string => new Date(noonMs + minutes * 60_000).toISOString();
  const row = record("819000000001", 0, 60 * minute);
  await bench.import([
    head,
    `${row},10,${at(5)},${at(20)}`,
    `${row},20,${at(5)},${at(20)}`,
    `${row},10,${at(5)},${at(20)}`,
    // Outside of its record a time of usage is not believed.
    `${row},30,${at(-5)},${at(20)}`,
  ]);
  assert.deepEqual(
    bench.used().map(([, from, to]) => [from, to]),
    [
      [5, 20],
      [5, 20],
      [5, 20],
      [0, 60],
    ],
  );
  assert.equal(new Set(bench.usages.map(({ identity }) => identity)).size, 3);
});

void test("times: of TS 32.298, with the century, with an offset or in the zone that is given, as octets", () => {
  const times = new TimeReader("Asia/Tokyo");
  for (const text of [
    "260511210000+0900",
    "2605112100002B0900",
    "260511080000-0400",
    "2605110800002d0400",
    "20260511210000+0900",
    "20260511210000",
    "260511210000",
    "2026-05-11 21:00:00",
    "2026-05-11T12:00:00Z",
    String(noonMs),
    String(noonMs / 1000),
  ]) {
    assert.equal(readTime(text, times), noonMs, text);
  }
  for (const text of [
    "260231210000+0900",
    "260511250000+0900",
    "260511210000+1500",
    "soon",
    "",
    "2605112100",
  ]) {
    assert.ok(Number.isNaN(readTime(text, times)) || text === "2605112100", text);
  }
});

void test("numbers are digits, whatever is written around them", () => {
  for (const text of [
    "+81 90-0000-0001",
    "819000000001",
    "msisdn-819000000001",
    "tel:+819000000001",
    "(81) 90.0000.0001",
  ]) {
    assert.equal(readNumber(text), "819000000001");
  }
  for (const text of ["", "12", "imsi-440000000000001", "8190000x0001", "1".repeat(21)]) {
    assert.equal(readNumber(text), undefined);
  }
});

void test("5G and credit control records by the names of their specifications", async () => {
  const chf = new Bench();
  await chf.import([
    "subscriberIdentifier;recordOpeningTime;duration;pDUIPv4Address;pDUIPv6AddressWithPrefix;dataVolumeUplink;dataVolumeDownlink;recordSequenceNumber",
    "msisdn-819000000001;260511210000+0900;00:10:00;100.64.0.8;2001:db8:8::/56;5;7;1",
  ]);
  assert.deepEqual(chf.leases(), [
    ["100.64.0.8", "line-819000000001", 0, 10],
    ["2001:db8:8::/56", "line-819000000001", 0, 10],
  ]);
  assert.deepEqual(chf.used(), [["line-819000000001", 0, 10, 5, 7]]);
  const gy = new Bench();
  await gy.import([
    "Session-Id\tCC-Request-Number\tSubscription-Id-Data\tEvent-Timestamp\tCC-Time\tCC-Input-Octets\tCC-Output-Octets\tFramed-IP-Address",
    `s1\t1\t819000000001\t${noonMs / 1000}\t600\t5\t7\t100.64.0.9`,
  ]);
  assert.deepEqual(gy.leases(), [["100.64.0.9", "line-819000000001", -10, 0]]);
  assert.deepEqual(gy.usages[0].format, "gy");
});

void test("a format of one's own: columns by name or by place, volumes in kibibytes, no line of names", async () => {
  const columns = {
    number: ["msisdn"],
    start: ["begin"],
    end: ["finish"],
    duration: [],
    firstUsage: [],
    lastUsage: [],
    uplink: ["up_kb"],
    downlink: ["down_kb"],
    addresses: ["ip"],
    record: ["id"],
  };
  const format = { name: "mine", columns, octetsPerUnit: 1024, ipv6PrefixLength: 64 };
  const row = "819000000001|2026-05-11 21:00:00|2026-05-11 21:10:00|1.5|2|100.64.0.7 2001:db8::1|77";
  const named = new Bench();
  await named.import(["MSISDN|Begin|Finish|Up KB|Down KB|IP|ID", row], { formats: [format] });
  const placed = new Bench();
  const head = ["msisdn", "begin", "finish", "up_kb", "down_kb", "ip", "id"];
  await placed.import([row], { formats: [{ ...format, header: head, separator: "|" }] });
  for (const bench of [named, placed]) {
    assert.deepEqual(bench.used(), [["line-819000000001", 0, 10, 1536, 2048]]);
    assert.deepEqual(
      bench.leases().map(([prefix]) => prefix),
      ["100.64.0.7", "2001:db8::/64"],
    );
  }
});

void test("bad rows are told without the number in them, and the rest is taken", async () => {
  const bench = new Bench();
  const secret = "819000000099";
  const report = await bench.import(
    [
      header,
      record(`${secret}x`, 0, 60),
      record(secret, 0, 60).replace(/,60,/, ",-60,"),
      record(secret, 0, 60, { up: "much" }),
      record(secret, 0, 60, { v4: "100.64.0.700" }),
      record(secret, 0, 32 * 86_400),
      record(secret, -60 * 24 * 365 * 40, 60),
      `${record(secret, 0, 60)},more`,
      record(secret, 0, 60).replace(/2026-05-11T[^,]*/, ""),
      record("819000000098", 0, 60),
      record("819000000001", 0, 60),
      record("819000000001", 5, 60, { up: "", down: "0", v4: "0.0.0.0", v6: "" }),
    ],
    { lineOf: (number) => (number.endsWith("98") ? undefined : `line-${number}`) },
  );
  assert.deepEqual(
    report.badRows.map(({ line, reason }) => `${line}: ${reason}`),
    [
      "2: the number is none",
      '3: the duration "-60" is none',
      '4: the octets up "much" are no number',
      '5: "100.64.0.700" is no address',
      "6: the record is longer than 31 days",
      "7: the record's time cannot be believed: before 2000, or yet to come",
      "8: the row has 13 columns, the header 12",
      "9: the record does not say from when until when it is: two of start, end and duration are needed",
      "10: the list of numbers has no line for the number",
    ],
  );
  assert.ok(!JSON.stringify(report).includes(secret));
  assert.deepEqual([report.taken, report.passedOver, report.usages], [2, 1, 1]);
});

void test("a file whose columns no format has is a fault that says what is looked for", async () => {
  for (const head of ["address,start,end,line", "", "servedMSISDN,recordOpeningTime,duration"]) {
    await assert.rejects(new Bench().import([head, "x"]), { code: "BAD_HEADER" });
  }
});
