import { WebAssembly, type WasmMemory } from "@ishizue/wasm";

/** The third word of an IPv4-mapped address (RFC 4291, 2.5.5.2) on a little-endian host, the only kind the engine has. */
export const mappedWord = 0xffff0000;

const pageOctets = 65_536;

/**
 * The memory of one block of flows, shared so that another thread can write it
 * to the disk without a copy. Reserved for the widest form of every column, and
 * behind them for keys of dictionaries; what a block does not use is never
 * touched and takes no memory.
 */
export class FlowBlockMemory {
  /** Rows that fit. */
  readonly capacity: number;
  readonly memory: WasmMemory;
  /** Where keys begin, in octets. */
  readonly keysAt: number;

  constructor(capacity: number) {
    // 64-bit values lie aligned in every region.
    this.capacity = Math.ceil(capacity / 8) * 8;
    this.keysAt = this.capacity * widestRowBytes;
    const pages = Math.ceil((this.keysAt + 16 * this.capacity) / pageOctets) + 1;
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: pageOctets, shared: true });
  }

  /** All of it; another buffer after `reserve`, over the same memory. */
  get buffer(): SharedArrayBuffer {
    return this.memory.buffer as SharedArrayBuffer;
  }

  /** Makes it reach at least to the octet `end`. */
  reserve(end: number): void {
    const missing = end - this.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / pageOctets));
  }
}

/** Octets a row of all columns in their widest forms; `FlowBlockWriter` checks that it is enough. */
export const widestRowBytes = 192;

/** Hands out the regions of a block's memory, one after the other. */
export class Regions {
  readonly memory: FlowBlockMemory;
  readonly buffer: SharedArrayBuffer;
  readonly capacity: number;
  #offset = 0;
  #keysAt: number;

  constructor(memory: FlowBlockMemory) {
    this.memory = memory;
    this.buffer = memory.buffer;
    this.capacity = memory.capacity;
    this.#keysAt = memory.keysAt;
  }

  /** Offset of a region of `rowBytes` a row. */
  take(rowBytes: number): number {
    const offset = this.#offset;
    this.#offset += rowBytes * this.capacity;
    if (this.#offset > this.memory.keysAt) throw new Error("a row of flows is wider than widestRowBytes");
    return offset;
  }

  /** Where keys begin whose number is not known before; `keysEnd` says when they are written. */
  get keysAt(): number {
    return this.#keysAt;
  }

  keysEnd(end: number): void {
    this.#keysAt = end;
  }
}
