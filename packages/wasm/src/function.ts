import type { Code } from "./code.ts";

export type ValueType = "i32" | "f64" | "v128";

export interface WasmFunction {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly locals: readonly ValueType[];
  readonly returns?: ValueType;
  readonly body: Code;
}

/** A function of i32 parameters, by whose names and the locals' `body` speaks of them; it returns an i32 where it leaves one. */
export function define<Parameter extends string, Local extends string>(
  name: string,
  parameters: readonly Parameter[],
  locals: Readonly<Record<Local, ValueType>>,
  returns: "i32" | undefined,
  body: (local: Readonly<Record<Parameter | Local, number>>) => Code,
): WasmFunction {
  const names = [...parameters, ...Object.keys(locals)];
  const indexes = Object.fromEntries(names.map((local, index) => [local, index]));
  return {
    name,
    parameters: parameters.map(() => "i32"),
    locals: Object.values(locals),
    ...(returns === undefined ? {} : { returns }),
    body: body(indexes as Record<Parameter | Local, number>),
  };
}
