import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { formatPrefix } from "../lease/resolution.ts";
import type { GivenLease } from "../lease/event.ts";
import type { Line } from "../line/table.ts";
import { TimeReader } from "../time/reader.ts";
import { importLeasesCsv } from "./leases.ts";
import { importLinesCsv } from "./lines.ts";

const folder = mkdtempSync(join(tmpdir(), "ishizue-csv-"));
after(() => rmSync(folder, { recursive: true }));

async function leasesOf(text: string | Uint8Array, timeZone = "Asia/Tokyo") {
  const file = join(folder, "leases.csv");
  writeFileSync(file, text);
  const leases: GivenLease[] = [];
  const report = await importLeasesCsv(file, {
    timeZone,
    knownMs: 1,
    onEvent: (lease) => {
      leases.push(lease);
    },
  });
  const shown = leases.map(({ prefix, startMs, endMs, line }) => [
    formatPrefix(prefix.words, 0, prefix.prefixLength),
    startMs,
    endMs,
    line,
  ]);
  return { leases, shown, report };
}

const noon = Date.UTC(2026, 4, 11, 3);

void test("a lease list is read with its header in any case and order of columns", async () => {
  const { shown, report } = await leasesOf(
    "\uFEFFLine,Prefix,From,To,Remark\r\n" +
      "alice,192.0.2.7,2026-05-11 12:00:00,2026-05-11T13:00:00+09:00,x\r\n" +
      '"bob, jr",2001:db8:5::/56,1778468400,,\r\n',
  );
  assert.deepEqual(shown, [
    ["192.0.2.7", noon, noon + 3_600_000, "alice"],
    ["2001:db8:5::/56", noon, Number.POSITIVE_INFINITY, "bob, jr"],
  ]);
  assert.deepEqual([report.taken, report.bad, report.endsOpen], [2, 0, false]);
});

void test("a lease list is read without a header", async () => {
  const { shown } = await leasesOf("192.0.2.0/29,,1778468400000,shop\n\n# remark\n198.51.100.1,,,host");
  assert.deepEqual(shown, [
    ["192.0.2.0/29", 0, noon, "shop"],
    ["198.51.100.1", 0, Number.POSITIVE_INFINITY, "host"],
  ]);
});

void test("a bad row is told by file, line and reason, and the rest is taken", async () => {
  const { shown, report } = await leasesOf(
    [
      "address-or-prefix,start,end,line",
      "192.0.2.300,,,a",
      '192.0.2.1,,,"a',
      "192.0.2.1,yesterday,,a",
      "192.0.2.1,2026-02-31 00:00:00,,a",
      "192.0.2.1,2026-05-11,2026-05-11,a",
      "192.0.2.1,,,",
      "192.0.2.1,,",
      `192.0.2.1,,,${"x".repeat(70_000)}`,
      "192.0.2.2,,,good",
      "192.0.2.3,2026-05-1",
    ].join("\n"),
  );
  assert.deepEqual(shown, [["192.0.2.2", 0, Number.POSITIVE_INFINITY, "good"]]);
  assert.equal(report.bad, 9);
  assert.equal(report.endsOpen, true);
  assert.deepEqual(
    report.badRows.map(({ line, reason }) => `${line}: ${reason}`),
    [
      '2: "192.0.2.300" is no address or prefix',
      "3: the row has quotes that do not match",
      '4: the start "yesterday" is no time',
      '5: the start "2026-02-31 00:00:00" is no time',
      "6: the end is not after the start",
      "7: the line is empty",
      "8: the row has 3 columns of 4",
      "9: the row is longer than 65536 octets",
      "11: the row has 2 columns of 4; the file ends in the middle of it",
    ],
  );
  assert.equal(report.badRows[0].file, join(folder, "leases.csv"));
});

void test("a list of the other kind is a fault that says how to import it", async () => {
  const file = join(folder, "kind.csv");
  const asLines = importLinesCsv.bind(null, file, { onLine: () => "taken as a line" });
  const asLeases = importLeasesCsv.bind(null, file, {
    timeZone: "UTC",
    knownMs: 1,
    onEvent: () => "taken as a lease",
  });
  for (const header of ["address-or-prefix,start,end,line", "Line ID,IP", "line,vrf,prefix,plan"]) {
    writeFileSync(file, `${header}\n192.0.2.1,,,a\n`);
    await assert.rejects(asLines(), {
      code: "WRONG_KIND",
      message: `${file} looks like a list of leases`,
      advice: "import it as leases",
    });
  }
  for (const header of ["line,class,access,plan,region,tags", "class,access", "line,access type"]) {
    writeFileSync(file, `${header}\na,,,,\n`);
    await assert.rejects(asLeases(), {
      code: "WRONG_KIND",
      message: `${file} looks like a list of lines`,
      advice: "import it as lines",
    });
  }
});

void test("columns of the other kind beside a list's own do no harm", async () => {
  const { report } = await leasesOf("line,class,access,plan,region,prefix,start,end\na,,,,,192.0.2.1,,\n");
  assert.deepEqual([report.taken, report.bad], [1, 0]);
  await assert.rejects(leasesOf("prefix,start,end,class\n"), { code: "BAD_HEADER" });
});

