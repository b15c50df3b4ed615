import assert from "node:assert/strict";
import { appendFileSync, renameSync } from "node:fs";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { ImportBench } from "../dhcp/import.fixture.ts";
import { findProgress, progressOf } from "../file/progress.ts";
import { keaLeaseFiles } from "./files.ts";
import { importKeaLeases } from "./leases.ts";

const benches: ImportBench[] = [];
after(() => {
  for (const bench of benches) bench.remove();
});

function newBench(): ImportBench {
  const bench = new ImportBench(importKeaLeases, "kea");
  benches.push(bench);
  return bench;
}

/** Seconds since 1970 that the tests' times count from. */
const t0 = 1_795_390_000;
const header4 =
  "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id";
const header6 =
  "address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,fqdn_fwd,fqdn_rev,hostname,hwaddr,state,user_context,hwtype,hwaddr_source,pool_id";
const [a, b] = ["00:00:5e:00:53:01", "00:00:5e:00:53:02"];

/** A transaction at `at` seconds, as Kea writes it. */
function row4(address: string, hwaddr: string, at: number, validS = 100, state = 0, context = ""): string {
  return `${address},${hwaddr},01:${hwaddr},${validS},${t0 + at + validS},1,0,0,cpe,${state},${context},0`;
}

function file4(...rows: string[]): string {
  return `${[header4, ...rows].join("\n")}\n`;
}

void test("a lease that is renewed is one lease, and ends where another line's begins", async () => {
  const bench = newBench();
  const file = bench.write(
    "kea-leases4.csv",
    file4(
      row4("192.0.2.7", a, 0),
      row4("192.0.2.8", b, 10),
      row4("192.0.2.7", a, 50),
      row4("192.0.2.7", a, 150),
      row4("192.0.2.7", b, 220),
      row4("192.0.2.8", b, 300),
    ),
  );
  const report = await bench.import(file);
  assert.deepEqual(bench.leases(t0 * 1000), [
    ["192.0.2.7", a, 0, 220],
    ["192.0.2.7", b, 220, 320],
    ["192.0.2.8", b, 10, 110],
    ["192.0.2.8", b, 300, 400],
  ]);
  assert.deepEqual([report.taken, report.bad, report.leases, bench.rows.length], [6, 0, 4, 4]);
});

void test("a row of lifetime 0 does not say when the lease was given up: Kea 2.2 writes the last transaction's time", async () => {
  // As kea-dhcp4 2.2.0 wrote it for udhcpc, released seven seconds after its lease of eight seconds began.
  const bench = newBench();
  const file = bench.write(
    "kea-leases4.csv",
    `address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context
192.0.2.10,fa:f4:8c:0e:8c:b5,01:fa:f4:8c:0e:8c:b5,8,1795394787,1,0,0,cpe1,0,
192.0.2.10,fa:f4:8c:0e:8c:b5,01:fa:f4:8c:0e:8c:b5,0,1795394779,1,0,0,cpe1,0,
192.0.2.11,00:00:5e:00:53:02,01:00:00:5e:00:53:02,8,1795394794,1,0,0,,0,
192.0.2.11,00:00:5e:00:53:02,01:00:00:5e:00:53:02,8,1795394794,1,0,0,,2,
192.0.2.11,00:00:5e:00:53:02,01:00:00:5e:00:53:02,0,1795394786,1,0,0,,2,
`,
  );
  const report = await bench.import(file);
  assert.deepEqual(bench.leases(1_795_394_779_000), [
    ["192.0.2.10", "fa:f4:8c:0e:8c:b5", 0, 8],
    ["192.0.2.11", "00:00:5e:00:53:02", 7, 15],
  ]);
  assert.deepEqual([report.taken, report.passedOver, report.bad], [5, 2, 0]);
});

void test("a declined address is held by nobody from then on", async () => {
  const bench = newBench();
  const file = bench.write(
    "kea-leases4.csv",
    file4(row4("192.0.2.7", a, 0), `192.0.2.7,,,86400,${t0 + 20 + 86_400},1,0,0,,1,,0`),
  );
  await bench.import(file);
  assert.deepEqual(bench.leases(t0 * 1000), [["192.0.2.7", a, 0, 20]]);
});

void test("of two lines from the same second the later row's holds, however often the file is imported", async () => {
  const bench = newBench();
  const file = bench.write("kea-leases4.csv", file4(row4("192.0.2.7", a, 0), row4("192.0.2.7", b, 0)));
  for (let time = 0; time < 2; time++) {
    await bench.import(file);
    assert.deepEqual(bench.leases(t0 * 1000), [["192.0.2.7", b, 0, 100]]);
    assert.equal(bench.rows.length, 1);
  }
});

