import { LineView } from "../line/view.ts";
import type { SharedLines } from "../line/view.ts";
import type { LeaseArrays } from "./arrays.ts";
import { CustomerSpace } from "./customer-space.ts";
import { kernelRows } from "./kernel.ts";
import { LeaseReader } from "./reader.ts";
import { changesWord, portShapesWord } from "./record.ts";
import { Unattributed } from "./unattributed.ts";

/** A ledger's memory, for `postMessage` to whoever looks up: shared, not copied. */
export interface SharedLedger {
  /** Counts up with each that the ledger hands out. */
  readonly generation: number;
  readonly leases: LeaseArrays;
  readonly lines: SharedLines;
  /** The customer prefixes, as CustomerSpace keeps them. */
  readonly customerSpace: Uint32Array;
}

/** Rows between two looks at whether the writer changed something meanwhile; of fewer a second time. */
const chunkRows = kernelRows;
const pieceRows = 128;
/** Looks before a writer is waited for: it is done within microseconds, unless the system has put it aside. */
const looksAtOnce = 100;
/** Milliseconds that are waited for it, before the answer is taken as it is: the writer has ended in the middle. */
const mostWaits = 1000;

/**
 * Look-ups in a ledger that another thread writes, at no cost to the writer.
 *
 * What the ledger takes in is seen at once. When it has to go on in wider memory, leases of prefixes that are new are seen from
 * the time on that `update` is given the `SharedLedger` that `Ledger.onShared` announced. A lease is seen whole or not at all.
 * Allocates nothing a row.
 */
export class LedgerView {
  readonly lines: LineView;
  readonly #reader = new LeaseReader();
  #space: CustomerSpace;
  #header: Int32Array;
  #generation: number;

  constructor(shared: SharedLedger) {
    this.lines = new LineView(shared.lines);
    this.#space = new CustomerSpace(shared.customerSpace);
    this.#header = new Int32Array(shared.leases.header.buffer);
    this.#generation = shared.generation;
    this.#reader.take(shared.leases);
  }

  /** Goes on with what the ledger announced; one that is older than what the view has is passed over. */
  update(shared: SharedLedger): void {
    if (shared.generation <= this.#generation) return;
    this.#generation = shared.generation;
    this.lines.update(shared.lines);
    this.#header = new Int32Array(shared.leases.header.buffer);
    this.#reader.take(shared.leases);
  }

  /** Whether any lease is one of ports, now: without, rows need no ports. */
  get hasPorts(): boolean {
    return this.#header[portShapesWord] > 0;
  }

  /** As Ledger.resolve: a line's index or an Unattributed code. */
  resolve(words: Uint32Array, wordOffset: number, timeMs: number): number {
    let found: number;
    let looks = 0;
    for (;;) {
      const before = Atomics.load(this.#header, changesWord);
      found = this.#reader.resolve(0, words, wordOffset, timeMs);
      if (this.#isSettled(before, ++looks)) break;
    }
    if (found !== Unattributed.noLease || this.#space.has(words, wordOffset)) return found;
    return Unattributed.outsideCustomerSpace;
  }

  /** As Ledger.resolveRows. */
  resolveRows(
    addresses: Uint32Array,
    timesMs: Float64Array,
    first: number,
    end: number,
    lines: Int32Array,
    ports?: Uint16Array,
    domains?: Int32Array | null,
  ): void {
    for (let at = first; at < end; at += chunkRows) {
      const until = Math.min(end, at + chunkRows);
      if (this.#resolveOnce(addresses, timesMs, at, until, lines, 0, ports, domains)) continue;
      for (let from = at; from < until; from += pieceRows) {
        const to = Math.min(until, from + pieceRows);
        let looks = 1;
        while (!this.#resolveOnce(addresses, timesMs, from, to, lines, looks, ports, domains)) looks++;
      }
    }
    this.#space.tellOutside(addresses, first, end, lines);
  }

  #resolveOnce(
    addresses: Uint32Array,
    timesMs: Float64Array,
    first: number,
    end: number,
    lines: Int32Array,
    looks: number,
    ports: Uint16Array | undefined,
    domains: Int32Array | null | undefined,
  ): boolean {
    const before = Atomics.load(this.#header, changesWord);
    this.#reader.resolveChunk(addresses, timesMs, first, end, lines, ports, domains);
    return this.#isSettled(before, looks);
  }

  #isSettled(before: number, looks: number): boolean {
    if ((before & 1) === 0 && Atomics.load(this.#header, changesWord) === before) return true;
    if (looks > looksAtOnce) Atomics.wait(this.#header, changesWord, before, 1);
    return looks >= looksAtOnce + mostWaits;
  }
}