void test("a file that is no text is a fault, not ten thousand bad rows", async () => {
  const archive = Buffer.from("504b0304140000000800", "hex");
  for (const octets of [archive, Buffer.from("prefix,start,end,line\n", "utf16le")]) {
    await assert.rejects(leasesOf(octets), {
      code: "NOT_TEXT",
      advice: "unpack it, or save it as UTF-8 text",
    });
  }
  await assert.rejects(leasesOf(Buffer.from("1f8b0800000000000003", "hex")), { code: "BAD_GZIP" });
  // A NUL far down is a row's own affair.
  const { report } = await leasesOf(`${"192.0.2.1,,,a\n".repeat(400)}192.0.2.\0,,,a\n`);
  assert.deepEqual([report.taken, report.bad], [400, 1]);
});

void test("a row with more columns than there can be is bad, unless the surplus is empty", async () => {
  const headed = await leasesOf(
    "prefix,start,end,line,remark\n192.0.2.1,,,a,x,,\n192.0.2.2,,,Bob, jr,,,,x\n192.0.2.3,,,b,x\n",
  );
  assert.deepEqual(
    headed.shown.map(([prefix]) => prefix),
    ["192.0.2.1", "192.0.2.3"],
  );
  assert.deepEqual(
    headed.report.badRows.map(({ line, reason }) => [line, reason]),
    [[3, "the row has 9 columns, the header 5"]],
  );
  const { report } = await leasesOf("192.0.2.1,,,a,vrf,\n192.0.2.2,,,a,vrf,x\n");
  assert.equal(report.taken, 1);
  assert.equal(report.badRows[0].reason, "the row has 6 columns of at most 5");
});

void test("a prefix with host bits is a bad row that says what could be meant", async () => {
  const { shown, report } = await leasesOf(
    "10.0.0.5/24,,,a\n2001:db8:1::1/48,,,a\n10.0.0.0/24,,,b\n10.0.0.5/32,,,c\n2001:db8:1::/48,,,d\n",
  );
  assert.deepEqual(
    shown.map(([prefix]) => prefix),
    ["10.0.0.0/24", "10.0.0.5", "2001:db8:1::/48"],
  );
  assert.deepEqual(
    report.badRows.map(({ line, reason }) => `${line}: ${reason}`),
    [
      '1: "10.0.0.5/24" has host bits: write 10.0.0.0/24 or 10.0.0.5/32',
      '2: "2001:db8:1::1/48" has host bits: write 2001:db8:1::/48 or 2001:db8:1::1/128',
    ],
  );
});

void test("a row that the caller refuses, at once or later, is a bad row with its line and not taken", async () => {
  const file = join(folder, "refused.csv");
  writeFileSync(file, "prefix,start,end,line\n192.0.2.1,,,a\n192.0.2.2,,,b\n192.0.2.3,,,c\n192.0.2.4,,,d\n");
  const report = await importLeasesCsv(file, {
    timeZone: "UTC",
    knownMs: 1,
    onEvent: ({ line }) => {
      if (line === "a") return "no room";
      if (line === "b") return Promise.resolve("no room for b");
      return line === "c" ? Promise.resolve() : undefined;
    },
  });
  assert.deepEqual([report.taken, report.bad, report.empty], [2, 2, false]);
  assert.deepEqual(report.badRows, [
    { file, line: 2, reason: "no room" },
    { file, line: 3, reason: "no room for b" },
  ]);
  writeFileSync(file, "a,,,,\nb,,,,\n");
  const lines = await importLinesCsv(file, { onLine: ({ line }) => (line === "b" ? "no room" : undefined) });
  assert.deepEqual([lines.taken, lines.badRows], [1, [{ file, line: 2, reason: "no room" }]]);
});

void test("a file without a row is empty, one with only bad rows is not", async () => {
  for (const text of ["", "\n\n", "# remark\n", "prefix,start,end,line\n"]) {
    assert.equal((await leasesOf(text)).report.empty, true, text);
  }
  for (const text of ["x\n", "192.0.2.1,,,a", "prefix,start,end,line\nx,,,"]) {
    assert.equal((await leasesOf(text)).report.empty, false, text);
  }
});

void test("a list that is not UTF-8 is bad rows, not wrong names", async () => {
  const { report } = await leasesOf(
    Buffer.concat([Buffer.from("192.0.2.1,,,"), Buffer.of(0x93, 0x8c), Buffer.from("\n")]),
  );
  assert.equal(report.badRows[0].reason, "the row is not UTF-8");
});

void test("a file that is not there and a header without a line are faults with advice", async () => {
  const options = { timeZone: "UTC", knownMs: 1, onEvent: () => {} };
  await assert.rejects(importLeasesCsv(join(folder, "none.csv"), options), {
    code: "NO_SUCH_FILE",
    advice: "check the path",
  });
  await assert.rejects(leasesOf("address,start,end\n"), { code: "BAD_HEADER" });
  await assert.rejects(leasesOf("", "Mars/Olympus"), { code: "BAD_TIME_ZONE" });
});

