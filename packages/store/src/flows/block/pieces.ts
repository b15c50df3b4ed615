import { SpoolChecksum } from "../../spool/checksum.ts";
import type { BlockKernel } from "./kernel/kernel.ts";
import type { FlowBlockMemory, Regions } from "./memory.ts";

/** Octets that are copied at a time: they are still in the processor's first cache when their checksum is made. */
const chunkOctets = 16_384;

/** Where a packed block begins is a multiple of this, and the memory goes on behind its end up to one: so it may be written past the page cache. */
const pageOctets = 4096;

type Region = { readonly at: number; readonly length: number };

/** The octets of a block as its columns have them, in pieces, until they are packed one behind the other. */
export class BlockPieces {
  readonly #pieces: (Uint8Array | Region)[] = [];
  readonly #memory: FlowBlockMemory;
  readonly #kernel: BlockKernel;
  lengthBytes = 0;

  constructor(memory: FlowBlockMemory, kernel: BlockKernel) {
    this.#memory = memory;
    this.#kernel = kernel;
  }

  /** Octets of their own. */
  add(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
    this.lengthBytes += bytes.length;
  }

  /** `length` octets of the block's memory, which stay as they are until `pack`. */
  addRegion(at: number, length: number): void {
    this.#pieces.push({ at, length });
    this.lengthBytes += length;
  }

  /** Puts all of them behind what the block's regions take. */
  pack(regions: Regions): { bytes: Uint8Array; checksum: number } {
    const start = Math.ceil(regions.keysAt / pageOctets) * pageOctets;
    this.#memory.reserve(Math.ceil((start + this.lengthBytes) / pageOctets) * pageOctets);
    const { buffer } = this.#memory;
    const octets = new Uint8Array(buffer);
    const checksum = new SpoolChecksum();
    const { run } = this.#kernel;
    let end = start;
    let summed = start;
    const sum = (until: number): void => {
      const from = summed;
      checksum.update(new Uint8Array(buffer, from, until - from), (lanes, first, last) =>
        this.#kernel.mix(lanes, from + first, from + last),
      );
      summed = until;
    };
    for (const piece of this.#pieces) {
      if (piece instanceof Uint8Array) {
        octets.set(piece, end);
        end += piece.length;
        continue;
      }
      for (let at = piece.at; at < piece.at + piece.length; at += chunkOctets) {
        const length = Math.min(chunkOctets, piece.at + piece.length - at);
        run.move(at, end, length);
        end += length;
        sum(end - (end % 16));
      }
    }
    sum(end);
    return { bytes: octets.subarray(start, end), checksum: checksum.value };
  }
}
