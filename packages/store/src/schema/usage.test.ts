import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { forgetLine } from "../forget/forget.ts";
import { encodeRows } from "../native/rows.ts";
import { openStore } from "../open/open.ts";
import type { Store } from "../open/store.ts";
import { migrate } from "./migrate.ts";

const dataDir = mkdtempSync(join(tmpdir(), "ishizue-usage-"));
let store: Store;
before(async () => {
  store = await openStore({ dataDir });
  await migrate(store);
});
after(async () => {
  await store?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const noonMs = Date.UTC(2026, 5, 1, 12);
const hour = (hours: number): string =>
  new Date(noonMs + hours * 3_600_000).toISOString().slice(0, 19).replace("T", " ");

/** A record from so many minutes after noon until so many. */
function record(
  line: string,
  number: number,
  from: number,
  to: number,
  octetsIn: number,
  octetsOut = 0,
): object {
  return {
    line,
    started: noonMs + from * 60_000,
    ended: noonMs + to * 60_000,
    octets_in: octetsIn,
    octets_out: octetsOut,
    record: number,
    source: "gateway:pgw",
    known_from: noonMs,
  };
}

const insert = (token: string, rows: object[]): Promise<unknown> =>
  store.insertBlock("line_usage", encodeRows("line_usage", rows as Record<string, unknown>[]), token);

const hours = (line: string): Promise<object[]> =>
  store.query<object>(
    `SELECT toString(h.hour) AS hour, toUInt32(sum(h.octets_in)) AS i, toUInt32(sum(h.octets_out)) AS o, any(h.line_id = sipHash64(h.line)) AS known
     FROM line_usage_hour AS h WHERE h.line = {line:String} GROUP BY h.hour ORDER BY h.hour`,
    { line },
  );

test("octets of a record are spread evenly over its hours, none lost to rounding; a record that comes again counts once", async () => {
  const rows = [
    // 30 minutes in the first hour, an hour, 10 minutes: 100 minutes of 1,000 octets.
    record("a", 1, 30, 130, 1000, 7),
    record("a", 2, 180, 240, 600),
    record("a", 3, 185, 185, 5),
    record("b", 4, 0, 10, 11),
  ];
  await insert("first", rows);
  // Another import of the same file: another block, the same records.
  await insert("second", rows);
  assert.deepEqual(await hours("a"), [
    { hour: hour(0), i: 300, o: 2, known: 1 },
    { hour: hour(1), i: 600, o: 4, known: 1 },
    { hour: hour(2), i: 100, o: 1, known: 1 },
    { hour: hour(3), i: 605, o: 0, known: 1 },
  ]);
  assert.deepEqual(await hours("b"), [{ hour: hour(0), i: 11, o: 0, known: 1 }]);
});

test("a record of a month and of 2^53 octets is spread without overflow", async () => {
  const most = 2 ** 53 - 1;
  await insert("long", [record("long", 5, 0, 31 * 24 * 60, most)]);
  assert.deepEqual(
    await store.query(
      "SELECT toString(sum(h.octets_in)) AS octets, count() AS hours FROM line_usage_hour AS h WHERE h.line = 'long'",
    ),
    [{ octets: String(most), hours: 744 }],
  );
});

test("ishizue forget takes what gateways counted for the line, and nothing of others", async () => {
  await insert("third", [record("somebody", 6, 0, 10, 1), record("neighbour", 7, 0, 10, 1)]);
  const { removed } = await forgetLine(store, ["somebody"], {
    spoolDir: join(dataDir, "spool"),
    beside: false,
  });
  assert.deepEqual(removed, { line_usage: 1 });
  assert.deepEqual(await hours("somebody"), []);
  assert.equal((await hours("neighbour")).length, 1);
});
