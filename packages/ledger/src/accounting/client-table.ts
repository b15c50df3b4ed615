import { clearHostBits, parseAddress, parsePrefix } from "@ishizue/wire";
import { LedgerFault } from "../fault/fault.ts";

/** Who may send Accounting-Requests: an address or prefix, and the secret shared with it. */
export interface AccountingClient {
  readonly address: string;
  readonly secret: string;
}

interface Entry {
  readonly words: Uint32Array;
  readonly prefixLength: number;
  readonly secret: Uint8Array;
}

const rememberedAddresses = 4096;

/** The shared secret by source address; the longest prefix wins. */
export class ClientTable {
  readonly #entries: readonly Entry[];
  readonly #known = new Map<string, Uint8Array | null>();

  /** Throws LedgerFault BAD_ACCOUNTING_CLIENT for an address that is none or an empty secret. */
  constructor(clients: readonly AccountingClient[]) {
    this.#entries = clients
      .map(({ address, secret }) => {
        const prefix = parsePrefix(address);
        if (prefix === null || secret === "") {
          throw new LedgerFault(
            "BAD_ACCOUNTING_CLIENT",
            prefix === null ? `"${address}" is no address or prefix` : `the client ${address} has no secret`,
            "give each accounting client an address (192.0.2.1 or 2001:db8::/48) and a secret",
          );
        }
        return { ...prefix, secret: new TextEncoder().encode(secret) };
      })
      .sort((a, b) => b.prefixLength - a.prefixLength);
  }

  /** The secret shared with `address`, or null when it is no client. */
  secret(address: string): Uint8Array | null {
    const known = this.#known.get(address);
    if (known !== undefined) return known;
    const found = this.#find(address);
    if (this.#known.size >= rememberedAddresses) this.#known.clear();
    this.#known.set(address, found);
    return found;
  }

  #find(address: string): Uint8Array | null {
    const words = new Uint32Array(4);
    if (!parseAddress(address.replace(/%.*$/, ""), words, 0)) return null;
    for (const entry of this.#entries) {
      const prefix = words.slice();
      clearHostBits(prefix, 0, entry.prefixLength);
      if (prefix.every((word, index) => word === entry.words[index])) return entry.secret;
    }
    return null;
  }
}
