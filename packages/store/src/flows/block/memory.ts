/** The third word of an IPv4-mapped address (RFC 4291, 2.5.5.2) on a little-endian host, the only kind the engine has. */
export const mappedWord = 0xffff0000;

/**
 * The memory of one block of flows, shared so that another thread can write it
 * to the disk without a copy. Reserved for the widest form of every column;
 * what a block does not use is never touched and takes no memory.
 */
export class FlowBlockMemory {
  /** Rows that fit. */
  readonly capacity: number;
  readonly buffer: SharedArrayBuffer;
  readonly #keys: Uint8Array[] = [];

  constructor(capacity: number) {
    // 64-bit values lie aligned in every region.
    this.capacity = Math.ceil(capacity / 8) * 8;
    this.buffer = new SharedArrayBuffer(this.capacity * widestRowBytes);
  }

  /** Room for `bytes` octets of keys of the `index`th dictionary whose size is not known before; what was in it is gone. */
  keys(index: number, bytes: number): Uint8Array {
    const room = this.#keys[index] ?? new Uint8Array(0);
    if (room.length >= bytes) return room;
    return (this.#keys[index] = new Uint8Array(new SharedArrayBuffer(Math.ceil(bytes * 1.25))));
  }
}

/** Octets a row of all columns in their widest forms; `FlowBlockWriter` checks that it is enough. */
export const widestRowBytes = 192;

/** Stands in where a column has not begun. */
export const noMemory = new FlowBlockMemory(0);

/** Hands out the regions of a block's memory, one after the other. */
export class Regions {
  readonly memory: FlowBlockMemory;
  readonly buffer: SharedArrayBuffer;
  readonly capacity: number;
  #offset = 0;

  constructor(memory: FlowBlockMemory) {
    this.memory = memory;
    this.buffer = memory.buffer;
    this.capacity = memory.capacity;
  }

  /** Offset of a region of `rowBytes` a row. */
  take(rowBytes: number): number {
    const offset = this.#offset;
    this.#offset += rowBytes * this.capacity;
    if (this.#offset > this.buffer.byteLength) throw new Error("a row of flows is wider than widestRowBytes");
    return offset;
  }
}
