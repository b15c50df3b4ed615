import {
  type Code,
  define,
  during,
  each,
  f64,
  get,
  i32,
  set,
  WebAssembly,
  wasmModule,
  type WasmMemory,
  when,
} from "@ishizue/wasm";
import type { LeaseArrays } from "./arrays.ts";
import {
  bucketAt,
  fetch,
  filed,
  find,
  firstBucket,
  fold,
  foundAt,
  globals,
  hashAt,
  isHeldOpen,
  kernelInputs,
  key0At,
  key1At,
  keyDiffers,
  more,
  octetsOf,
  older,
  own,
  ownOctets,
  passRows,
  shared,
  spread,
  twice,
  undecided,
} from "./kernel.ts";
import { insideKind } from "./key.ts";
import { heldLong, heldWord, insideHolder, lineMask, lineWord, startFloat } from "./record.ts";
import { Unattributed } from "./unattributed.ts";

// The own memory, in octets, behind what `find` uses: the rows' addresses, ports and times, which of them a pass looks up, and what
// holds them so far.
const wordsAt = ownOctets;
const portsAt = wordsAt + 4 * passRows;
const rowsAt = portsAt + 4 * passRows;
const holdersAt = rowsAt + 4 * passRows;
const fewestAt = holdersAt + 4 * passRows;
const highestAt = fewestAt + 4 * passRows;
const timesAt = highestAt + 4 * passRows;
const begunAt = timesAt + 8 * passRows;
const allOctets = begunAt + 8 * passRows;

const one = i32.const(1);

/**
 * (rows, and of a shape: ports of a range, phase, stride, strides before the first range; its kind, mixed): key and hash of each
 * row whose port is in a set of the shape, and its first bucket fetched; returns how many. As `firstPortOf` and `hashPorts4`.
 */
const hashPorts = define(
  "hashPorts",
  ["rows", "size", "phase", "stride", "base", "mixedKind"],
  {
    n: "i32",
    at: "i32",
    port: "i32",
    place: "i32",
    start: "i32",
    first: "i32",
    hash: "i32",
    count: "i32",
    fetched: "i32",
  },
  "i32",
  ({
    rows,
    size,
    phase,
    stride,
    base,
    mixedKind,
    n,
    at,
    port,
    place,
    start,
    first,
    hash,
    count,
    fetched,
  }) => {
    const allPorts = i32.const(0x1_0000);
    const isIn = [
      i32.geU(get(place), get(phase)),
      i32.geU(get(port), get(first)),
      // A transport without ports is in none but all of them.
      i32.ne(i32.or(get(port), i32.eq(get(size), allPorts)), i32.const(0)),
    ];
    const limit = i32.add(get(stride), i32.mul(i32.eqz(get(stride)), allPorts));
    const fits = i32.geU(limit, i32.add(get(start), get(size)));
    const body = [
      ...each(n, get(rows), [
        ...set(port, i32.load(own, twice(get(n), 2), portsAt)),
        ...set(place, get(port)),
        ...when(get(stride), set(place, i32.remU(get(port), get(stride)))),
        ...set(start, i32.sub(get(place), i32.remU(i32.sub(get(place), get(phase)), get(size)))),
        ...set(first, i32.add(i32.mul(get(base), get(stride)), get(start))),
        ...set(at, twice(get(count), 2)),
        ...i32.store(own, get(at), get(n), rowsAt),
        ...set(hash, i32.load(own, twice(get(n), 2), wordsAt)),
        ...i32.store(own, get(at), get(hash), key0At),
        ...set(hash, i32.mul(i32.xor(get(hash), get(mixedKind)), i32.const(0x27d4eb2f))),
        ...fold(hash, 15),
        ...more(
          count,
          isIn.reduce((all, each) => i32.and(all, each), fits),
        ),
        ...set(first, i32.or(get(first), twice(i32.sub(i32.add(get(first), get(size)), one), 16))),
        ...i32.store(own, get(at), get(first), key1At),
        ...more(hash, get(first)),
        ...spread(hash),
        ...i32.store(own, get(at), get(hash), hashAt),
        ...i32.store(own, get(at), octetsOf(firstBucket(hash)), bucketAt),
      ]),
      ...fetch(filed, n, count, bucketAt, fetched),
      // Nothing hangs on what was fetched; it is only not to be left out.
      ...i32.or(get(count), i32.and(get(fetched), i32.const(0))),
    ];
    return body;
  },
);

