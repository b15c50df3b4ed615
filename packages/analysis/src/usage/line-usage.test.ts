/** Lines of a week over the real engine: more than fit in a block, with those that only some of the tables have. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { migrate, openStore } from "@ishizue/store";
import type { Store } from "@ishizue/store";
import { asOfRevision } from "../population/knowledge-time.ts";
import { consumersOf, countPopulation, readPopulation } from "../population/population.ts";
import type { BlockQueryable } from "../queryable.ts";
import { parseWeek } from "../week/iso-week.ts";
import { readLineUsage, usageAt } from "./line-usage.ts";

const week = parseWeek("2026-W20", "UTC");
const knownMs = Date.parse("2026-06-01T00:00:00Z");
const dataDir = mkdtempSync(join(tmpdir(), "ishizue-line-usage-"));
let store: Store;
let revised: BlockQueryable;

/** Lines 0 to 69,999 hold leases; 0 to 59,999 are listed, every tenth of business, every fourth mobile. */
const leased = 70_000;
const listed = 60_000;
/** Lines 35,000 to 74,999 used something: the last 5,000 of them hold no lease. */
const [firstUsed, endUsed] = [35_000, 75_000];

before(async () => {
  store = await openStore({ dataDir });
  await migrate(store);
  await store.command(
    `INSERT INTO leases (domain, address, prefix_length, valid_from, valid_to, known_from, line)
    SELECT 'default', toIPv6(concat('2001:db8:', hex(intDiv(number, 256)), ':', hex(number % 256), '::')), 64,
      '2026-05-01 00:00:00', '2299-12-31 00:00:00', '2026-05-01 00:00:00', concat('line-', toString(number))
    FROM numbers(${leased})`,
  );
  await store.command(
    `INSERT INTO lines (line, class, access, known_from)
    SELECT concat('line-', toString(number)), if(number % 10 = 0, 'business', 'consumer'),
      if(number % 4 = 0, 'mobile', 'PPPoE'), '2026-05-01 00:00:00' FROM numbers(${listed})`,
  );
  await store.command(
    `INSERT INTO line_hour (line_id, hour, octets_in, octets_out, variance_out, sampled_packets_in)
    SELECT sipHash64(concat('line-', toString(number))), toDateTime(arrayJoin(['2026-05-11 00:00:00', '2026-05-17 23:00:00']), 'UTC'),
      number, 2 * number, 3 * number, 1
    FROM numbers(${firstUsed}, ${endUsed - firstUsed})`,
  );
  // Just outside the week.
  await store.command(
    `INSERT INTO line_hour (line_id, hour, octets_in)
    SELECT sipHash64('line-40000'), toDateTime(arrayJoin(['2026-05-10 23:00:00', '2026-05-18 00:00:00']), 'UTC'), 1000000`,
  );
  revised = asOfRevision(store, 0, undefined);
});
after(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

void test("every line with a lease is counted once, by what the list of lines says of it", async () => {
  const population = await readPopulation(revised, week, knownMs);
  assert.deepEqual(countPopulation(population), [
    // Multiples of both ten and four are those of twenty.
    { service: "broadband", class: "business", access: "PPPoE", lines: 3000, unknownLines: 0 },
    { service: "broadband", class: "consumer", access: "PPPoE", lines: 42_000, unknownLines: 0 },
    { service: "broadband", class: "consumer", access: "unknown", lines: 10_000, unknownLines: 10_000 },
    { service: "mobile", class: "business", access: "mobile", lines: 3000, unknownLines: 0 },
    { service: "mobile", class: "consumer", access: "mobile", lines: 12_000, unknownLines: 0 },
  ]);
});

void test("usage is laid beside its line, and what no line of the week used is told by itself", async () => {
  const population = await readPopulation(revised, week, knownMs);
  const parts: number[] = [];
  const { usage, ...sums } = await readLineUsage(revised, week, population, (part) => parts.push(part));
  const sumOf = (from: number, end: number): number => ((end - from) * (from + end - 1)) / 2;
  assert.deepEqual(parts, [1]);
  assert.deepEqual(sums, {
    strayLines: endUsed - leased,
    strayOctets: 2 * 3 * sumOf(leased, endUsed),
    allOctets: 2 * 3 * sumOf(firstUsed, endUsed),
  });
  const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
  assert.equal(total(usage.in.octets), 2 * sumOf(firstUsed, leased));
  assert.equal(total(usage.out.variance), 6 * sumOf(firstUsed, leased));
  assert.equal(usage.in.octets.filter((octets) => octets > 0).length, leased - firstUsed);
  for (let line = 0; line < leased; line++) {
    const octets = usage.in.octets[line];
    if (usage.out.octets[line] !== 2 * octets || usage.out.variance[line] !== 3 * octets)
      assert.fail(`line ${line}`);
    if (usage.in.packets[line] !== (octets > 0 ? 2 : 0)) assert.fail(`line ${line}`);
  }
  // Mobile lines are those of multiples of four, less those of twenty.
  const mobile = usageAt(usage, consumersOf(population, "mobile"));
  const multiples = (of: number): number => {
    let sum = 0;
    for (let number = Math.ceil(firstUsed / of) * of; number < listed; number += of) sum += number;
    return sum;
  };
  assert.equal(mobile.in.octets.length, 12_000);
  assert.equal(total(mobile.in.octets), 2 * (multiples(4) - multiples(20)));
});

void test("lines that share an address by ports each hold their own lease", async () => {
  await store.command(
    `INSERT INTO leases (domain, address, prefix_length, valid_from, valid_to, known_from, line, first_port, last_port)
    SELECT 'shared', toIPv6('192.0.2.1'), 128, '2026-05-01 00:00:00', '2299-12-31 00:00:00', '2026-05-01 00:00:00',
      concat('shared-', toString(number)), 1024 * number, 1024 * number + 1023 FROM numbers(1, 5)`,
  );
  assert.equal((await readPopulation(revised, week, knownMs)).lines, leased + 5);
});
