import { clearHostBits, formatAddress, isMapped, parsePrefix } from "@ishizue/wire";
import { LedgerFault } from "../fault/fault.ts";

/** Who may send Accounting-Requests: an address or prefix, and the secret shared with it. */
export interface AccountingClient {
  readonly address: string;
  readonly secret: string;
  /** Routing domain of its access servers' customers. */
  readonly domain?: string;
}

/** A client by its own address. */
export interface KnownClient {
  readonly secret: Uint8Array;
  readonly domain: string | undefined;
  /** Its address as text. */
  readonly address: string;
}

interface Entry {
  readonly words: Uint32Array;
  readonly prefixLength: number;
  readonly secret: Uint8Array;
  readonly domain: string | undefined;
}

const rememberedAddresses = 4096;

/** The shared secret by source address; the longest prefix wins. */
export class ClientTable {
  readonly #entries: readonly Entry[];
  readonly #known = new Map<string, KnownClient | null>();
  readonly #known4 = new Map<number, KnownClient | null>();

  /** Throws LedgerFault BAD_ACCOUNTING_CLIENT for an address that is none or an empty secret. */
  constructor(clients: readonly AccountingClient[]) {
    this.#entries = clients
      .map(({ address, secret, domain }) => {
        const prefix = parsePrefix(address);
        if (prefix === null || secret === "") {
          throw new LedgerFault(
            "BAD_ACCOUNTING_CLIENT",
            prefix === null ? `"${address}" is no address or prefix` : `the client ${address} has no secret`,
            "give each accounting client an address (192.0.2.1 or 2001:db8::/48) and a secret",
          );
        }
        return { ...prefix, secret: new TextEncoder().encode(secret), domain };
      })
      .sort((a, b) => b.prefixLength - a.prefixLength);
  }

  /** The client at the address in four words (IPv4 mapped), or null when it is none. */
  client(words: Uint32Array): KnownClient | null {
    if (isMapped(words, 0)) return this.#client(this.#known4, words[3], words);
    return this.#client(this.#known, words.join(), words);
  }

  #client<Key>(known: Map<Key, KnownClient | null>, key: Key, words: Uint32Array): KnownClient | null {
    let found = known.get(key);
    if (found !== undefined) return found;
    const entry = this.#entry(words);
    found =
      entry === null
        ? null
        : { secret: entry.secret, domain: entry.domain, address: formatAddress(words, 0) };
    if (known.size >= rememberedAddresses) known.clear();
    known.set(key, found);
    return found;
  }

  #entry(words: Uint32Array): Entry | null {
    for (const entry of this.#entries) {
      const prefix = words.slice(0, 4);
      clearHostBits(prefix, 0, entry.prefixLength);
      if (prefix.every((word, index) => word === entry.words[index])) return entry;
    }
    return null;
  }
}
