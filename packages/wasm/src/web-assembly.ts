/** WebAssembly's memory; shared, it is cloned to other threads as the same one. */
export interface WasmMemory {
  readonly buffer: ArrayBufferLike;
  /** Adds pages of 65,536 octets; `buffer` is another one from then on. Returns how many there were. Throws where it may have no more. */
  grow(pages: number): number;
}

/** The part of the language's WebAssembly that is used here; the types of Node leave it to those of browsers. */
interface WebAssemblyApi {
  readonly Memory: new (pages: { initial: number; maximum?: number; shared?: boolean }) => WasmMemory;
  readonly Module: new (octets: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Record<string, Record<string, unknown>>,
  ) => { readonly exports: Record<string, unknown> };
}

export const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyApi };
