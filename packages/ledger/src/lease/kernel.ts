import {
  type Code,
  define,
  during,
  each,
  f64,
  get,
  getGlobal,
  i32,
  set,
  WebAssembly,
  wasmModule,
  type WasmMemory,
  when,
} from "@ishizue/wasm";
import { mappedWord } from "@ishizue/wire";
import type { LeaseArrays } from "./arrays.ts";
import { blockWords4 } from "./blocks.ts";
import {
  heldLong,
  heldWord,
  keyWord,
  lineMask,
  lineWord,
  olderWord,
  slotBitsOf,
  startFloat,
} from "./record.ts";
import { Unattributed } from "./unattributed.ts";
import { KeyKind, prefixMasks } from "./key.ts";

/** Rows that the kernel takes at a time. */
export const kernelRows = 2048;
/** Rows of one pass: what is fetched of them stays in the second-level cache. */
export const passRows = 512;
/** The line of a row that the kernel leaves to the caller: another prefix with the same tag, an end far off. */
export const undecided = -4;

// The kernel's own memory, in octets.
const addressesAt = 0;
const timesAt = addressesAt + 16 * kernelRows;
const linesAt = timesAt + 8 * kernelRows;
const rows4At = linesAt + 4 * kernelRows;
const rows6At = rows4At + 4 * kernelRows;
export const hashAt = rows6At + 4 * kernelRows;
export const key0At = hashAt + 4 * passRows;
export const key1At = key0At + 4 * passRows;
export const foundAt = key1At + 4 * passRows;
export const bucketAt = foundAt + 4 * passRows;
export const ownOctets = bucketAt + 4 * passRows;

/** The kernel's own memory. */
export const own = 0;
/** Blocks and records. */
export const shared = 1;
/** The index. */
export const filed = 2;
export const globals = {
  records: "i32",
  index: "i32",
  buckets: "i32",
  slotBits: "i32",
  scale: "f64",
} as const;
const records = getGlobal(0);
const index = getGlobal(1);
const buckets = getGlobal(2);
const slotBits = getGlobal(3);
const scale = getGlobal(4);

const one = i32.const(1);
export const twice = (value: Code, shift: number): Code => i32.shl(value, i32.const(shift));
export const more = (local: number, by: Code): Code => set(local, i32.add(get(local), by));
/** `local` ^= `local` >>> `shift`. */
export const fold = (local: number, shift: number): Code =>
  set(local, i32.xor(get(local), i32.shrU(get(local), i32.const(shift))));
export const times = (local: number, by: number): Code => set(local, i32.mul(get(local), i32.const(by)));
/** As `spread` in key.ts. */
export const spread = (local: number): Code => [
  ...fold(local, 16),
  ...times(local, 0x85ebca6b),
  ...fold(local, 13),
  ...times(local, 0xc2b2ae35),
  ...fold(local, 16),
];
/** Octets of the bucket that the hash in `local` begins at; the same Float64 arithmetic as elsewhere. */
export const firstBucket = (local: number): Code =>
  i32.truncSatF64U(f64.mul(f64.convertI32U(get(local)), scale));
export const octetsOf = (bucket: Code): Code => i32.add(index, twice(bucket, 2));

/** Rows whose reads are asked for without a look at anything between. */
const atOnce = 4;
/** Fetches what the words of `list` point at in a memory, into the cache; `fetched` keeps the reads from being left out. */
export const fetch = (memory: number, n: number, count: number, list: number, fetched: number): Code => {
  const one = (row: number): Code => i32.load(memory, i32.load(own, get(n), list + 4 * row));
  return [
    ...set(n, i32.const(0)),
    // The last few may be of a pass before: they are read in vain.
    ...during(i32.ltU(get(n), twice(get(count), 2)), [
      ...set(fetched, i32.xor(get(fetched), i32.xor(i32.xor(one(0), one(1)), i32.xor(one(2), one(3))))),
      ...more(n, i32.const(4 * atOnce)),
    ]),
  ];
};

