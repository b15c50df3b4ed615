import { WebAssembly, type WasmMemory } from "@ishizue/wasm";
import { hostIsLittleEndian } from "@ishizue/wire";
import { blockWords } from "./blocks.ts";
import { bucketsOf, headerWords, recordShift, wideWords } from "./record.ts";

type Words = Uint32Array<SharedArrayBuffer>;

/**
 * The memory that look-ups read. One writes; all of one generation stay as they are once wider ones took over, but for
 * the header and the blocks of ports, which are the same in all. `blocks`, `records` and `index` lie in one buffer.
 */
export interface LeaseArrays {
  /** Leases that there is room for. */
  readonly capacity: number;
  readonly header: Words;
  readonly blocks: Words;
  /** As `blocks`, of leases of ports alone. */
  readonly portBlocks: Words;
  readonly records: Words;
  /** The same memory as `records`. */
  readonly floats: Float64Array<SharedArrayBuffer>;
  readonly index: Words;
  readonly wideKeys: Words;
  readonly longEnds: Float64Array<SharedArrayBuffer>;
  /** What `blocks`, `records` and `index` lie in, where it is WebAssembly's: absent while they are few. */
  readonly memory?: WasmMemory;
}

/** Leases from which on the memory is WebAssembly's, each of which takes gigabytes of address space. */
const wasmFrom = 16_384;

function words(count: number): Words {
  return new Uint32Array(new SharedArrayBuffer(4 * count));
}

export function newArrays(capacity: number): LeaseArrays {
  return arraysWith(capacity, words(headerWords), words(blockWords), 16, 16);
}

/** A copy in wider arrays; only the index is left empty. */
export function widened(
  from: LeaseArrays,
  capacity: number,
  wideKeys: number,
  longEnds: number,
): LeaseArrays {
  const to = arraysWith(capacity, from.header, from.portBlocks, wideKeys, longEnds);
  to.blocks.set(from.blocks);
  to.records.set(from.records);
  to.wideKeys.set(from.wideKeys);
  to.longEnds.set(from.longEnds);
  return to;
}

/** Empty arrays that are to take over from `from`: what stays the same for both is the same memory. */
export function emptyBeside(from: LeaseArrays, capacity: number): LeaseArrays {
  const to = arraysWith(capacity, from.header, from.portBlocks, 0, 0);
  return { ...to, wideKeys: from.wideKeys, longEnds: from.longEnds };
}

function arraysWith(
  capacity: number,
  header: Words,
  portBlocks: Words,
  wideKeys: number,
  longEnds: number,
): LeaseArrays {
  const recordWords = capacity << recordShift;
  const octets = 4 * (blockWords + recordWords + bucketsOf(capacity));
  const memory = capacity < wasmFrom ? undefined : newMemory(octets);
  const buffer = memory === undefined ? new SharedArrayBuffer(octets) : (memory.buffer as SharedArrayBuffer);
  const recordsAt = 4 * blockWords;
  return {
    capacity,
    header,
    blocks: new Uint32Array(buffer, 0, blockWords),
    portBlocks,
    records: new Uint32Array(buffer, recordsAt, recordWords),
    floats: new Float64Array(buffer, recordsAt, recordWords / 2),
    index: new Uint32Array(buffer, recordsAt + 4 * recordWords, bucketsOf(capacity)),
    wideKeys: words(wideWords * wideKeys),
    longEnds: new Float64Array(new SharedArrayBuffer(8 * longEnds)),
    ...(memory === undefined ? {} : { memory }),
  };
}

/** Undefined where there is none to be had: then look-ups go without the kernel. */
function newMemory(octets: number): WasmMemory | undefined {
  const pages = Math.ceil(octets / 65_536);
  if (!hostIsLittleEndian || pages > 65_536) return undefined;
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch {
    return undefined;
  }
}
