import { blockWords } from "./blocks.ts";
import { bucketsOf, headerWords, recordShift, wideWords } from "./record.ts";

/** The memory that look-ups read. One writes; all of one generation stay as they are once wider ones took over. */
export interface LeaseArrays {
  /** Leases that there is room for. */
  readonly capacity: number;
  readonly header: Uint32Array<SharedArrayBuffer>;
  readonly blocks: Uint32Array<SharedArrayBuffer>;
  readonly index: Uint32Array<SharedArrayBuffer>;
  readonly records: Uint32Array<SharedArrayBuffer>;
  /** The same memory as `records`. */
  readonly floats: Float64Array<SharedArrayBuffer>;
  readonly wideKeys: Uint32Array<SharedArrayBuffer>;
  readonly longEnds: Float64Array<SharedArrayBuffer>;
}

export function sharedWords(count: number): Uint32Array<SharedArrayBuffer> {
  return new Uint32Array(new SharedArrayBuffer(4 * count));
}

/** The part of the language's WebAssembly that is used here; the types of Node leave it to those of browsers. */
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    Memory: new (pages: { initial: number; maximum: number; shared: true }) => { buffer: SharedArrayBuffer };
  };
};

/**
 * Shared words that begin at a page, so that a record lies in one cache line; WebAssembly's memory is the kind that the
 * language aligns. A SharedArrayBuffer begins where the allocator's own header ends.
 */
function pagedWords(count: number): Uint32Array<SharedArrayBuffer> {
  const pages = Math.ceil((4 * count) / 65_536);
  if (pages < 16) return sharedWords(count);
  try {
    const { buffer } = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    return new Uint32Array(buffer, 0, count);
  } catch {
    return sharedWords(count);
  }
}

export function sharedFloats(count: number): Float64Array<SharedArrayBuffer> {
  return new Float64Array(new SharedArrayBuffer(8 * count));
}

export function newArrays(capacity: number): LeaseArrays {
  const records = pagedWords(capacity << recordShift);
  return {
    capacity,
    header: sharedWords(headerWords),
    blocks: sharedWords(blockWords),
    index: sharedWords(bucketsOf(capacity)),
    records,
    floats: new Float64Array(records.buffer),
    wideKeys: sharedWords(wideWords * 16),
    longEnds: sharedFloats(16),
  };
}

/** A copy in wider arrays; only the index is left empty. Header and blocks stay the same ones. */
export function widened(
  from: LeaseArrays,
  capacity: number,
  wideKeys: number,
  longEnds: number,
): LeaseArrays {
  const records = pagedWords(capacity << recordShift);
  const to = {
    capacity,
    header: from.header,
    blocks: from.blocks,
    index: sharedWords(bucketsOf(capacity)),
    records,
    floats: new Float64Array(records.buffer),
    wideKeys: sharedWords(wideWords * wideKeys),
    longEnds: sharedFloats(longEnds),
  };
  to.records.set(from.records);
  to.wideKeys.set(from.wideKeys);
  to.longEnds.set(from.longEnds);
  return to;
}
