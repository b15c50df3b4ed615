import { type FuzzTarget, inputOf, partsOf } from "./target.ts";

/** What an input did wrong, without what differs from input to input: numbers and quoted values. */
export function kindOf(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text
    .split("\n")[0]
    .replaceAll(/0x[0-9a-f]+|\d+(\.\d+)?/gi, "N")
    .slice(0, 200);
}

/** The error that an input brings, or undefined. */
export async function errorOf(target: FuzzTarget, input: Uint8Array): Promise<unknown> {
  try {
    await target.run(input);
    return undefined;
  } catch (error) {
    return error ?? new Error("something without a name was thrown");
  }
}

/**
 * A smaller input that fails in the same way: whole messages are left out, then stretches of octets, halved again and
 * again, then octets are made zero. At most `budget` runs; `before` is called with each input before it runs.
 */
export async function minimise(
  target: FuzzTarget,
  input: Uint8Array,
  kind: string,
  budget: number,
  before: (input: Uint8Array) => void,
): Promise<Uint8Array> {
  let parts = partsOf(target, input);
  let left = budget;
  const fails = async (candidate: readonly Uint8Array[]): Promise<boolean> => {
    if (left-- <= 0) return false;
    const octets = inputOf(target, candidate);
    before(octets);
    const error = await errorOf(target, octets);
    return error !== undefined && kindOf(error) === kind;
  };
  for (let index = parts.length - 1; index >= 0 && parts.length > 1; index--) {
    const without = parts.toSpliced(index, 1);
    if (await fails(without)) parts = without;
  }
  for (let index = 0; index < parts.length; index++) {
    for (let size = parts[index].length >> 1; size >= 1; size >>= 1) {
      for (let at = 0; at + size <= parts[index].length;) {
        const part = parts[index];
        const cut = Uint8Array.from([...part.subarray(0, at), ...part.subarray(at + size)]);
        if (await fails(parts.with(index, cut))) parts = parts.with(index, cut);
        else at += size;
        if (left <= 0) return inputOf(target, parts);
      }
    }
    for (const at of parts[index].keys()) {
      if (parts[index][at] === 0) continue;
      const zeroed = parts[index].with(at, 0);
      if (await fails(parts.with(index, zeroed))) parts = parts.with(index, zeroed);
    }
  }
  return inputOf(target, parts);
}
