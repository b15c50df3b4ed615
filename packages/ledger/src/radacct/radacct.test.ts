import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Ledger } from "../lease/ledger.ts";
import { formatPrefix } from "../lease/resolution.ts";
import { LineTable } from "../line/table.ts";
import { importRadacct } from "./radacct.ts";
import type { RadacctOptions } from "./radacct.ts";

const folder = mkdtempSync(join(tmpdir(), "ishizue-radacct-"));
after(() => rmSync(folder, { recursive: true }));
const noon = Date.UTC(2026, 4, 14, 3);

class Bench {
  readonly ledger = new Ledger({ lines: new LineTable() });
  rows = 0;
  knownMs = noon + 86_400_000;

  async import(text: string, options: Partial<RadacctOptions> = {}) {
    const file = join(folder, "radacct.csv");
    writeFileSync(file, text);
    this.knownMs += 1000;
    return importRadacct(file, {
      timeZone: "Asia/Tokyo",
      knownMs: this.knownMs,
      onEvent: (event) => {
        const { rows, reason } = this.ledger.apply(event);
        this.rows += rows.length;
        return reason;
      },
      ...options,
    });
  }

  leases(): [prefix: string, line: string, startS: number, endS: number][] {
    return [...this.ledger.log()]
      .filter((row) => row.validToMs > row.validFromMs)
      .map((row): [string, string, number, number] => [
        formatPrefix(row.words, 0, row.prefixLength),
        row.line,
        (row.validFromMs - noon) / 1000,
        (row.validToMs - noon) / 1000,
      ])
      .toSorted((a, b) => a[0].localeCompare(b[0]) || a[2] - b[2]);
  }
}

const header =
  "radacctid,acctsessionid,acctuniqueid,username,nasipaddress,acctstarttime,acctstoptime,callingstationid,framedipaddress,framedipv6address,framedipv6prefix,framedinterfaceid,delegatedipv6prefix";

/** Times as each database's own client writes them. */
const exports_: readonly (readonly [string, string])[] = [
  [
    "mysql --batch",
    [
      header.replaceAll(",", "\t"),
      "1\tS1\tU1\talice\t198.51.100.1\t2026-05-14 12:00:00\t2026-05-14 13:00:00\t00:1\t192.0.2.7\t\t2001:db8:6::/64\t0:0:0:1\t2001:db8:5::/56",
      "2\tS2\tU2\tbob\t198.51.100.1\t2026-05-14 12:30:00\tNULL\t00:2\t192.0.2.8\t\t\t\t",
    ].join("\n"),
  ],
  [
    "MySQL INTO OUTFILE in quotes",
    [
      header,
      String.raw`"1","S1","U1","alice","198.51.100.1","2026-05-14 12:00:00","2026-05-14 13:00:00","00:1","192.0.2.7","","2001:db8:6::/64","0:0:0:1","2001:db8:5::/56"`,
      String.raw`"2","S2","U2","bob","198.51.100.1","2026-05-14 12:30:00",\N,"00:2","192.0.2.8","","","",""`,
    ].join("\n"),
  ],
  [
    "PostgreSQL \\copy with csv header",
    [
      header,
      "1,S1,U1,alice,198.51.100.1,2026-05-14 03:00:00+00,2026-05-14 04:00:00+00,00:1,192.0.2.7,,2001:db8:6::/64,0:0:0:1,2001:db8:5::/56",
      "2,S2,U2,bob,198.51.100.1,2026-05-14 12:30:00+09,,00:2,192.0.2.8,,,,",
    ].join("\n"),
  ],
  [
    "sqlite3 -csv -header, times as numbers",
    [
      header,
      `1,S1,U1,"alice",198.51.100.1,${noon / 1000},${noon / 1000 + 3600},00:1,192.0.2.7,"",2001:db8:6::/64,0:0:0:1,2001:db8:5::/56`,
      `2,S2,U2,bob,198.51.100.1,${noon / 1000 + 1800},,00:2,192.0.2.8,,,,`,
    ].join("\r\n"),
  ],
];

for (const [name, text] of exports_) {
  void test(`an export by ${name} is its sessions`, async () => {
    const bench = new Bench();
    const report = await bench.import(`${text}\n`);
    assert.deepEqual([report.taken, report.bad], [2, 0]);
    assert.deepEqual(bench.leases(), [
      ["192.0.2.7", "alice", 0, 3600],
      ["192.0.2.8", "bob", 1800, Number.POSITIVE_INFINITY],
      ["2001:db8:5::/56", "alice", 0, 3600],
      ["2001:db8:6::/64", "alice", 0, 3600],
    ]);
    const written = bench.rows;
    await bench.import(`${text}\n`);
    assert.equal(bench.rows, written, "importing it again changes nothing");
  });
}

