/** WebAssembly's memory; shared, it is cloned to other threads as the same one. */
export interface WasmMemory {
  readonly buffer: ArrayBufferLike;
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