/** (rows) → rows of IPv4 where leases have ever been | such rows of IPv6 << 16; every line becomes noLease. */
const split = define(
  "split",
  ["rows"],
  { row: "i32", at: "i32", word: "i32", count4: "i32", count6: "i32" },
  "i32",
  ({ rows, row, at, word, count4, count6 }) => {
    const bit = (block: number): Code =>
      i32.and(
        i32.shrU(
          i32.load(shared, twice(i32.shrU(get(block), i32.const(5)), 2)),
          i32.and(get(block), i32.const(31)),
        ),
        one,
      );
    const take = (listAt: number, count: number): Code => [
      ...i32.store(own, twice(get(count), 2), get(row), listAt),
      ...more(count, bit(word)),
    ];
    const isMapped = i32.eqz(
      i32.or(
        i32.or(i32.load(own, get(at), addressesAt), i32.load(own, get(at), addressesAt + 4)),
        i32.xor(i32.load(own, get(at), addressesAt + 8), i32.const(mappedWord)),
      ),
    );
    const body = [
      ...each(row, get(rows), [
        ...i32.store(own, twice(get(row), 2), i32.const(Unattributed.noLease), linesAt),
        ...set(at, twice(get(row), 4)),
        ...when(
          isMapped,
          [
            ...set(word, i32.load(own, get(at), addressesAt + 12)),
            // As block4, on a host that keeps the low byte first: WebAssembly always does.
            ...set(
              word,
              i32.or(
                i32.and(get(word), i32.const(0xffff)),
                i32.and(i32.shrU(get(word), i32.const(4)), i32.const(0xf_0000)),
              ),
            ),
            ...take(rows4At, count4),
          ],
          [
            // As block6.
            ...set(word, i32.mul(i32.load(own, get(at), addressesAt), i32.const(0x9e3779b1))),
            ...set(word, i32.add(i32.shrU(get(word), i32.const(16)), i32.const(32 * blockWords4))),
            ...take(rows6At, count6),
          ],
        ),
      ]),
      ...i32.or(get(count4), twice(get(count6), 16)),
    ];
    return body;
  },
);

/** (list, count): key and hash of each row's host, and its first bucket fetched; returns what was fetched. */
const hashHosts = define(
  "hashHosts",
  ["list", "count"],
  { n: "i32", at: "i32", hash: "i32", fetched: "i32" },
  "i32",
  ({ list, count, n, at, hash, fetched }) => {
    const body = [
      ...each(n, get(count), [
        ...set(at, twice(get(n), 2)),
        ...set(hash, i32.load(own, twice(i32.load(own, i32.add(get(list), get(at))), 4), addressesAt + 12)),
        ...i32.store(own, get(at), get(hash), key0At),
        ...i32.store(own, get(at), i32.const(0), key1At),
        ...spread(hash),
        ...i32.store(own, get(at), get(hash), hashAt),
        ...i32.store(own, get(at), octetsOf(firstBucket(hash)), bucketAt),
      ]),
      ...fetch(filed, n, count, bucketAt, fetched),
      ...get(fetched),
    ];
    return body;
  },
);

