import { type Ledger, LedgerView } from "@ishizue/ledger";
import type { Attributor, Holders, StoredRecords } from "@ishizue/store";
import { attribute } from "../pipeline/attribution.ts";
import { sharedPorts } from "../pipeline/ports.ts";
import type { LedgerPrivacy } from "../privacy/ledger-privacy.ts";

/** Asks the ledger who held the ends of records of the store, by the rules by which records that come in are attributed. */
export class LedgerAttributor implements Attributor {
  readonly refresh: () => Promise<void>;
  readonly #ledger: Ledger;
  #made: LedgerView | undefined;
  readonly #privacy: LedgerPrivacy;
  #lineIn = new Int32Array(0);
  #lineOut = new Int32Array(0);
  #attribution = new Uint8Array(0);
  #ports = new Uint16Array(0);
  #domains = new Int32Array(0);

  /** One for the life of a ledger. `refresh`: brings the ledger up to what the store's log says. */
  constructor(ledger: Ledger, privacy: LedgerPrivacy, refresh: () => Promise<void>) {
    this.refresh = refresh;
    this.#ledger = ledger;
    this.#privacy = privacy;
  }

  /** Made when it is first wanted: a ledger that nobody reads grows without keeping what it had for its readers. */
  get #view(): LedgerView {
    if (this.#made === undefined) {
      const view = new LedgerView(this.#ledger.shared());
      this.#ledger.onShared((shared) => view.update(shared));
      this.#made = view;
    }
    return this.#made;
  }

  get lines(): LedgerView["lines"] {
    return this.#view.lines;
  }

  holders(records: StoredRecords): Holders {
    const { rows } = records;
    if (this.#lineIn.length < rows) this.#grow(rows);
    const lineIn = this.#lineIn;
    const lineOut = this.#lineOut;
    const attribution = this.#attribution;
    const { protocol, srcPort, dstPort, srcRoutingDomain, dstRoutingDomain } = records;
    this.#resolve(records, records.srcAddress, this.#portsOf(protocol, srcPort), srcRoutingDomain, lineIn);
    this.#resolve(records, records.dstAddress, this.#portsOf(protocol, dstPort), dstRoutingDomain, lineOut);
    attribute({ lineIn, lineOut, attribution }, rows);
    return { lineIn, lineOut, attribution };
  }

  #resolve(
    { rows, flowEnd }: StoredRecords,
    addresses: Uint32Array,
    ports: Uint16Array | undefined,
    domainOf: (row: number) => string,
    lines: Int32Array,
  ): void {
    // The ledger has clear addresses; the store goes on with its own.
    const words = addresses.slice();
    this.#privacy.reveal(words, new Uint8Array(rows).fill(128));
    this.#view.resolveRows(words, flowEnd, 0, rows, lines, ports, this.#domainsOf(rows, domainOf));
  }

  /** undefined: no lease is of some ports alone. */
  #portsOf(protocol: Uint8Array, ports: Uint32Array): Uint16Array | undefined {
    if (!this.#view.hasPorts) return undefined;
    this.#ports.set(ports);
    return sharedPorts(this.#ports, protocol, ports.length);
  }

  /** null: all are in ''. */
  #domainsOf(rows: number, domainOf: (row: number) => string): Int32Array | null {
    let some = false;
    const indexes = new Map<string, number>([["", 0]]);
    for (let row = 0; row < rows; row++) {
      const name = domainOf(row);
      let index = indexes.get(name);
      if (index === undefined) {
        index = this.#ledger.placeDomain(name);
        indexes.set(name, index);
      }
      this.#domains[row] = index;
      some ||= index !== 0;
    }
    return some ? this.#domains : null;
  }

  #grow(rows: number): void {
    this.#lineIn = new Int32Array(rows);
    this.#lineOut = new Int32Array(rows);
    this.#attribution = new Uint8Array(rows);
    this.#ports = new Uint16Array(rows);
    this.#domains = new Int32Array(rows);
  }
}
