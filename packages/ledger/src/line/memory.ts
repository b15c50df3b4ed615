import { WebAssembly, type WasmMemory } from "@ishizue/wasm";

/** Octets from which on a column lies in WebAssembly's memory, each of which takes gigabytes of address space. */
const wasmFrom = 16_384;
const pageOctets = 65_536;
const mostPages = 65_536;
/** What code that takes 16 octets at a time may read behind the last. */
const slackOctets = 16;

/** The first `octets` of a buffer are in use. */
export interface MemoryInUse {
  readonly buffer: ArrayBufferLike;
  readonly octets: number;
}

const memories = new WeakMap<ArrayBufferLike, WasmMemory>();

/**
 * Shared memory of so many octets; from `wasmFrom` on WebAssembly's, which takes none of the machine's before it is written
 * to. Where that is not to be had, of `least` octets.
 */
function sharedMemory(octets: number, least = octets): SharedArrayBuffer {
  const pages = Math.ceil((octets + slackOctets) / pageOctets);
  if (octets < wasmFrom || pages > mostPages) return new SharedArrayBuffer(least);
  try {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    memories.set(memory.buffer, memory);
    return memory.buffer as SharedArrayBuffer;
  } catch {
    return new SharedArrayBuffer(least);
  }
}

/** So many octets of shared memory, or `least` where that is not to be had. */
export function sharedOctets(most: number, least = most): Uint8Array<SharedArrayBuffer> {
  const buffer = sharedMemory(most, least);
  return new Uint8Array(buffer, 0, buffer.byteLength < most ? least : most);
}

/** As `sharedOctets`, of words. */
export function sharedWords(most: number, least = most): Uint32Array<SharedArrayBuffer> {
  const buffer = sharedMemory(4 * most, 4 * least);
  return new Uint32Array(buffer, 0, buffer.byteLength < 4 * most ? least : most);
}

/** The memory whose buffer an array of `sharedOctets` or `sharedWords` has. */
export function memoryOf(buffer: ArrayBufferLike): WasmMemory | undefined {
  return memories.get(buffer);
}
