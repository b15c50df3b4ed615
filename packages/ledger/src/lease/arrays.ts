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
  readonly wideKeys: Uint32Array<SharedArrayBuffer>;
  readonly longEnds: Float64Array<SharedArrayBuffer>;
}

export function sharedWords(count: number): Uint32Array<SharedArrayBuffer> {
  return new Uint32Array(new SharedArrayBuffer(4 * count));
}

export function sharedFloats(count: number): Float64Array<SharedArrayBuffer> {
  return new Float64Array(new SharedArrayBuffer(8 * count));
}

export function newArrays(capacity: number): LeaseArrays {
  return {
    capacity,
    header: sharedWords(headerWords),
    blocks: sharedWords(blockWords),
    index: sharedWords(bucketsOf(capacity)),
    records: sharedWords(capacity << recordShift),
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
  const to = {
    capacity,
    header: from.header,
    blocks: from.blocks,
    index: sharedWords(bucketsOf(capacity)),
    records: sharedWords(capacity << recordShift),
    wideKeys: sharedWords(wideWords * wideKeys),
    longEnds: sharedFloats(longEnds),
  };
  to.records.set(from.records);
  to.wideKeys.set(from.wideKeys);
  to.longEnds.set(from.longEnds);
  return to;
}
