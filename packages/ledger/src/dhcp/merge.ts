import type { GivenLease, LeasePrefix } from "../lease/event.ts";
import { prefixKey } from "./known.ts";
import type { KnownLeases } from "./known.ts";

/** What one row or block of a lease file says. */
export interface Binding {
  readonly prefix: LeasePrefix;
  readonly line: string;
  /** The client's transaction that the row is of. */
  readonly fromMs: number;
  /** When the lease ends if it is not renewed; Infinity = never. */
  readonly toMs: number;
}

/** A lease that may still grow. */
interface Pending {
  readonly prefix: LeasePrefix;
  readonly line: string;
  readonly startMs: number;
  endMs: number;
  /** End in the ledger: an older copy of the file does not take from it. */
  readonly floorMs: number;
  /** Line of the file that told last. */
  row: number;
}

/** A lease and the line of the file that told of it last. */
export interface Merged {
  readonly lease: GivenLease;
  readonly row: number;
}

/** How a source tells of renewals. */
export interface Renewals {
  /** How long after a lease's end the next row of its line may begin and still renew it. Default 0. */
  readonly slackMs?: number;
  /** Whether a row that renews a lease may also say that it ends earlier than was told. Default true. */
  readonly shorten?: boolean;
}

/**
 * Makes leases of the rows of a DHCP lease file, of which every renewal writes another.
 *
 * A row of the line that holds the prefix, from within its lease or its end, is a renewal: the lease keeps its start and
 * takes the row's end. A row of another line ends it. What a row within a known lease says never makes that shorter, unless it
 * says that the lease has ended. `limit`: leases that wait for renewals; past it all are given at once.
 */
export class BindingMerger {
  readonly known: KnownLeases;
  readonly limit: number;
  readonly #knownMs: number;
  readonly #slackMs: number;
  readonly #shorten: boolean;
  readonly #pending = new Map<string, Pending>();

  constructor(known: KnownLeases, knownMs: number, limit: number, renewals: Renewals = {}) {
    this.known = known;
    this.#knownMs = knownMs;
    this.limit = limit;
    this.#slackMs = renewals.slackMs ?? 0;
    this.#shorten = renewals.shorten ?? true;
  }

  get isFull(): boolean {
    return this.#pending.size >= this.limit;
  }

  /** Outcomes: the lease that is complete now, since another follows it on its prefix. */
  hold(binding: Binding, row: number): Merged | undefined {
    const key = prefixKey(binding.prefix);
    const pending = this.#pending.get(key);
    if (pending !== undefined && this.#isRenewal(pending, binding)) {
      const leastMs = this.#shorten ? pending.floorMs : pending.endMs;
      pending.endMs = Math.max(binding.toMs, leastMs);
      pending.row = row;
      return undefined;
    }
    this.#pending.set(key, this.#begin(key, binding, row, pending?.startMs ?? 0));
    if (pending === undefined) return undefined;
    const holds = binding.toMs > binding.fromMs;
    // From one moment on only one can hold, and the later row is the one that stayed.
    if (holds && binding.fromMs === pending.startMs) return undefined;
    const follows = holds && binding.fromMs > pending.startMs;
    return this.#merged(pending, follows ? binding.fromMs : Number.POSITIVE_INFINITY);
  }

  /** The prefix is held by nobody from `atMs`: it was declined or given up by whoever held it at `heldMs`. */
  end(prefix: LeasePrefix, atMs: number, row: number, heldMs = atMs): Merged | undefined {
    const key = prefixKey(prefix);
    const known = this.known.at(key, heldMs);
    const pending =
      this.#pending.get(key) ?? (known === undefined ? undefined : { ...known, prefix, floorMs: 0, row });
    this.#pending.delete(key);
    return pending === undefined ? undefined : this.#merged(pending, atMs);
  }

  /**
   * A lease has ended at `toMs`, whatever its line is called now: servers forget what a relay or client said when a lease
   * ends. One that nothing was told of yet held from `fromMs`.
   */
  finish(binding: Binding, row: number): Merged | undefined {
    const { prefix, line, fromMs, toMs } = binding;
    const key = prefixKey(prefix);
    const lease = this.#pending.get(key) ?? this.known.at(key, fromMs);
    if (lease !== undefined && fromMs >= lease.startMs && fromMs <= lease.endMs) {
      return this.end(prefix, toMs, row, fromMs);
    }
    return line !== "" && toMs > fromMs ? this.hold(binding, row) : undefined;
  }

  /** Every lease that waits, which then waits no more. */
  *flush(): Generator<Merged> {
    for (const pending of this.#pending.values()) {
      const merged = this.#merged(pending, Number.POSITIVE_INFINITY);
      if (merged !== undefined) yield merged;
    }
    this.#pending.clear();
  }

  /** `sinceMs`: start of the lease that this one follows; what was known before that is not renewed. */
  #begin(key: string, { prefix, line, fromMs, toMs }: Binding, row: number, sinceMs: number): Pending {
    const known = this.known.at(key, fromMs);
    if (known === undefined || known.startMs < sinceMs || !this.#isRenewal(known, { line, fromMs })) {
      return { prefix, line, startMs: fromMs, endMs: toMs, floorMs: 0, row };
    }
    const floorMs = known.endMs;
    return { prefix, line, startMs: known.startMs, endMs: Math.max(toMs, floorMs), floorMs, row };
  }

  /** As the ledger is told it; nothing where the ledger has it, or nothing is left of it. */
  #merged(pending: Pending, untilMs: number): Merged | undefined {
    const { prefix, line, startMs, row } = pending;
    const known = this.known.at(prefixKey(prefix), startMs);
    const nextMs = known?.startMs === startMs ? known.nextMs : Number.POSITIVE_INFINITY;
    const endMs = Math.min(pending.endMs, untilMs, nextMs);
    if (!(endMs > startMs)) return undefined;
    if (known?.startMs === startMs && known.endMs === endMs && known.line === line) return undefined;
    const { feed, domain } = this.known;
    const lease: GivenLease = { kind: "lease", prefix, startMs, endMs, line, feed, knownMs: this.#knownMs };
    return { lease: domain === "" ? lease : { ...lease, domain }, row };
  }

  #isRenewal(
    lease: { readonly line: string; readonly startMs: number; readonly endMs: number },
    { line, fromMs }: Pick<Binding, "line" | "fromMs">,
  ): boolean {
    return lease.line === line && fromMs >= lease.startMs && fromMs <= lease.endMs + this.#slackMs;
  }
}