/** (list, count, mask0, mask1, mixed length): as hashHosts, of IPv6 prefixes. */
const hashPrefixes = define(
  "hashPrefixes",
  ["list", "count", "mask0", "mask1", "length"],
  { n: "i32", at: "i32", row: "i32", hash: "i32", fetched: "i32" },
  "i32",
  ({ list, count, mask0, mask1, length, n, at, row, hash, fetched }) => {
    const body = [
      ...each(n, get(count), [
        ...set(at, twice(get(n), 2)),
        ...set(row, twice(i32.load(own, i32.add(get(list), get(at))), 4)),
        ...set(hash, i32.and(i32.load(own, get(row), addressesAt), get(mask0))),
        ...i32.store(own, get(at), get(hash), key0At),
        ...set(hash, i32.mul(i32.xor(get(hash), get(length)), i32.const(0x27d4eb2f))),
        ...fold(hash, 15),
        ...set(row, i32.and(i32.load(own, get(row), addressesAt + 4), get(mask1))),
        ...i32.store(own, get(at), get(row), key1At),
        ...more(hash, get(row)),
        ...spread(hash),
        ...i32.store(own, get(at), get(hash), hashAt),
        ...i32.store(own, get(at), octetsOf(firstBucket(hash)), bucketAt),
      ]),
      ...fetch(filed, n, count, bucketAt, fetched),
      ...get(fetched),
    ];
    return body;
  },
);

/** (count): the record of the first bucket with each hash's tag, or 0; then all of them fetched. */
export const find = define(
  "find",
  ["count"],
  { n: "i32", hash: "i32", at: "i32", bucket: "i32", tag: "i32", tagMask: "i32", fetched: "i32" },
  "i32",
  ({ count, n, hash, at, bucket, tag, tagMask, fetched }) => {
    const record = i32.add(
      records,
      twice(i32.sub(i32.and(get(bucket), i32.xor(get(tagMask), i32.const(-1))), one), 5),
    );
    const body = [
      ...set(tagMask, i32.shl(i32.const(-1), slotBits)),
      ...each(n, get(count), [
        ...set(hash, i32.load(own, twice(get(n), 2), hashAt)),
        ...set(tag, i32.shl(get(hash), slotBits)),
        ...set(at, i32.load(own, twice(get(n), 2), bucketAt)),
        ...set(bucket, i32.load(filed, get(at))),
        // Until an empty bucket or one with the tag.
        ...during(
          i32.and(
            i32.ltU(i32.const(0), get(bucket)),
            i32.ltU(i32.const(0), i32.and(i32.xor(get(bucket), get(tag)), get(tagMask))),
          ),
          [
            ...more(at, i32.const(4)),
            ...when(i32.eq(get(at), octetsOf(buckets)), set(at, index)),
            ...set(bucket, i32.load(filed, get(at))),
          ],
        ),
        ...when(
          get(bucket),
          i32.store(own, twice(get(n), 2), record, foundAt),
          i32.store(own, twice(get(n), 2), i32.const(0), foundAt),
        ),
      ]),
      ...fetch(shared, n, count, foundAt, fetched),
      ...get(fetched),
    ];
    return body;
  },
);

/** Whether the record's words are not those of the row's key, whose place is `at`. */
export const keyDiffers = (record: number, at: number): Code =>
  i32.or(
    i32.xor(i32.load(shared, get(record), 4 * keyWord), i32.load(own, get(at), key0At)),
    i32.xor(i32.load(shared, get(record), 4 * keyWord + 4), i32.load(own, get(at), key1At)),
  );
export const isHeldOpen = (held: number): Code => i32.eqz(i32.xor(get(held), i32.const(-1)));
/** `record` becomes the next older of its key, or 0. */
export const older = (record: number): Code => [
  ...set(record, i32.load(shared, get(record), 4 * olderWord)),
  ...when(get(record), set(record, i32.add(records, twice(i32.sub(get(record), one), 5)))),
];

