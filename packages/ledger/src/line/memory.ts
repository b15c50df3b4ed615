import { WebAssembly, type WasmMemory } from "@ishizue/wasm";

/** Octets from which on a column lies in WebAssembly's memory, each of which takes gigabytes of address space. */
const wasmFrom = 16_384;
const pageOctets = 65_536;
const mostPages = 65_536;
/** What code that takes 16 octets at a time may read behind the last. */
const slackOctets = 16;

const memories = new WeakMap<ArrayBufferLike, WasmMemory>();

/** Shared memory of so many octets; from `wasmFrom` on WebAssembly's, where there is any to be had. */
export function sharedMemory(octets: number): SharedArrayBuffer {
  const pages = Math.ceil((octets + slackOctets) / pageOctets);
  if (octets < wasmFrom || pages > mostPages) return new SharedArrayBuffer(octets);
  try {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    memories.set(memory.buffer, memory);
    return memory.buffer as SharedArrayBuffer;
  } catch {
    return new SharedArrayBuffer(octets);
  }
}

/** The memory whose buffer `sharedMemory` gave. */
export function memoryOf(buffer: ArrayBufferLike): WasmMemory | undefined {
  return memories.get(buffer);
}