void test("a line list is read, and attributes that are none of the known are bad rows", async () => {
  const file = join(folder, "lines.csv");
  writeFileSync(
    file,
    "line,class,access,plan,region,tags\nalice,Consumer,pppoe,1G,Kanto,a; b\nbob,business,IPoE,10G,Kansai,\nc,,,,\nd,gold,IPoE,,\ne,consumer,dsl,,\n",
  );
  const lines: Line[] = [];
  const report = await importLinesCsv(file, {
    onLine: async (line) => {
      await Promise.resolve();
      lines.push(line);
    },
  });
  assert.deepEqual(lines, [
    { line: "alice", class: "consumer", access: "PPPoE", plan: "1G", region: "Kanto", tags: ["a", "b"] },
    { line: "bob", class: "business", access: "IPoE", plan: "10G", region: "Kansai", tags: [] },
    { line: "c", class: "consumer", access: "unknown", plan: "", region: "", tags: [] },
  ]);
  assert.deepEqual(
    report.badRows.map(({ line, reason }) => [line, reason]),
    [
      [5, 'the class "gold" is none of consumer, business'],
      [6, 'the access "dsl" is none of PPPoE, IPoE, mobile, cloud'],
    ],
  );
});

void test("local times follow the zone's clock changes", () => {
  const times = new TimeReader("America/New_York");
  assert.equal(times.read("2026-03-08 01:59:59"), Date.UTC(2026, 2, 8, 6, 59, 59));
  assert.equal(times.read("2026-03-08 03:00"), Date.UTC(2026, 2, 8, 7));
  // Left out by the clock, and doubled by it.
  assert.equal(times.read("2026-03-08 02:30:00"), Date.UTC(2026, 2, 8, 7, 30));
  assert.equal(times.read("2026-11-01 01:30:00"), Date.UTC(2026, 10, 1, 5, 30));
  assert.equal(times.read("2026-11-01 02:30:00.25"), Date.UTC(2026, 10, 1, 7, 30, 0, 250));
  assert.equal(times.read("2026-05-11T12:00:00.5Z"), Date.UTC(2026, 4, 11, 12, 0, 0, 500));
  assert.equal(times.read("2026-05-11 12:00:00 +0900"), noon);
  assert.equal(times.read("2026-05-11"), Date.UTC(2026, 4, 11, 4));
  for (const text of ["", "12:00", "2026-13-01", "2026-05-11 24:00:00", "-1", "11/05/2026", "NaN"]) {
    assert.ok(Number.isNaN(times.read(text)), text);
  }
});

void test("a date or time of day that does not exist is no time, with an offset or without", () => {
  const times = new TimeReader("Asia/Tokyo");
  for (const time of [
    "2026-02-30T00:00:00",
    "2026-02-29T00:00:00",
    "2100-02-29T00:00:00",
    "2026-04-31T00:00:00",
    "2026-00-10T00:00:00",
    "2026-01-00T00:00:00",
    "2026-05-11T24:00:00",
    "2026-05-11T25:00:00",
    "2026-05-11T12:60:00",
    "2026-05-11T12:00:60",
    "0050-05-11T12:00:00",
  ]) {
    for (const zone of ["", "Z", "+09:00", " -0330"]) {
      assert.ok(Number.isNaN(times.read(time + zone)), time + zone);
    }
  }
  for (const zone of ["+14:01", "-15:00", "+09:60", "+9", "+"]) {
    assert.ok(Number.isNaN(times.read(`2026-05-11T12:00:00${zone}`)), zone);
  }
});

void test("leap days and offsets up to 14 hours are read", () => {
  const times = new TimeReader("Asia/Tokyo");
  assert.equal(times.read("2024-02-29T00:00:00Z"), Date.UTC(2024, 1, 29));
  assert.equal(times.read("2000-02-29t23:59:59.999z"), Date.UTC(2000, 1, 29, 23, 59, 59, 999));
  assert.equal(times.read("2026-05-11T17:00:00+14:00"), noon);
  assert.equal(times.read("2026-05-10T13:00-14"), noon);
  assert.equal(times.read("2026-05-10T23:30:00.019-03:30"), noon + 19);
  // Without an offset, in the zone of the configuration.
  assert.equal(times.read("2026-05-11T12:00:00"), noon);
});

void test("arbitrary octets never throw", async () => {
  const cell = fc.constantFrom(
    "192.0.2.1",
    "line",
    '"',
    "address",
    "start",
    "2026-05-11",
    "\r",
    "\uFEFF",
    "é",
    "",
  );
  const text = fc
    .array(fc.array(cell).map((cells) => cells.join(",")))
    .map((rows) => Buffer.from(rows.join("\n")));
  await fc.assert(
    fc.asyncProperty(fc.oneof(text, fc.uint8Array()), async (octets) => {
      await leasesOf(octets).catch((error: { code?: string }) =>
        assert.match(error.code ?? "", /^(BAD_HEADER|WRONG_KIND|NOT_TEXT)$/),
      );
    }),
  );
});