/** (list, count, kind): the line of each row whose record was found; returns how many are left undecided. */
const settle = define(
  "settle",
  ["list", "count", "kind"],
  {
    n: "i32",
    at: "i32",
    record: "i32",
    row: "i32",
    answer: "i32",
    held: "i32",
    left: "i32",
    line: "i32",
    time: "f64",
    since: "f64",
  },
  "i32",
  ({ list, count, kind, n, at, record, row, answer, held, left, line, time, since }) => {
    const differs = i32.or(keyDiffers(record, at), i32.xor(i32.shrU(get(line), i32.const(24)), get(kind)));
    const isOpen = isHeldOpen(held);
    const answerLine = [
      ...set(answer, i32.and(i32.load(shared, get(record), 4 * lineWord), i32.const(lineMask))),
      ...set(record, i32.const(0)),
    ];
    const stop = (code: number): Code => [...set(answer, i32.const(code)), ...set(record, i32.const(0))];
    const goOlder = older(record);
    // The newest lease that starts not after the time decides; empty ones are passed over.
    const decide = [
      ...set(held, i32.load(shared, get(record), 4 * heldWord)),
      ...when(
        i32.or(isOpen, f64.lt(get(since), f64.convertI32U(get(held)))),
        when(i32.and(i32.geU(get(held), i32.const(heldLong)), i32.eqz(isOpen)), stop(undecided), answerLine),
        when(
          i32.geU(get(held), i32.const(heldLong)),
          stop(undecided),
          when(get(held), stop(Unattributed.otherTime), goOlder),
        ),
      ),
    ];
    const body = [
      ...each(n, get(count), [
        ...set(at, twice(get(n), 2)),
        ...set(record, i32.load(own, get(at), foundAt)),
        ...when(get(record), [
          ...set(row, i32.load(own, i32.add(get(list), get(at)))),
          ...set(line, i32.load(shared, get(record), 4 * lineWord)),
          ...when(differs, set(answer, i32.const(undecided)), [
            ...set(answer, i32.const(Unattributed.otherTime)),
            ...set(time, f64.load(own, twice(get(row), 3), timesAt)),
            ...during(get(record), [
              ...set(since, f64.sub(get(time), f64.load(shared, get(record), 8 * startFloat))),
              ...when(f64.ge(get(since), f64.zero), decide, goOlder),
            ]),
          ]),
          ...more(left, i32.eq(get(answer), i32.const(undecided))),
          ...i32.store(own, twice(get(row), 2), get(answer), linesAt),
        ]),
      ]),
      ...get(left),
    ];
    return body;
  },
);

/** (list, count): keeps the rows of the list that have no line yet; returns how many. */
const keepWithout = define(
  "keepWithout",
  ["list", "count"],
  { n: "i32", row: "i32", kept: "i32" },
  "i32",
  ({ list, count, n, row, kept }) => {
    const line = i32.load(own, twice(get(row), 2), linesAt);
    const body = [
      ...each(n, get(count), [
        ...set(row, i32.load(own, i32.add(get(list), twice(get(n), 2)))),
        ...i32.store(own, i32.add(get(list), twice(get(kept), 2)), get(row)),
        ...more(kept, i32.ltU(i32.add(line, i32.const(2)), i32.const(2))),
      ]),
      ...get(kept),
    ];
    return body;
  },
);

let compiled: object | undefined;

/** Values of `globals` for the arrays of one generation. */
export function kernelInputs(arrays: LeaseArrays): Record<keyof typeof globals, number> {
  return {
    records: arrays.records.byteOffset,
    index: arrays.index.byteOffset,
    buckets: arrays.index.length,
    slotBits: slotBitsOf(arrays.capacity),
    scale: arrays.index.length / 2 ** 32,
  };
}

interface Exports {
  split: (rows: number) => number;
  hashHosts: (list: number, count: number) => number;
  hashPrefixes: (list: number, count: number, mask0: number, mask1: number, mixed: number) => number;
  find: (count: number) => number;
  settle: (list: number, count: number, kind: number) => number;
  keepWithout: (list: number, count: number) => number;
}

/**
 * The batch look-up as machine code that the language compiles ahead: what a row costs beside its cache misses is a third
 * of what it costs in JavaScript. For the arrays of one generation, on hosts that keep the low byte first.
 *
 * Goes through the rows in passes: one fetches each row's first bucket, one its record, and no branch hangs on what is
 * fetched, so that many reads are under way at once; the last has them at hand.
 */