void test("a row seen again with a stop ends its lease, also after a restart from the log", async () => {
  const bench = new Bench();
  const row = (stop: string): string =>
    `${header}\n1,S1,U1,alice,198.51.100.1,2026-05-14 12:00:00,${stop},,192.0.2.7,,,,\n`;
  await bench.import(row(""));
  const restarted = new Bench();
  restarted.knownMs = bench.knownMs + 1000;
  restarted.ledger.restore(bench.ledger.log());
  for (const each of [bench, restarted]) {
    await each.import(row("2026-05-14 12:10:00"));
    assert.deepEqual(each.leases(), [["192.0.2.7", "alice", 0, 600]]);
    // An older export, taken later, does not open it again.
    await each.import(row(""));
    assert.deepEqual(each.leases(), [["192.0.2.7", "alice", 0, 600]]);
  }
});

void test("quotes within names, however they are written", async () => {
  const bench = new Bench();
  const row = (name: string, address: string): string => `1,S,U,${name},,1778727600,,,${address},,,,`;
  await bench.import(
    [header, row('"a ""b"", c"', "192.0.2.1"), row(String.raw`"a \"b\", \\c"`, "192.0.2.2")].join("\n") +
      "\n",
  );
  assert.deepEqual(
    bench.leases().map(([, line]) => line),
    ['a "b", c', 'a "b", \\c'],
  );
});

void test("a backslash in a name stays where the export does not escape it, and is one where it does", async () => {
  const names = async (separator: string, ...written: string[]): Promise<string[]> => {
    const bench = new Bench();
    const rows = written.map((name, index) => `1,S${index},U,${name},,1778727600,,,192.0.2.${index},,,,`);
    const text = [header, ...rows].join("\n").replaceAll(",", separator);
    await bench.import(`${text}\n`);
    return bench.leases().map(([, line]) => line);
  };
  // As psql and sqlite3 write CSV; MySQL into a file, and with --batch.
  const plain = [String.raw`CORP\user`, String.raw`"CORP\nora"`];
  assert.deepEqual(await names(",", ...plain), [String.raw`CORP\user`, String.raw`CORP\nora`]);
  const escaped = [String.raw`CORP\\user`, String.raw`"CORP\\nora"`];
  assert.deepEqual(await names(",", ...escaped), [String.raw`CORP\user`, String.raw`CORP\nora`]);
  assert.deepEqual(await names("\t", String.raw`CORP\\user`, String.raw`a\tb`), [
    String.raw`CORP\user`,
    "a\tb",
  ]);
});

void test("another column names the line", async () => {
  const bench = new Bench();
  const text = `${header}\n1,S1,U1,alice,,2026-05-14 12:00:00,,00-00-5e-00-53-01,192.0.2.7,,,,\n`;
  await bench.import(text, { lineFrom: "Calling-Station-Id" });
  assert.deepEqual(bench.leases()[0][1], "00-00-5e-00-53-01");
  await assert.rejects(bench.import(text, { lineFrom: "Class" }), { code: "BAD_HEADER" });
  await assert.rejects(bench.import("a,b\n"), { code: "BAD_HEADER" });
  await assert.rejects(bench.import(`${header},username\n`), { code: "BAD_HEADER" });
});

void test("a bad row is told by line and reason, the others are taken", async () => {
  const bench = new Bench();
  const row = (start: string, stop: string, address: string, line = "alice"): string =>
    `1,S1,U1,${line},,${start},${stop},,${address},,,,`;
  const good = "2026-05-14 12:00:00";
  const report = await bench.import(
    [
      header,
      row("NULL", "", "192.0.2.1"),
      row("0000-00-00 00:00:00", "", "192.0.2.1"),
      row("2026-02-30 12:00:00", "", "192.0.2.1"),
      row(good, "later", "192.0.2.1"),
      row(good, "2026-05-14 11:00:00", "192.0.2.1"),
      row(good, "", "192.0.2.1", ""),
      row(good, "", "192.0.2.0/24"),
      row(good, "", "0.0.0.0"),
      row(good, "", "192.0.2.1", '"x'),
      `${row(good, "", "192.0.2.1")},`,
      row(good, "", "192.0.2.1"),
    ].join("\n") + "\n",
  );
  assert.deepEqual(
    report.badRows.map(({ line, reason }) => `${line}: ${reason}`),
    [
      "2: the session has no acctstarttime",
      "3: the session has no acctstarttime",
      '4: the acctstarttime "2026-02-30 12:00:00" is no time',
      '5: the acctstoptime "later" is no time',
      "6: the acctstoptime is before the acctstarttime",
      "7: the username is empty",
      '8: the framedipaddress "192.0.2.0/24" is none',
      "9: the session has no address and no prefix",
      "10: the row has quotes that do not match",
      "11: the row has 14 columns, the header 13",
    ],
  );
  assert.deepEqual(bench.leases(), [["192.0.2.1", "alice", 0, Number.POSITIVE_INFINITY]]);
});
