import { SpoolChecksum } from "../../spool/checksum.ts";
import type { BlockKernel } from "./kernel/kernel.ts";
import type { FlowBlockMemory } from "./memory.ts";

/** The octets of a block, one piece after the other, and their checksum. */
export class BlockPieces {
  readonly list: Uint8Array[] = [];
  readonly #checksum = new SpoolChecksum();
  readonly #memory: FlowBlockMemory;
  readonly #kernel: BlockKernel;
  lengthBytes = 0;

  constructor(memory: FlowBlockMemory, kernel: BlockKernel) {
    this.#memory = memory;
    this.#kernel = kernel;
  }

  get checksum(): number {
    return this.#checksum.value;
  }

  /** Octets of their own. */
  add(bytes: Uint8Array): void {
    this.#checksum.update(bytes);
    this.#push(bytes);
  }

  /** `length` octets of the block's memory. */
  addRegion(at: number, length: number): void {
    const bytes = new Uint8Array(this.#memory.buffer, at, length);
    this.#checksum.update(bytes, (lanes, from, end) => this.#kernel.mix(lanes, at + from, at + end));
    this.#push(bytes);
  }

  #push(bytes: Uint8Array): void {
    this.list.push(bytes);
    this.lengthBytes += bytes.length;
  }
}
