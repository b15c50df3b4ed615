import type { FlowRows, KernelMemory } from "@ishizue/store";
import type { FlowBatch } from "@ishizue/wire";
import {
  type Code,
  define,
  during,
  f64x2,
  get,
  i32,
  i32x4,
  i64x2,
  i8x16,
  set,
  v128,
  WebAssembly,
  wasmModule,
  type WasmFunction,
  when,
} from "@ishizue/wasm";

/** The one memory there is. */
const own = 0;
const more = (local: number, by: number): Code => set(local, i32.add(get(local), i32.const(by)));
const times = (local: number, octets: number): Code => i32.mul(get(local), i32.const(octets));
const ones = v128.const(new Uint8Array(16).fill(255));
const not = (vector: Code): Code => v128.xor(vector, ones);
const none = v128.const(new Uint8Array(16));

/** The loops over rows: each is given how many rows there are, or which. */
export interface SettleKernel {
  times(count: number): number;
  unknownIntervals(count: number): number;
  directions(count: number): void;
  attribute(count: number): number;
  spread(first: number, end: number, role: number, counted: number): void;
}

/** What the loops are to know beside the columns. */
interface Facts {
  /** Octets of a record, sampled ones multiplied, that no network can mean. */
  readonly mostOctets: number;
  readonly maxSkewMs: number;
  readonly lastMs: number;
  readonly maxDurationMs: number;
  /** 16 codes of `attribution` by four times the source's reason plus the destination's. */
  readonly attributions: Uint8Array;
}

/**
 * `group` on four rows at a time, from `row` on; it leaves in `bits` a bit of each row that is to be counted in `sum`. The
 * last group may reach over `count`: columns have room there, and what is found of those rows is not counted.
 */
function fours(
  { row, count, bits, sum }: Record<"row" | "count" | "bits" | "sum", number>,
  group: Code,
): Code {
  const counted = set(sum, i32.add(get(sum), i32.popcnt(get(bits))));
  return [
    ...during(i32.geU(get(count), i32.add(get(row), i32.const(4))), [...group, ...counted, ...more(row, 4)]),
    ...when(i32.gtU(get(count), get(row)), [
      ...group,
      ...set(
        bits,
        i32.and(get(bits), i32.sub(i32.shl(i32.const(1), i32.sub(get(count), get(row))), i32.const(1))),
      ),
      ...counted,
    ]),
  ];
}

