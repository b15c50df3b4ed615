import { WebAssembly, type WasmMemory } from "@ishizue/wasm";
import { hostIsLittleEndian } from "@ishizue/wire";
import { blockWords } from "./blocks.ts";
import { bucketsOf, headerWords, recordShift, wideWords } from "./record.ts";

type Words = Uint32Array<SharedArrayBuffer>;

/** The way from a prefix to its newest lease. */
export interface LeaseIndex {
  /** Leases that it has room for. */
  readonly capacity: number;
  readonly index: Words;
  /** What `index` lies in, where it is WebAssembly's: null while they are few. */
  readonly indexMemory: WasmMemory | null;
}

/**
 * The memory that look-ups read, and one writes. Records, blocks and the header stay where they are while leases come: a
 * generation differs from the one before by its index, which has room for more of them.
 */
export interface LeaseArrays extends LeaseIndex {
  readonly header: Words;
  readonly blocks: Words;
  /** As `blocks`, of leases of ports alone. */
  readonly portBlocks: Words;
  readonly records: Words;
  /** The same memory as `records`. */
  readonly floats: Float64Array<SharedArrayBuffer>;
  readonly wideKeys: Words;
  readonly longEnds: Float64Array<SharedArrayBuffer>;
  /** What `blocks` and `records` lie in, likewise. */
  readonly memory: WasmMemory | null;
}

/** Leases, wide keys and long ends from which on memory is WebAssembly's, each of which takes gigabytes of address space. */
export const reserveFrom = 16_384;
const pageOctets = 65_536;
const mostPages = 65_536;

export function newArrays(capacity: number): LeaseArrays {
  return {
    ...recordsWith(capacity, capacity),
    ...indexWith(capacity),
    header: new Uint32Array(new SharedArrayBuffer(4 * headerWords)),
    portBlocks: new Uint32Array(new SharedArrayBuffer(4 * blockWords)),
    wideKeys: new Uint32Array(new SharedArrayBuffer(4 * wideWords * 16)),
    longEnds: new Float64Array(new SharedArrayBuffer(8 * 16)),
  };
}

/**
 * A copy of the first `count` leases, with room for `room` of them, or where that is not to be had for `capacity`; the index,
 * for `capacity`, is left empty.
 */
export function widened(from: LeaseArrays, count: number, room: number, capacity: number): LeaseArrays {
  const to = { ...from, ...recordsWith(room, capacity), ...indexWith(capacity) };
  to.blocks.set(from.blocks);
  to.records.set(from.records.subarray(0, count << recordShift));
  return to;
}

/** A copy of what lies in `from`, with room for `most` octets, or where that is not to be had for `least`. */
export function reserved(from: ArrayBufferView, most: number, least: number): SharedArrayBuffer {
  const memory = most < 8 * reserveFrom ? null : newMemory(most);
  const buffer = memory === null ? new SharedArrayBuffer(least) : sharedBuffer(memory);
  new Uint8Array(buffer).set(new Uint8Array(from.buffer, from.byteOffset, from.byteLength));
  return buffer;
}

function recordsWith(
  room: number,
  least: number,
): Pick<LeaseArrays, "blocks" | "records" | "floats" | "memory"> {
  const octetsOf = (leases: number): number => 4 * (blockWords + (leases << recordShift));
  const memory = room < reserveFrom ? null : newMemory(octetsOf(room));
  const words = (memory === null ? least : room) << recordShift;
  const buffer = memory === null ? new SharedArrayBuffer(octetsOf(least)) : sharedBuffer(memory);
  return {
    blocks: new Uint32Array(buffer, 0, blockWords),
    records: new Uint32Array(buffer, 4 * blockWords, words),
    floats: new Float64Array(buffer, 4 * blockWords, words / 2),
    memory,
  };
}

/** An empty index. */
export function indexWith(capacity: number): LeaseIndex {
  const octets = 4 * bucketsOf(capacity);
  const indexMemory = capacity < reserveFrom ? null : newMemory(octets);
  const buffer = indexMemory === null ? new SharedArrayBuffer(octets) : sharedBuffer(indexMemory);
  return { capacity, index: new Uint32Array(buffer, 0, bucketsOf(capacity)), indexMemory };
}

/** null where there is none to be had: then look-ups go without the kernel. */
function newMemory(octets: number): WasmMemory | null {
  const pages = Math.ceil(octets / pageOctets);
  if (!hostIsLittleEndian || pages > mostPages) return null;
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch {
    return null;
  }
}

function sharedBuffer({ buffer }: WasmMemory): SharedArrayBuffer {
  return buffer as SharedArrayBuffer;
}