void test("a lease without end is open", async () => {
  const bench = newBench();
  const never = 0xffff_ffff;
  const file = bench.write(
    "kea-leases4.csv",
    file4(row4("192.0.2.7", a, 5, never), `192.0.2.8,${b},,${never},${t0 + 9},1,0,0,,0,,0`),
  );
  await bench.import(file);
  assert.deepEqual(bench.leases(t0 * 1000), [
    ["192.0.2.7", a, 5, Number.POSITIVE_INFINITY],
    ["192.0.2.8", b, 9, Number.POSITIVE_INFINITY],
  ]);
});

void test("addresses and delegated prefixes of DHCPv6 are leases of the DUID or the relay's interface", async () => {
  const context =
    '{ "ISC": { "relay-info": [ { "hop": 1&#x2c "link": "2001:db8::1"&#x2c "options": "0x0012000461676731" }&#x2c ' +
    '{ "hop": 0&#x2c "link": "::"&#x2c "options": "0x00120008706F727431323334002500060000000941" } ] } }';
  const duid = "00:01:00:01:2c:5f:aa:bb:00:00:5e:00:53:01";
  const text = `${header6}
2001:db8:83::100,${duid},3600,${t0 + 3600},1,7200,0,1234,128,0,0,client1.example.com.,${a},0,${context},1,0,0
2001:db8:ff00::,${duid},3600,${t0 + 3600},1,7200,2,9,56,0,0,,,0,,,,0
`;
  const byDuid = newBench();
  await byDuid.import(byDuid.write("kea-leases6.csv", text));
  assert.deepEqual(byDuid.leases(t0 * 1000), [
    ["2001:db8:83::100", duid, 0, 3600],
    ["2001:db8:ff00::/56", duid, 0, 3600],
  ]);
  const byPort = newBench();
  const report = await byPort.import(byPort.write("kea-leases6.csv", text), { lineFrom: ["circuit-id"] });
  assert.deepEqual(byPort.leases(t0 * 1000), [["2001:db8:83::100", "port1234", 0, 3600]]);
  assert.deepEqual(
    report.badRows.map(({ line, reason }) => [line, reason]),
    [[3, "the lease has no circuit-id that would name its line"]],
  );
});

void test("the relay's circuit id names the line, before and since Kea 2.3.8", async () => {
  const bench = newBench();
  const old = '{ "ISC": { "relay-agent-info": "0x0104686F776402027879" } }';
  const now =
    '{ "ISC": { "relay-agent-info": { "sub-options": "0x0104686F776502020001"&#x2c "remote-id": "0001" } } }';
  const file = bench.write(
    "kea-leases4.csv",
    file4(
      row4("192.0.2.7", a, 0, 100, 0, old),
      row4("192.0.2.8", b, 0, 100, 0, now),
      row4("192.0.2.9", b, 0),
    ),
  );
  await bench.import(file, { lineFrom: ["circuit-id", "hwaddr"] });
  assert.deepEqual(
    bench.leases().map(([prefix, line]) => [prefix, line]),
    [
      ["192.0.2.7", "howd"],
      ["192.0.2.8", "howe"],
      ["192.0.2.9", b],
    ],
  );
  const remote = newBench();
  await remote.import(file, { lineFrom: ["remote-id"] });
  assert.deepEqual(
    remote.leases().map(([prefix, line]) => [prefix, line]),
    [
      ["192.0.2.7", "xy"],
      ["192.0.2.8", "0x0001"],
    ],
  );
});

void test("a bad row is told by its line and reason, the others are taken", async () => {
  const bench = newBench();
  const file = bench.write(
    "kea-leases4.csv",
    file4(
      row4("192.0.2.7", a, 0),
      row4("192.0.2.777", a, 0),
      `192.0.2.8,${a},,abc,${t0},1,0,0,,0,,0`,
      `192.0.2.8,${a},,100,,1,0,0,,0,,0`,
      `192.0.2.8,${a},,100,50,1,0,0,,0,,0`,
      row4("192.0.2.8", a, 0, 100, 7),
      `${row4("192.0.2.8", a, 0)},,`,
      `192.0.2.8,,,100,${t0},1,0,0,,0,,0`,
      row4("0.0.0.0/0", a, 0),
      "x".repeat(70_000),
      row4("192.0.2.9", b, 0),
    ),
  );
  const report = await bench.import(file);
  assert.deepEqual(
    report.badRows.map(({ line, reason }) => `${line}: ${reason}`),
    [
      '3: "192.0.2.777" is no address',
      '4: the valid_lifetime "abc" is no number',
      '5: the expire "" is no number',
      "6: the valid_lifetime is longer than the time until expire",
      '7: the state "7" is none of 0 to 4',
      "8: the row has 14 columns, the header 12",
      "9: the lease has no hwaddr that would name its line",
      '10: "0.0.0.0/0" is no address',
      "11: the row is longer than 65536 octets",
    ],
  );
  assert.deepEqual([report.taken, bench.leases().length], [2, 2]);
});

