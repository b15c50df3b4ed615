import { type Code, unsigned } from "./code.ts";
import type { ValueType, WasmFunction } from "./function.ts";

const typeOctet: Record<ValueType, number> = { i32: 0x7f, f64: 0x7c, v128: 0x7b };

/** What a module wants of the instance's imports: memories by their index, then globals by theirs. */
export interface WasmImports {
  /** `[module, name]`; the name `memory` throughout. Shared ones are of at most 65,536 pages. */
  readonly memories: readonly { readonly module: string; readonly shared: boolean }[];
  /** Of the module `is`. */
  readonly globals?: Readonly<Record<string, "i32" | "f64">>;
}

const magicAndVersion = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

function section(id: number, entries: Code[]): Code {
  const body = [...unsigned(entries.length), ...entries.flat()];
  return [id, ...unsigned(body.length), ...body];
}

function text(name: string): Code {
  const octets = [...Buffer.from(name)];
  return [...unsigned(octets.length), ...octets];
}

/**
 * A module that imports memories and globals, and exports its functions.
 *
 * Source: WebAssembly Core Specification 3.0, chapter 5.
 */
export function wasmModule(imports: WasmImports, functions: readonly WasmFunction[]): Uint8Array {
  const imported: Code[] = [
    ...imports.memories.map(({ module, shared }) =>
      [
        text(module),
        text("memory"),
        [0x02],
        shared ? [0x03, ...unsigned(1), ...unsigned(65_536)] : [0x00, ...unsigned(1)],
      ].flat(),
    ),
    ...Object.entries(imports.globals ?? {}).map(([name, type]) =>
      [text("is"), text(name), [0x03, typeOctet[type], 0]].flat(),
    ),
  ];
  const types = functions.map(({ parameters, returns }): Code => [
    0x60,
    ...unsigned(parameters.length),
    ...parameters.map((type) => typeOctet[type]),
    ...(returns === undefined ? [0] : [1, typeOctet[returns]]),
  ]);
  const bodies = functions.map(({ locals, body }): Code => {
    const groups = locals.flatMap((type) => [1, typeOctet[type]]);
    const code = [...unsigned(locals.length), ...groups, ...body, 0x0b];
    return [...unsigned(code.length), ...code];
  });
  return Uint8Array.from([
    ...magicAndVersion,
    ...section(1, types),
    ...section(2, imported),
    ...section(
      3,
      functions.map((_, index) => unsigned(index)),
    ),
    ...section(
      7,
      functions.map(({ name }, index): Code => [...text(name), 0x00, ...unsigned(index)]),
    ),
    ...section(10, bodies),
  ]);
}
