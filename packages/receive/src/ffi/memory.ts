import { libc } from "./libc.ts";

/**
 * Buffers whose address the kernel or a structure knows. A number does not
 * keep a buffer alive, so this does until `free`.
 */
const held = new Set<ArrayBuffer>();

/** Zeroed octets at an address that does not change; pages that are never touched take no memory. */
export class Memory {
  readonly address: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView<ArrayBuffer>;

  constructor(octets: number) {
    const buffer = new ArrayBuffer(octets);
    held.add(buffer);
    this.bytes = new Uint8Array(buffer);
    this.view = new DataView(buffer);
    this.address = libc().addressOf(this.bytes);
  }

  /** Puts a pointer at `offset`. */
  setPointer(offset: number, address: number): void {
    this.view.setUint32(offset, address >>> 0, true);
    this.view.setUint32(offset + 4, Math.floor(address / 2 ** 32), true);
  }

  /** Lets the collector take it; no address of it may be used again. */
  free(): void {
    held.delete(this.bytes.buffer);
  }
}