export class Kernel {
  readonly #run: Exports;
  readonly #addresses: Uint32Array;
  readonly #times: Float64Array;
  readonly #lines: Int32Array;
  readonly #rows: Uint32Array;

  constructor(arrays: LeaseArrays, shared: WasmMemory, filed: WasmMemory) {
    compiled ??= new WebAssembly.Module(
      wasmModule(
        {
          memories: [
            { module: "own", shared: false },
            { module: "shared", shared: true },
            { module: "filed", shared: true },
          ],
          globals,
        },
        [split, hashHosts, hashPrefixes, find, settle, keepWithout],
      ),
    );
    const memory = new WebAssembly.Memory({ initial: Math.ceil(ownOctets / 65_536) });
    const memories = { own: { memory }, shared: { memory: shared }, filed: { memory: filed } };
    const instance = new WebAssembly.Instance(compiled, { ...memories, is: kernelInputs(arrays) });
    this.#run = instance.exports as unknown as Exports;
    this.#addresses = new Uint32Array(memory.buffer, addressesAt, 4 * kernelRows);
    this.#times = new Float64Array(memory.buffer, timesAt, kernelRows);
    this.#lines = new Int32Array(memory.buffer, linesAt, kernelRows);
    this.#rows = new Uint32Array(memory.buffer, rows4At, 2 * kernelRows);
  }

  /**
   * Looks up at most `kernelRows` rows in routing domain '', as LeaseReader.resolveRows. `lengths4` and `lengths6`: prefix
   * lengths present, longest first; `other` looks one row up that has no line at a length that no record names itself.
   *
   * Outcomes: how many rows are `undecided`.
   */
  resolve(
    addresses: Uint32Array,
    timesMs: Float64Array,
    first: number,
    end: number,
    lines: Int32Array,
    lengths4: Uint8Array,
    lengths6: Uint8Array,
    other: (row: number, length: number) => number,
  ): number {
    const count = end - first;
    this.#addresses.set(addresses.subarray(4 * first, 4 * end));
    this.#times.set(timesMs.subarray(first, end));
    const counts = this.#run.split(count);
    const otherRow = (row: number, length: number): number => other(first + row, length);
    let left = this.#byLengths(0, counts & 0xffff, lengths4, otherRow);
    left += this.#byLengths(kernelRows, counts >>> 16, lengths6, otherRow);
    lines.set(count === kernelRows ? this.#lines : this.#lines.subarray(0, count), first);
    return left;
  }

  #byLengths(
    list: number,
    count: number,
    lengths: Uint8Array,
    other: (row: number, length: number) => number,
  ): number {
    const rows = this.#rows;
    let left = count;
    let undecidedRows = 0;
    for (let i = 0; i < lengths.length && left > 0; i++) {
      const length = lengths[i];
      if (i > 0) left = this.#run.keepWithout(rows4At + 4 * list, left);
      if (length <= 64 || (length === 128 && list === 0)) undecidedRows += this.#passes(list, left, length);
      else {
        for (let n = 0; n < left; n++) {
          const line = other(rows[list + n], length);
          if (line !== Unattributed.noLease) this.#lines[rows[list + n]] = line;
        }
      }
    }
    return undecidedRows;
  }

  #passes(list: number, count: number, length: number): number {
    const mask0 = prefixMasks[4 * length];
    const mask1 = prefixMasks[4 * length + 1];
    const isHosts = list === 0;
    let undecidedRows = 0;
    for (let from = 0; from < count; from += passRows) {
      const rows = Math.min(passRows, count - from);
      const at = rows4At + 4 * (list + from);
      if (isHosts) this.#run.hashHosts(at, rows);
      else this.#run.hashPrefixes(at, rows, mask0, mask1, Math.imul(length, 0x9e3779b9));
      this.#run.find(rows);
      undecidedRows += this.#run.settle(at, rows, isHosts ? KeyKind.host4 : length);
    }
    return undecidedRows;
  }
}
