import assert from "node:assert/strict";
import { test } from "node:test";
import { Balance, planMove } from "./rebalance.ts";

const BUCKETS = 256;

/** Loads and owners of 256 buckets; those that are not named are idle and of worker 0. */
function table(entries: readonly (readonly [bucket: number, worker: number, load: number])[]): {
  loads: Float64Array;
  owners: Uint8Array;
} {
  const loads = new Float64Array(BUCKETS);
  const owners = new Uint8Array(BUCKETS);
  for (const [bucket, worker, load] of entries) {
    loads[bucket] = load;
    owners[bucket] = worker;
  }
  return { loads, owners };
}

test("workers near the mean are left alone, and so is a single one", () => {
  const { loads, owners } = table([
    [1, 0, 140],
    [2, 1, 100],
    [3, 2, 100],
  ]);
  assert.equal(planMove(loads, owners, 3), null);
  assert.equal(planMove(loads, new Uint8Array(BUCKETS), 1), null);
  assert.equal(planMove(new Float64Array(BUCKETS), new Uint8Array(BUCKETS), 4), null);
});

test("the fewest buckets that bring the busiest worker to the mean go to the least busy one", () => {
  const { loads, owners } = table([
    [1, 0, 100],
    [2, 0, 50],
    [3, 0, 45],
    [4, 0, 5],
    [5, 1, 40],
    [6, 2, 60],
  ]);
  // Sums 200, 40, 60; mean 100: 80 may go (half of the difference), and 50 in one bucket is the most of it.
  const move = planMove(loads, owners, 3);
  assert.deepEqual([move?.from, move?.to], [0, 1]);
  const moved = move?.buckets.reduce((sum, bucket) => sum + loads[bucket], 0) ?? 0;
  assert.ok(moved >= 50 && moved <= 80, `${moved} of load moved`);
  assert.ok((move?.buckets.length ?? 9) <= 2);
});

test("one exporter that is heavier than all others together stays, and the rest may go", () => {
  const alone = table([[1, 0, 1000]]);
  assert.equal(planMove(alone.loads, alone.owners, 2), null);
  const { loads, owners } = table([
    [1, 0, 1000],
    [2, 0, 10],
    [3, 1, 10],
  ]);
  assert.deepEqual(planMove(loads, owners, 2), { from: 0, to: 1, buckets: [2] });
});

test("moving again and again comes to rest", () => {
  const loads = new Float64Array(BUCKETS);
  for (let bucket = 0; bucket < BUCKETS; bucket++) loads[bucket] = (bucket * 7919) % 1000;
  const owners = new Uint8Array(BUCKETS);
  let moves = 0;
  for (let move = planMove(loads, owners, 4); move !== null; move = planMove(loads, owners, 4)) {
    for (const bucket of move.buckets) owners[bucket] = move.to;
    assert.ok(++moves < 50, "it goes on for ever");
  }
  const sums = new Float64Array(4);
  for (let bucket = 0; bucket < BUCKETS; bucket++) sums[owners[bucket]] += loads[bucket];
  const mean = sums.reduce((sum, load) => sum + load, 0) / 4;
  for (const sum of sums) assert.ok(sum <= 1.5 * mean, `${sum} of a mean of ${mean}`);
});

test("a worker must be overloaded three times in a row before anything moves, by what it did since the last time", () => {
  const { loads, owners } = table([
    [1, 0, 1000],
    [2, 0, 900],
  ]);
  const balance = new Balance();
  const idle = new Float64Array(BUCKETS);
  const more = (): void => loads.forEach((load, bucket) => (loads[bucket] = load + (load > 0 ? 100 : 0)));
  const told: (string | undefined)[] = [];
  for (let round = 0; round < 5; round++) {
    told.push(balance.compare([loads, idle], owners)?.buckets.join());
    more();
  }
  // The first comparison has nothing to compare with.
  assert.deepEqual(told, [undefined, undefined, undefined, "1", undefined]);
  // A quiet round in between, and it begins anew.
  const again = new Balance();
  for (const grows of [true, true, false, true, true, true]) {
    assert.equal(again.compare([loads, idle], owners), null);
    if (grows) more();
  }
});
