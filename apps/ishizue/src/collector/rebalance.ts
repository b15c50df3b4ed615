/** Buckets that go from one worker to another. */
export interface Move {
  readonly from: number;
  readonly to: number;
  readonly buckets: readonly number[];
}

/** A worker is overloaded when it does more than this times the mean. */
export const OVERLOAD = 1.5;
/** How many times in a row a worker must be overloaded before anything moves. */
const ROUNDS = 3;

/** Compares what workers did, again and again, and says what should move. */
export class Balance {
  private seen: Float64Array | null = null;
  private rounds = 0;

  /**
   * `loads`: of each worker, by bucket, since the start. Outcomes: null, or a
   * move, when one worker was overloaded in `ROUNDS` comparisons in a row.
   */
  compare(loads: readonly Float64Array[], workerOfBucket: Uint8Array): Move | null {
    const sums = new Float64Array(workerOfBucket.length);
    for (const load of loads) load.forEach((octets, bucket) => (sums[bucket] += octets));
    const { seen } = this;
    this.seen = sums;
    if (seen === null) return null;
    const move = planMove(
      sums.map((octets, bucket) => octets - seen[bucket]),
      workerOfBucket,
      loads.length,
    );
    this.rounds = move === null ? 0 : this.rounds + 1;
    if (this.rounds < ROUNDS) return null;
    this.rounds = 0;
    return move;
  }
}

/**
 * The smallest set of buckets that relieves the busiest worker: down to the
 * mean as nearly as whole buckets allow, without making the least busy one the
 * next to be relieved.
 *
 * Shape: `loads` by bucket, of one measure (octets) over one span;
 * `workerOfBucket` by bucket. Outcomes: null where nobody does more than
 * `OVERLOAD` times the mean, or where no bucket could go without making it
 * worse: one heavy exporter cannot be divided.
 */
export function planMove(loads: Float64Array, workerOfBucket: Uint8Array, workers: number): Move | null {
  if (workers < 2) return null;
  const sums = new Float64Array(workers);
  for (let bucket = 0; bucket < loads.length; bucket++) sums[workerOfBucket[bucket]] += loads[bucket];
  const mean = sums.reduce((sum, load) => sum + load, 0) / workers;
  const from = sums.indexOf(Math.max(...sums));
  const to = sums.indexOf(Math.min(...sums));
  if (mean === 0 || sums[from] <= OVERLOAD * mean) return null;
  const mine = [...loads.keys()]
    .filter((bucket) => workerOfBucket[bucket] === from && loads[bucket] > 0)
    .sort((a, b) => loads[b] - loads[a] || a - b);
  const buckets: number[] = [];
  let moved = 0;
  // Heaviest first: the fewest buckets, and so the fewest exporters, change hands.
  const room = Math.min(sums[from] - mean, (sums[from] - sums[to]) / 2);
  for (const bucket of mine) {
    if (moved + loads[bucket] > room) continue;
    buckets.push(bucket);
    moved += loads[bucket];
    if (moved >= sums[from] - OVERLOAD * mean && moved >= 0.8 * room) break;
  }
  if (buckets.length === 0) return oneBucket(loads, mine, sums, from, to);
  return { from, to, buckets };
}

/** Where every bucket is heavier than the room: the lightest, when its going lowers the higher of the two loads. */
function oneBucket(
  loads: Float64Array,
  mine: readonly number[],
  sums: Float64Array,
  from: number,
  to: number,
): Move | null {
  const bucket = mine.at(-1);
  if (bucket === undefined || sums[to] + loads[bucket] >= sums[from]) return null;
  return { from, to, buckets: [bucket] };
}
