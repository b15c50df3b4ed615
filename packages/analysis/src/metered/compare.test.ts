import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { migrate, openStore } from "@ishizue/store";
import type { Store } from "@ishizue/store";
import { compareMetered } from "./compare.ts";

const dataDir = mkdtempSync(join(tmpdir(), "ishizue-metered-"));
let store: Store;
before(async () => {
  store = await openStore({ dataDir });
  await migrate(store);
});
after(async () => {
  await store?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const hourMs = 3_600_000;
const fromMs = Date.UTC(2026, 5, 1);
const untilMs = fromMs + 24 * hourMs;

/** A metered record, `hours` after the day's beginning. */
const meter = (
  line: string,
  record: number,
  fromHour: number,
  toHour: number,
  inbound: number,
  outbound: number,
) =>
  store.command(
    `INSERT INTO line_usage (line, started, ended, octets_in, octets_out, record, source, known_from)
     SELECT {line:String}, fromUnixTimestamp64Milli({started:Int64}), fromUnixTimestamp64Milli({ended:Int64}), {i:UInt64}, {o:UInt64}, {record:UInt64}, 'gateway:pgw', now64(3)`,
    {
      line,
      started: fromMs + fromHour * hourMs,
      ended: fromMs + toHour * hourMs,
      i: inbound,
      o: outbound,
      record,
    },
  );

const sample = (line: string, hour: number, octets: number, variance: number) =>
  store.command(
    `INSERT INTO line_hour (line_id, hour, octets_in, octets_out, variance_in, variance_out)
     SELECT sipHash64({line:String}), toDateTime({hour:UInt32}, 'UTC'), {i:UInt64}, {o:UInt64}, {v:Float64}, {v:Float64}`,
    { line, hour: (fromMs + hour * hourMs) / 1000, i: octets, o: 10 * octets, v: variance },
  );

test("metered and sampled octets stand side by side, by line and in all, of one day", async () => {
  // Half of the first record is of the day before; the last is of the day after.
  await meter("a", 1, -1, 1, 2000, 20_000);
  await meter("a", 2, 5, 6, 500, 0);
  await meter("a", 2, 5, 6, 500, 0);
  await meter("a", 3, 24, 25, 9, 9);
  await meter("b", 4, 2, 3, 100, 1000);
  await meter("unsampled", 5, 2, 3, 1, 1);
  await sample("a", 0, 1000, 40_000);
  await sample("a", 5, 600, 40_000);
  await sample("a", -1, 7777, 1);
  await sample("b", 2, 200, 1);
  await sample("broadband", 2, 5000, 1);
  const compared = await compareMetered(store, { fromMs, untilMs, shown: 2 });
  assert.equal(compared.lines, 3);
  assert.deepEqual(compared.in.metered.value, 1000 + 500 + 100 + 1);
  assert.deepEqual(compared.out.metered.value, 10_000 + 1000 + 1);
  assert.equal(compared.in.sampled.value, 1800);
  assert.ok(compared.in.sampled.lower < 1601 && compared.in.sampled.upper > 2000);
  assert.equal(compared.in.estimatedLines, 2);
  // Of a 1,500 octets were counted and 1,600 ± 554 estimated; of b 100 and 200 ± 2.
  assert.equal(compared.in.within?.value, 50);
  assert.deepEqual(
    compared.heaviest.map(({ line, metered, sampled }) => [line, metered.in.value, sampled.in.value]),
    [
      ["a", 1500, 1600],
      ["b", 100, 200],
    ],
  );
  const [total] = await store.query<{ octets: number }>(
    `SELECT toFloat64(sum(h.octets_in)) AS octets FROM line_usage_hour AS h WHERE h.hour >= toDateTime({from:UInt32}, 'UTC') AND h.hour < toDateTime({until:UInt32}, 'UTC')`,
    { from: fromMs / 1000, until: untilMs / 1000 },
  );
  assert.equal(total.octets, compared.in.metered.value, "the view has the same");
});

test("of a period without metered usage there is nothing to compare", async () => {
  const empty = await compareMetered(store, {
    fromMs: fromMs - 100 * 24 * hourMs,
    untilMs: fromMs - 99 * 24 * hourMs,
  });
  assert.deepEqual([empty.lines, empty.in.metered.value, empty.in.within, empty.heaviest], [0, 0, null, []]);
  await assert.rejects(compareMetered(store, { fromMs: fromMs + 1, untilMs }), RangeError);
});