/** The first octet of each of four words, in a word. */
const firstOctets = (words: Code): Code =>
  i32x4.extractLane(0, i8x16.shuffle(words, none, [0, 4, 8, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));

/**
 * (count): the exporter's times where a record's end is within the skew bound of the arrival, else the arrival, and then
 * `timeOrigin` is 1 (method.md, "From records to octets", 4). A start that is missing, after the end, or too far back becomes
 * the end. Returns how many rows took the arrival.
 */
function timesOf(
  batch: FlowBatch,
  rows: FlowRows,
  { maxSkewMs, lastMs, maxDurationMs }: Facts,
): WasmFunction {
  return define(
    "times",
    ["count"],
    {
      row: "i32",
      at: "i32",
      bits: "i32",
      sum: "i32",
      start: "v128",
      end: "v128",
      arrival: "v128",
      valid: "v128",
      late: "v128",
    },
    "i32",
    (local) => {
      const { row, at, bits, sum, start, end, arrival, valid, late } = local;
      const zero = f64x2.splat(0);
      const column = ({ byteOffset }: Float64Array, offset: number): Code =>
        v128.load(own, get(at), byteOffset + offset);
      // Written so that no comparison holds for NaN.
      const pair = (offset: number): Code => [
        ...set(end, column(batch.flowEndMs, offset)),
        ...set(start, column(batch.flowStartMs, offset)),
        ...set(arrival, column(batch.arrivalMs, offset)),
        ...set(
          valid,
          v128.and(
            v128.and(f64x2.gt(get(end), zero), f64x2.le(get(end), f64x2.splat(lastMs))),
            f64x2.le(f64x2.abs(f64x2.sub(get(arrival), get(end))), f64x2.splat(maxSkewMs)),
          ),
        ),
        ...set(
          start,
          v128.bitselect(
            get(start),
            get(end),
            v128.and(
              v128.and(f64x2.gt(get(start), zero), f64x2.le(get(start), get(end))),
              f64x2.le(f64x2.sub(get(end), get(start)), f64x2.splat(maxDurationMs)),
            ),
          ),
        ),
        ...v128.store(
          own,
          get(at),
          v128.bitselect(get(start), get(arrival), get(valid)),
          rows.flowStart.byteOffset + offset,
        ),
        ...v128.store(
          own,
          get(at),
          v128.bitselect(get(end), get(arrival), get(valid)),
          rows.flowEnd.byteOffset + offset,
        ),
      ];
      const everyEighth = [0, 8, 16, 24, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
      return [
        ...fours(local, [
          ...set(at, times(row, 8)),
          ...pair(0),
          ...set(late, not(get(valid))),
          ...pair(16),
          ...set(valid, not(get(valid))),
          ...set(bits, i64x2.bitmask(get(late))),
          ...set(bits, i32.or(get(bits), i32.shl(i64x2.bitmask(get(valid)), i32.const(2)))),
          ...i32.store(
            own,
            get(row),
            i32.and(
              i32x4.extractLane(0, i8x16.shuffle(get(late), get(valid), everyEighth)),
              i32.const(0x01010101),
            ),
            rows.timeOrigin.byteOffset,
          ),
        ]),
        ...get(sum),
      ];
    },
  );
}

/** (count): rows of unknown interval, or -1 where any of the rows is beyond what a network can mean. */
function unknownIntervalsOf(rows: FlowRows, { mostOctets }: Facts): WasmFunction {
  return define(
    "unknownIntervals",
    ["count"],
    { row: "i32", at: "i32", bits: "i32", sum: "i32", beyond: "i32", interval: "v128" },
    "i32",
    (local) => {
      const { count, row, at, bits, sum, beyond, interval } = local;
      const column = ({ byteOffset }: Float64Array, offset: number): Code =>
        v128.load(own, get(at), byteOffset + offset);
      const tooMuch = (intervals: Code, offset: number): Code =>
        f64x2.gt(
          f64x2.mul(
            f64x2.convertLowI32x4U(intervals),
            f64x2.pmax(column(rows.packets, offset), column(rows.octets, offset)),
          ),
          f64x2.splat(mostOctets),
        );
      const upper = i8x16.shuffle(
        get(interval),
        get(interval),
        [8, 9, 10, 11, 12, 13, 14, 15, 0, 0, 0, 0, 0, 0, 0, 0],
      );
      const left = i32.sub(get(count), get(row));
      return [
        ...fours(local, [
          ...set(at, times(row, 8)),
          ...set(interval, v128.load(own, times(row, 4), rows.samplingInterval.byteOffset)),
          ...set(
            bits,
            i32.or(
              i64x2.bitmask(tooMuch(get(interval), 0)),
              i32.shl(i64x2.bitmask(tooMuch(upper, 16)), i32.const(2)),
            ),
          ),
          ...when(get(bits), [
            // Rows behind the last are none.
            ...when(
              i32.gtU(i32.const(4), left),
              set(bits, i32.and(get(bits), i32.sub(i32.shl(i32.const(1), left), i32.const(1)))),
            ),
            ...set(beyond, i32.or(get(beyond), get(bits))),
          ]),
          ...set(bits, i32x4.bitmask(i32x4.eq(get(interval), none))),
        ]),
        ...when(get(beyond), set(sum, i32.const(-1))),
        ...get(sum),
      ];
    },
  );
}

/** (count): ingress, egress, and 2 for all that is neither. */
function directionsOf(batch: FlowBatch, rows: FlowRows): WasmFunction {
  const two = v128.const(new Uint8Array(16).fill(2));
  return define("directions", ["count"], { row: "i32" }, undefined, ({ count: all, row }) =>
    during(i32.gtU(get(all), get(row)), [
      ...v128.store(
        own,
        get(row),
        i8x16.minU(v128.load(own, get(row), batch.flowDirection.byteOffset), two),
        rows.direction.byteOffset,
      ),
      ...more(row, 16),
    ]),
  );
}

/** (count): why there is no line where there is none at either end; returns the rows with one. */
function attributeOf(rows: FlowRows, { attributions }: Facts): WasmFunction {
  return define(
    "attribute",
    ["count"],
    { row: "i32", bits: "i32", sum: "i32", source: "v128", destination: "v128", neither: "v128" },
    "i32",
    (local) => {
      const { row, bits, sum, source, destination, neither } = local;
      const end = ({ byteOffset }: Int32Array): Code => v128.load(own, times(row, 4), byteOffset);
      // 4 · −source − destination; an index above 15 gives 0, as in all octets of a word but the first.
      const index = v128.or(
        i32x4.sub(none, i32x4.add(i32x4.shl(get(source), i32.const(2)), get(destination))),
        i32x4.splat(~0xff),
      );
      return [
        ...fours(local, [
          ...set(source, end(rows.lineIn)),
          ...set(destination, end(rows.lineOut)),
          ...set(neither, i32x4.shrS(v128.and(get(source), get(destination)), i32.const(31))),
          ...set(bits, i32.xor(i32x4.bitmask(get(neither)), i32.const(15))),
          ...i32.store(
            own,
            get(row),
            firstOctets(v128.and(i8x16.swizzle(v128.const(attributions), index), get(neither))),
            rows.attribution.byteOffset,
          ),
        ]),
        ...get(sum),
      ];
    },
  );
}

/** (first, end, role, counted): what all rows of one exporter share; its address stands where row `first` has it. */
function spreadOf(rows: FlowRows): WasmFunction {
  return define(
    "spread",
    ["first", "end", "role", "counted"],
    { row: "i32", at: "i32", address: "v128", octets: "v128", others: "v128" },
    undefined,
    ({ first, end, role, counted, row, at, address, octets, others }) => [
      ...set(at, times(first, 16)),
      ...set(address, v128.load(own, get(at), rows.exporter.byteOffset)),
      ...set(row, get(first)),
      ...during(i32.ltU(get(row), get(end)), [
        ...v128.store(own, get(at), get(address), rows.exporter.byteOffset),
        ...more(at, 16),
        ...more(row, 1),
      ]),
      ...set(octets, i8x16.splat(get(role))),
      ...set(others, i8x16.splat(get(counted))),
      // Rows behind `end` are the next exporter's, who comes after this.
      ...set(row, get(first)),
      ...during(i32.ltU(get(row), get(end)), [
        ...v128.store(own, get(row), get(octets), rows.role.byteOffset),
        ...v128.store(own, get(row), get(others), rows.counted.byteOffset),
        ...more(row, 16),
      ]),
    ],
  );
}

/**
 * The loops that settle rows, as WebAssembly, two to sixteen rows at a time. `batch` and `rows` lie in `memory`, each
 * column with room for sixteen rows behind its last.
 */
export function settleKernel(
  memory: KernelMemory,
  batch: FlowBatch,
  rows: FlowRows,
  facts: Facts,
): SettleKernel {
  const octets = wasmModule({ memories: [{ module: "own", shared: false }] }, [
    timesOf(batch, rows, facts),
    unknownIntervalsOf(rows, facts),
    directionsOf(batch, rows),
    attributeOf(rows, facts),
    spreadOf(rows),
  ]);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(octets), {
    own: { memory: memory.memory },
  });
  return instance.exports as unknown as SettleKernel;
}
