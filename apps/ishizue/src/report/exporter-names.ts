import { formatAddress, parseAddress } from "@ishizue/wire";
import type { Config } from "../config/schema.ts";

/** What the configuration calls its exporters, by address as the store writes it. */
export function exporterNames({ exporters }: Config): Map<string, string> {
  const words = new Uint32Array(4);
  return new Map(
    exporters.flatMap(({ address, name }) =>
      name !== undefined && parseAddress(address, words, 0) ? [[formatAddress(words, 0), name] as const] : [],
    ),
  );
}