/** (count, kind, ports of a range): what holds each row whose record was found, where it holds better than what did so far. */
const settlePorts = define(
  "settlePorts",
  ["count", "kind", "size"],
  {
    n: "i32",
    at: "i32",
    record: "i32",
    row: "i32",
    line: "i32",
    held: "i32",
    hit: "i32",
    first: "i32",
    since: "f64",
    start: "f64",
    begun: "f64",
  },
  "i32",
  ({ count, kind, size, n, at, record, row, line, held, hit, first, since, start, begun }) => {
    const holder = (): Code => i32.load(own, get(row), holdersAt);
    const settleFor = (value: Code): Code => i32.store(own, get(row), value, holdersAt);
    const lineKind = i32.and(i32.shrU(get(line), i32.const(24)), i32.const(0xff ^ insideKind));
    const differs = i32.or(keyDiffers(record, at), i32.xor(lineKind, get(kind)));
    const isOpen = isHeldOpen(held);
    const isLong = i32.geU(get(held), i32.const(heldLong));
    const stop = set(record, i32.const(0));
    const goOlder = older(record);
    // As in kernel.ts: the newest lease that starts not after the time decides; empty ones are passed over.
    const decide = [
      ...set(held, i32.load(shared, get(record), 4 * heldWord)),
      ...when(
        i32.and(isLong, i32.eqz(isOpen)),
        [...settleFor(i32.const(undecided)), ...stop],
        when(
          i32.or(isOpen, f64.lt(get(since), f64.convertI32U(get(held)))),
          [...set(hit, get(record)), ...stop],
          when(get(held), stop, goOlder),
        ),
      ),
    ];
    const isSame = i32.and(f64.ge(get(begun), get(start)), f64.ge(get(start), get(begun)));
    const fewest = i32.load(own, get(row), fewestAt);
    const isFewer = i32.or(
      i32.ltU(get(size), fewest),
      i32.and(i32.eq(get(size), fewest), i32.gtU(get(first), i32.load(own, get(row), highestAt))),
    );
    const take = [
      ...set(line, i32.load(shared, get(hit), 4 * lineWord)),
      ...settleFor(
        i32.add(
          i32.and(get(line), i32.const(lineMask)),
          i32.mul(
            i32.ne(i32.and(get(line), i32.const(insideKind << 24)), i32.const(0)),
            i32.const(insideHolder),
          ),
        ),
      ),
      ...f64.store(own, twice(get(row), 1), get(start), begunAt),
      ...i32.store(own, get(row), get(size), fewestAt),
      ...i32.store(own, get(row), get(first), highestAt),
    ];
    const settleHit = [
      ...set(begun, f64.load(own, twice(get(row), 1), begunAt)),
      ...when(
        get(hit),
        [
          ...set(start, f64.load(shared, get(hit), 8 * startFloat)),
          ...set(first, i32.and(i32.load(own, get(at), key1At), i32.const(0xffff))),
          ...when(i32.or(f64.lt(get(begun), get(start)), i32.and(isSame, isFewer)), take),
        ],
        when(f64.lt(get(begun), f64.zero), settleFor(i32.const(Unattributed.otherTime))),
      ),
    ];
    const body = [
      ...each(n, get(count), [
        ...set(at, twice(get(n), 2)),
        ...set(record, i32.load(own, get(at), foundAt)),
        ...set(row, twice(i32.load(own, get(at), rowsAt), 2)),
        ...when(i32.and(i32.ne(get(record), i32.const(0)), i32.ne(holder(), i32.const(undecided))), [
          ...set(line, i32.load(shared, get(record), 4 * lineWord)),
          ...set(hit, i32.const(0)),
          ...when(
            differs,
            settleFor(i32.const(undecided)),
            during(get(record), [
              ...set(
                since,
                f64.sub(
                  f64.load(own, twice(get(row), 1), timesAt),
                  f64.load(shared, get(record), 8 * startFloat),
                ),
              ),
              ...when(f64.ge(get(since), f64.zero), decide, goOlder),
            ]),
          ),
          ...when(i32.ne(holder(), i32.const(undecided)), settleHit),
        ]),
      ]),
      ...get(count),
    ];
    return body;
  },
);

let compiled: object | undefined;

interface Exports {
  hashPorts: (
    rows: number,
    size: number,
    phase: number,
    stride: number,
    base: number,
    mixedKind: number,
  ) => number;
  find: (count: number) => number;
  settlePorts: (count: number, kind: number, size: number) => number;
}

/** `PortReader.holderAt` of many rows in passes, as Kernel does it: of IPv4 hosts in routing domain ''. */
export class PortKernel {
  /** Address words, ports and times of the rows, to be set before `resolve`: `passRows` at the most. */
  readonly words: Uint32Array;
  readonly ports: Uint32Array;
  readonly times: Float64Array;
  /** What `resolve` tells: as holderAt, or `undecided`, where that is to be asked. */
  readonly holders: Int32Array;
  readonly #begun: Float64Array;
  readonly #run: Exports;

  constructor(arrays: LeaseArrays, shared: WasmMemory, filed: WasmMemory) {
    const memories = [
      { module: "own", shared: false },
      { module: "shared", shared: true },
      { module: "filed", shared: true },
    ];
    compiled ??= new WebAssembly.Module(wasmModule({ memories, globals }, [hashPorts, find, settlePorts]));
    const memory = new WebAssembly.Memory({ initial: Math.ceil(allOctets / 65_536) });
    const inputs = { own: { memory }, shared: { memory: shared }, filed: { memory: filed } };
    const instance = new WebAssembly.Instance(compiled, { ...inputs, is: kernelInputs(arrays) });
    this.#run = instance.exports as unknown as Exports;
    this.words = new Uint32Array(memory.buffer, wordsAt, passRows);
    this.ports = new Uint32Array(memory.buffer, portsAt, passRows);
    this.times = new Float64Array(memory.buffer, timesAt, passRows);
    this.holders = new Int32Array(memory.buffer, holdersAt, passRows);
    this.#begun = new Float64Array(memory.buffer, begunAt, passRows);
  }

  /** Looks up the first `rows` rows. `shapes`, two words each, and `kinds`: as PortReader has them, none of wide keys. */
  resolve(rows: number, shapes: Uint32Array, kinds: Uint8Array): void {
    this.holders.fill(Unattributed.noLease, 0, rows);
    this.#begun.fill(-1, 0, rows);
    for (let shape = 0; shape < kinds.length; shape++) {
      const shape0 = shapes[2 * shape];
      const shape1 = shapes[2 * shape + 1];
      const size = (shape0 & 0xffff) + 1;
      const kind = kinds[shape];
      const mixedKind = Math.imul(kind, 0x9e3779b9);
      const count = this.#run.hashPorts(rows, size, shape0 >>> 16, shape1 & 0xffff, shape1 >>> 16, mixedKind);
      if (count === 0) continue;
      this.#run.find(count);
      this.#run.settlePorts(count, kind, size);
    }
  }
}