void test("a file that is none of Kea's is refused", async () => {
  const bench = newBench();
  for (const text of ["prefix,start,end,line\n192.0.2.1,,,a\n", "address,expire,valid_lifetime\n"]) {
    await assert.rejects(bench.import(bench.write("leases.csv", text)), { code: "BAD_HEADER" });
  }
  await assert.rejects(bench.import(bench.write("cut.gz", gzipSync(file4()).subarray(0, 25))), {
    code: "BAD_GZIP",
  });
});

void test("a file that is imported again changes nothing, packed or not, whole or as cleanup left it", async () => {
  const bench = newBench();
  const rows = [0, 60, 120, 180].map((at) => row4("192.0.2.7", a, at));
  const text = file4(...rows, row4("192.0.2.7", b, 250));
  await bench.import(bench.write("kea-leases4.csv", text));
  const leases = bench.leases();
  const written = bench.rows.length;
  for (const again of [text, gzipSync(text), file4(rows[1]), file4(rows[3]), file4(rows[2], rows[3])]) {
    const report = await bench.import(bench.write("again", again));
    assert.deepEqual([report.leases, report.bad, bench.rows.length], [0, 0, written]);
  }
  assert.deepEqual(bench.leases(), leases);
});

void test("cleanup's file of only the last renewals makes the known leases longer", async () => {
  const bench = newBench();
  await bench.import(
    bench.write("kea-leases4.csv", file4(row4("192.0.2.7", a, 0), row4("192.0.2.7", a, 50))),
  );
  await bench.import(bench.write("kea-leases4.csv.2", file4(row4("192.0.2.7", a, 140))));
  assert.deepEqual(bench.leases(t0 * 1000), [["192.0.2.7", a, 0, 240]]);
});

void test("a file that grew is read from where it was left, also under another name; a new one from its beginning", async () => {
  const bench = newBench();
  const file = bench.write("kea-leases4.csv", file4(row4("192.0.2.7", a, 0), row4("192.0.2.8", b, 0)));
  const first = await bench.import(file);
  const progress = await progressOf(file, first.position, { header: first.header });
  appendFileSync(file, `${row4("192.0.2.7", a, 50)}\nbad\n${row4("192.0.2.9", b, 50)}\n192.0.2.10,half`);
  renameSync(file, `${file}.1`);
  const from = await findProgress(`${file}.1`, [progress]);
  assert.deepEqual(from, progress);
  const second = await bench.import(`${file}.1`, { from });
  assert.deepEqual([second.taken, second.bad, second.endsOpen], [2, 1, true]);
  assert.deepEqual(second.badRows[0].line, 5);
  assert.deepEqual(bench.leases(t0 * 1000), [
    ["192.0.2.7", a, 0, 150],
    ["192.0.2.8", b, 0, 100],
    ["192.0.2.9", b, 50, 150],
  ]);
  const rewritten = bench.write("kea-leases4.csv", file4(row4("192.0.2.8", b, 0), row4("192.0.2.7", a, 50)));
  assert.equal(await findProgress(rewritten, [progress]), undefined);
});

void test("however the file is cut into imports, and how few leases wait, the leases are the same", async () => {
  const rowsOf = fc.array(
    fc.record({
      address: fc.constantFrom("192.0.2.7", "192.0.2.8"),
      hwaddr: fc.constantFrom(a, b),
      step: fc.integer({ min: 1, max: 80 }),
      state: fc.constantFrom(0, 0, 0, 0, 1, 2),
    }),
    { maxLength: 14 },
  );
  await fc.assert(
    fc.asyncProperty(rowsOf, fc.nat(), fc.integer({ min: 1, max: 3 }), async (list, at, pendingLimit) => {
      let now = 0;
      const rows = list.map(({ address, hwaddr, step, state }) => {
        now += step;
        return row4(address, hwaddr, now, 100, state);
      });
      const [whole, cut] = [newBench(), newBench()];
      const file = whole.write("whole", file4(...rows));
      await whole.import(file);
      const half = at % (rows.length + 1);
      const part = cut.write("part", file4(...rows.slice(0, half)));
      const first = await cut.import(part, { pendingLimit });
      const from = await progressOf(part, first.position, { header: first.header });
      appendFileSync(
        part,
        rows
          .slice(half)
          .map((row) => `${row}\n`)
          .join(""),
      );
      await cut.import(part, { from, pendingLimit });
      assert.deepEqual(cut.leases(), whole.leases());
      const written = whole.rows.length;
      await whole.import(file);
      assert.equal(whole.rows.length, written);
    }),
    { numRuns: 200 },
  );
});

void test("what cleanup left is read before the file, oldest first", () => {
  const bench = newBench();
  const file = bench.write("kea-leases4.csv", "");
  bench.write("kea-leases4.csv.1", "");
  bench.write("kea-leases4.csv.2", "");
  bench.write("kea-leases4.csv.output", "");
  assert.deepEqual(keaLeaseFiles(file), [`${file}.2`, `${file}.1`, file]);
  assert.deepEqual(keaLeaseFiles(`${file}.1`), [`${file}.1`]);
});
