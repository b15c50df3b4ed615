export { unsigned, type Code } from "./code.ts";
export { f64, i32, i64 } from "./scalar.ts";
export { f64x2, i16x8, i32x4, i64x2, i8x16, v128 } from "./vector.ts";
export { during, each, get, getGlobal, leave, set, when } from "./control.ts";
export { memory } from "./memory.ts";
export { define, type ValueType, type WasmFunction } from "./function.ts";
export { wasmModule, type WasmImports } from "./module.ts";
export { WebAssembly, type WasmMemory } from "./web-assembly.ts";
