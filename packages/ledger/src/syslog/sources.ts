import { clearHostBits, parseAddress, parsePrefix } from "@ishizue/wire";
import { LedgerFault } from "../fault/fault.ts";

/** Addresses and prefixes whose messages are taken. */
export class SourceList {
  readonly #prefixes: readonly { words: Uint32Array; prefixLength: number }[];
  readonly #known = new Map<string, boolean>();

  /** Throws LedgerFault BAD_PREFIX for a text that is none; `key` names the setting. */
  constructor(key: string, prefixes: readonly string[]) {
    this.#prefixes = prefixes.map((text) => {
      const prefix = parsePrefix(text);
      if (prefix !== null) return prefix;
      throw new LedgerFault(
        "BAD_PREFIX",
        `${key}: "${text}" is no address or prefix`,
        "write it as 192.0.2.1 or 2001:db8::/48",
      );
    });
  }

  has(address: string): boolean {
    const known = this.#known.get(address);
    if (known !== undefined) return known;
    const words = new Uint32Array(4);
    const isAddress = parseAddress(address.replace(/%.*$/, ""), words, 0);
    const found = isAddress && this.#prefixes.some((prefix) => covers(prefix, words));
    if (this.#known.size >= 4096) this.#known.clear();
    this.#known.set(address, found);
    return found;
  }
}

function covers(prefix: { words: Uint32Array; prefixLength: number }, words: Uint32Array): boolean {
  const network = words.slice();
  clearHostBits(network, 0, prefix.prefixLength);
  return network.every((word, index) => word === prefix.words[index]);
}
