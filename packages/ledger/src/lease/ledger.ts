import { clearHostBits } from "@ishizue/wire";
import type { MemoryInUse } from "../line/memory.ts";
import { LineTable } from "../line/table.ts";
import { LeaseBook } from "./book.ts";
import { ColumnRestorer, isLeasable, isSpan } from "./restore.ts";
import { CustomerSpace } from "./customer-space.ts";
import { applyBinding } from "./binding.ts";
import type {
  BindingEvent,
  GivenLease,
  InsideAddress,
  LeaseEvent,
  LeaseOutcome,
  LeasePrefix,
  NasEvent,
  RefusalReason,
  SessionEvent,
} from "./event.ts";
import { leaseKey, prefixMasks } from "./key.ts";
import { Ending, StartOrigin } from "./log.ts";
import type { LeaseLogColumns, LeaseLogRow } from "./log.ts";
import { portSetOf } from "./port-set.ts";
import type { Resolution, ResolutionKind } from "./resolution.ts";
import { applySession } from "./session.ts";
import { noSession } from "./session-table.ts";
import { mappedRows } from "../map/derive.ts";
import type { MapRule } from "../map/rule.ts";
import { Unattributed } from "./unattributed.ts";
import type { SharedLedger } from "./view.ts";

export interface LedgerLimits {
  /** Leases held, ended ones included. */
  readonly leases: number;
  /** Resolutions kept to be listed; all are counted. */
  readonly resolutions: number;
  /** Links of multilink sessions that are told apart; those heard of longest ago are forgotten past it. */
  readonly links: number;
}

export const defaultLedgerLimits: LedgerLimits = { leases: 5_000_000, resolutions: 1000, links: 262_144 };

export interface LedgerOptions {
  readonly lines: LineTable;
  /** Where customers live, as text; none = everywhere. */
  readonly customerPrefixes?: readonly string[];
  readonly limits?: Partial<LedgerLimits>;
  /** Whose IPv6 leases bring an IPv4 address and ports with them (MAP-E); none. */
  readonly mapRules?: readonly MapRule[];
  /** Leases to make room for at once; more grow as they come. */
  readonly room?: number;
}

/** Log rows taken, known later than was asked for, and refused: a bound was reached, or the row is no lease. */
export interface RestoreOutcome {
  taken: number;
  passedOver: number;
  refused: number;
}

/** Counters since the ledger was made. */
export interface LedgerStats {
  readonly events: number;
  readonly applied: number;
  readonly unchanged: number;
  readonly refused: Readonly<Partial<Record<RefusalReason, number>>>;
  readonly resolutions: Readonly<Record<ResolutionKind, number>>;
  readonly leases: number;
  readonly prefixes: number;
  readonly lines: number;
  readonly unlistedLines: number;
  /** Links of multilink sessions that are told apart, and those forgotten for the bound. */
  readonly links: number;
  readonly linksForgotten: number;
  readonly memoryBytes: number;
}

/** The last time that the log can tell from an open end: 2299-12-31. */
const lastMs = Date.UTC(2299, 11, 31);

/**
 * Who held which address, and when.
 *
 * Events go in by `apply`, in the order in which they become known, and come back as rows of an append-only log;
 * `restore` makes the same ledger from those rows, as of any knowledge time. Answers come from memory.
 * Rules for messages that disagree, are missing or come out of order: docs/ledger.md.
 */
export class Ledger {
  readonly lines: LineTable;
  readonly limits: LedgerLimits;
  readonly #book: LeaseBook;
  readonly #space: CustomerSpace;
  readonly #mapRules: readonly MapRule[];
  readonly #refused: Partial<Record<RefusalReason, number>> = {};
  #events = 0;
  #applied = 0;
  #unchanged = 0;
  readonly #listeners: ((shared: SharedLedger) => void)[] = [];
  #generation = 0;
  #restorer: ColumnRestorer | undefined;
  /** Generation of the leases' arrays that was shared last; -1 before anyone asked. */
  #sharedGeneration = -1;
  /** When this process first heard of anything: leases from the log are not timed out by earlier silence. */
  #hearingSinceMs = Number.POSITIVE_INFINITY;

  /** Throws LedgerFault for a customer prefix that is none. */
  constructor(options: LedgerOptions) {
    this.lines = options.lines;
    this.limits = { ...defaultLedgerLimits, ...options.limits };
    this.#book = new LeaseBook(options.lines, this.limits.leases, this.limits.resolutions, this.limits.links);
    this.#book.leases.reserve(Math.min(options.room ?? 0, this.limits.leases));
    this.#space = CustomerSpace.of(options.customerPrefixes ?? []);
    this.#mapRules = options.mapRules ?? [];
    this.lines.onReplaced(() => this.#linesReplaced());
  }

  /**
   * Applies one event.
   *
   * Outcomes: see LeaseOutcome; never throws for what an event says.
   */
  apply(event: LeaseEvent): LeaseOutcome {
    this.#events++;
    this.#hearingSinceMs = Math.min(this.#hearingSinceMs, event.knownMs);
    this.#book.begin(event.knownMs);
    const reason = this.#dispatch(event);
    const rows = this.#withMapped(this.#book.takeRows());
    this.#announce();
    if (reason !== undefined) {
      this.#refused[reason] = (this.#refused[reason] ?? 0) + 1;
      return { status: rows.length > 0 ? "applied" : "refused", reason, rows };
    }
    if (rows.length === 0) {
      this.#unchanged++;
      return { status: "unchanged", rows };
    }
    this.#applied++;
    return { status: "applied", rows };
  }

  /**
   * Line that held the address at `timeMs`, in routing domain ''.
   *
   * Shape: four network-order words at `wordOffset`. Outcomes: a line's index; an Unattributed code. The longest prefix
   * that was held at that time answers; [start, end). Allocates nothing.
   */
  resolve(words: Uint32Array, wordOffset: number, timeMs: number): number {
    return this.#resolve(0, words, wordOffset, timeMs);
  }

  /** As `resolve`, in a routing domain by name; with `port` (0: a transport without) also by leases of ports. */
  resolveIn(domain: string, words: Uint32Array, wordOffset: number, timeMs: number, port?: number): number {
    const index = this.#book.domainIndex(domain);
    if (index < 0)
      return this.#space.has(words, wordOffset) ? Unattributed.noLease : Unattributed.outsideCustomerSpace;
    return this.#resolve(index, words, wordOffset, timeMs, port);
  }

  /** Index of a routing domain for `resolveRows`, made when it is new; -1 when there are too many. */
  placeDomain(name: string): number {
    return this.#book.placeDomain(name);
  }

  #resolve(domain: number, words: Uint32Array, wordOffset: number, timeMs: number, port?: number): number {
    const { reader } = this.#book.leases;
    const found =
      port === undefined
        ? reader.resolve(domain, words, wordOffset, timeMs)
        : reader.resolvePort(domain, words, wordOffset, timeMs, port);
    if (found !== Unattributed.noLease || this.#space.has(words, wordOffset)) return found;
    return Unattributed.outsideCustomerSpace;
  }

  /**
   * `resolve` of every row from `first` until `end`: `lines[row]`, by the address in the four words from `4 * row` and
   * the row's time. Many times faster than one by one. Allocates nothing a row.
   *
   * `ports`: a row's port, 0 where its transport has none; without them leases of ports answer nothing. `domains`: a row's
   * routing domain (`placeDomain`); without them '' (0). A negative one holds nothing.
   */
  resolveRows(
    addresses: Uint32Array,
    timesMs: Float64Array,
    first: number,
    end: number,
    lines: Int32Array,
    ports?: Uint16Array,
    domains?: Int32Array | null,
  ): void {
    this.#book.leases.reader.resolveRows(addresses, timesMs, first, end, lines, ports, domains);
    this.#space.tellOutside(addresses, first, end, lines);
  }

  /** The memory that a LedgerView reads; a later one holds for what was added since, see `onShared`. */
  shared(): SharedLedger {
    this.#sharedGeneration = this.#book.leases.generation;
    return {
      generation: this.#generation,
      leases: this.#book.leases.arrays,
      lines: this.lines.shared(),
      customerSpace: this.#space.words,
    };
  }

  /** The memory that views read, as far as it is in use: the rest is address space. Pages of it may be advised to the system. */
  memoryInUse(): readonly MemoryInUse[] {
    return [...this.#book.leases.memoryInUse(), ...this.lines.memoryInUse()];
  }

  /** Calls `listener` whenever views have to be updated: the memory was replaced by wider one. */
  onShared(listener: (shared: SharedLedger) => void): void {
    this.#listeners.push(listener);
  }

  #announce(): void {
    if (this.#sharedGeneration < 0 || this.#sharedGeneration === this.#book.leases.generation) return;
    this.#generation++;
    const shared = this.shared();
    for (const listener of this.#listeners) listener(shared);
  }

  /** Views that have the old arrays of lines must not meet leases of lines that are not in them. */
  #linesReplaced(): void {
    if (this.#sharedGeneration < 0) return;
    this.#book.leases.fork();
    this.#announce();
  }

  /** The latest row of every lease, taken-back ones included: what the log comes to. */
  *log(): Generator<LeaseLogRow> {
    for (let lease = 0; lease < this.#book.leases.count; lease++) yield this.#book.row(lease);
  }

  /**
   * Takes log rows as they are. Rows known after `knowledgeMs` are passed over; of one lease's rows the latest known
   * holds, whatever their order.
   *
   * Outcomes: rows taken, passed over, refused (a bound was reached, or the row is no lease).
   */
  restore(rows: Iterable<LeaseLogRow>, knowledgeMs = Number.POSITIVE_INFINITY): RestoreOutcome {
    const outcome = { taken: 0, passedOver: 0, refused: 0 };
    for (const row of rows) {
      if (row.knownFromMs > knowledgeMs) outcome.passedOver++;
      else if (!isPrefix(row) || !isSpan(row.validFromMs, row.validToMs, row.knownFromMs)) outcome.refused++;
      else if (this.#book.restore(row) === undefined) outcome.taken++;
      else outcome.refused++;
    }
    this.#announce();
    return outcome;
  }

  /** Takes log rows in columns, many times faster than as objects; for the rest as `restore`. */
  restoreColumns(columns: LeaseLogColumns, knowledgeMs = Number.POSITIVE_INFINITY): RestoreOutcome {
    this.#restorer ??= new ColumnRestorer(this.#book);
    const outcome = this.#restorer.restore(columns, knowledgeMs);
    this.#announce();
    return outcome;
  }

  /** Makes room for so many leases at once, as far as the bound goes. */
  reserve(leases: number): void {
    this.#book.leases.reserve(Math.min(leases, this.limits.leases));
    this.#announce();
  }

  /**
   * Ends open leases that gave no sign of life for `timeOutMs` at their last sign of life + `timeOutMs`.
   *
   * Leases from the log count as alive when this process began to hear. Off by default: nobody calls this unless the
   * operator sets a time-out. Outcomes: the rows to append to the log. Looks at the leases in places [first, end), so that
   * a large ledger can be gone through piece by piece; there are `stats.leases` of them.
   */
  expire(
    nowMs: number,
    timeOutMs: number,
    first = 0,
    end = Number.POSITIVE_INFINITY,
  ): readonly LeaseLogRow[] {
    const { leases } = this.#book;
    this.#book.begin(nowMs);
    for (let lease = first; lease < Math.min(end, leases.count); lease++) {
      if (leases.ending(lease) !== Ending.open || leases.origin(lease) === StartOrigin.given) continue;
      // A NAT tells nothing of a binding while it lasts; what follows another lease ends with that.
      if (leases.isEmpty(lease) || this.#book.isSilent(lease)) continue;
      const seenS = leases.lastSeenS(lease);
      const seenMs = seenS > 0 ? Math.max(seenS * 1000, leases.startMs(lease)) : this.#hearingSinceMs;
      if (!(nowMs - seenMs >= timeOutMs)) continue;
      this.#book.note("closedByTimeOut", lease);
      this.#book.end(lease, seenMs + timeOutMs, Ending.timeOut);
    }
    const rows = this.#withMapped(this.#book.takeRows());
    this.#announce();
    return rows;
  }

  /**
   * Enters the IPv4 sides, by the rules, of IPv6 leases that are known already: after a rule was added or got an end.
   *
   * Outcomes: the rows to append to the log, known from `knownMs`; none where the ledger has them.
   */
  mapLeases(knownMs: number): readonly LeaseLogRow[] {
    if (this.#mapRules.length === 0) return [];
    const known = Math.floor(knownMs);
    const rows: LeaseLogRow[] = [];
    const { leases } = this.#book;
    for (let lease = 0, { count } = leases; lease < count; lease++) {
      if (leases.isOfIpv4Host(lease) || leases.isOfPorts(lease)) continue;
      for (const side of mappedRows(this.#mapRules, [this.#book.row(lease)])) {
        const row = { ...side, knownFromMs: known };
        if (this.#book.follow(row)) rows.push(row);
      }
    }
    this.#announce();
    return rows;
  }

  /** The rows, and those of the IPv4 sides that follow from them. */
  #withMapped(rows: LeaseLogRow[]): LeaseLogRow[] {
    if (this.#mapRules.length === 0 || rows.length === 0) return rows;
    const sides = [...mappedRows(this.#mapRules, rows)].filter((row) => this.#book.follow(row));
    return sides.length === 0 ? rows : [...rows, ...sides];
  }

  /** Calls `listener` with each resolution as it is made, within `apply` and `expire`. */
  onResolution(listener: (resolution: Resolution) => void): void {
    this.#book.resolutions.onAdd = listener;
  }

  /** The last resolutions, oldest first. */
  resolutions(): readonly Resolution[] {
    return this.#book.resolutions.list();
  }

  get stats(): LedgerStats {
    return {
      events: this.#events,
      applied: this.#applied,
      unchanged: this.#unchanged,
      refused: { ...this.#refused },
      resolutions: { ...this.#book.resolutions.counts },
      leases: this.#book.leases.count,
      prefixes: this.#book.leases.prefixes,
      lines: this.lines.count,
      unlistedLines: this.lines.unlisted,
      links: this.#book.bundles.links,
      linksForgotten: this.#book.bundles.forgotten,
      memoryBytes: this.#book.memoryBytes,
    };
  }

  #dispatch(event: LeaseEvent): RefusalReason | undefined {
    if (event.kind === "lease") return this.#given(event);
    if (!isTime(event.atMs)) return "badTime";
    if ("prefix" in event) return this.#binding(event);
    return "prefixes" in event ? this.#session(event) : this.#nas(event);
  }

  #binding(event: BindingEvent): RefusalReason | undefined {
    const { prefix, inside, startMs } = event;
    if (startMs !== undefined && !isTime(startMs)) return "badTime";
    if (!isPrefix(prefix)) return "badPrefix";
    const book = this.#book;
    const domain = book.placeDomain(event.domain ?? "");
    if (domain < 0) return "domainsFull";
    const ports = book.placePorts(prefix.ports, true);
    if (typeof ports === "string") return ports;
    if (inside !== undefined && !isInside(inside)) return "badPorts";
    const holder = inside === undefined ? -1 : book.placeInside(inside);
    if (holder < 0 && inside !== undefined) return "leasesFull";
    const { words, prefixLength } = withoutHostBits(prefix);
    const key = leaseKey(domain, words, prefixLength, ports);
    const at = {
      atMs: Math.floor(event.atMs),
      ...(startMs === undefined ? {} : { startMs: Math.floor(startMs) }),
    };
    return applyBinding(book, { ...event, ...at }, key, holder);
  }

  #session(event: SessionEvent): RefusalReason | undefined {
    const { sessionTimeMs } = event;
    if (sessionTimeMs !== undefined && !(sessionTimeMs >= 0)) return "badTime";
    const domain = this.#book.placeDomain(event.domain ?? "");
    if (domain < 0) return "domainsFull";
    const prefixes: LeasePrefix[] = [];
    for (const prefix of event.prefixes) {
      if (isPrefix(prefix) && this.#knowsPorts(prefix)) prefixes.push(withoutHostBits(prefix));
    }
    if (prefixes.length < event.prefixes.length && prefixes.length === 0) return "badPrefix";
    const line = event.line === "" ? -1 : this.lines.refer(event.line);
    if (line < 0 && event.line !== "") return "linesFull";
    const isReady = event.atMs % 1 === 0 && isSameList(prefixes, event.prefixes);
    const ready = isReady ? event : { ...event, prefixes, atMs: Math.floor(event.atMs) };
    return applySession(this.#book, ready, domain, line);
  }

  /** Whether the prefix's port set is one that the ledger can hold; its shape is known then. */
  #knowsPorts({ ports }: LeasePrefix): boolean {
    return ports === undefined || typeof this.#book.placePorts(ports, false) !== "string";
  }

  /** Ends what was open on the access server, unless it gave a later sign of life. */
  #nas(event: NasEvent): undefined {
    const book = this.#book;
    const { leases } = book;
    book.bundles.forget(event.nas);
    const sources = book.sourcesOf(event.nas);
    if (sources.size === 0) return undefined;
    // A Start in the second of an Accounting-On follows it; one in the second of an Accounting-Off went before.
    const untilMs = event.kind === "nasOff" ? event.atMs + 1 : event.atMs;
    for (let lease = 0; lease < leases.count; lease++) {
      if (leases.ending(lease) !== Ending.open || !sources.has(leases.source(lease))) continue;
      if (leases.isEmpty(lease) || leases.startMs(lease) >= untilMs) continue;
      if (leases.lastSeenS(lease) * 1000 >= untilMs) continue;
      book.note("closedByNas", lease);
      book.end(lease, event.atMs, Ending.nas);
    }
    return undefined;
  }

  #given(event: GivenLease): RefusalReason | undefined {
    const { startMs, endMs, prefix } = event;
    const open = endMs === Number.POSITIVE_INFINITY;
    if (!isTime(startMs) || !(open || isTime(endMs)) || !(endMs > startMs)) return "badTime";
    if (!isPrefix(prefix)) return "badPrefix";
    const { inside } = event;
    if (inside !== undefined && !isInside(inside)) return "badPorts";
    if (event.line === "" && inside === undefined) return "withoutLine";
    const book = this.#book;
    const domain = book.placeDomain(event.domain ?? "");
    if (domain < 0) return "domainsFull";
    const ports = book.placePorts(prefix.ports, inside !== undefined);
    if (typeof ports === "string") return ports;
    const holder = inside === undefined ? this.lines.refer(event.line) : book.placeInside(inside);
    if (holder < 0) return inside === undefined ? "linesFull" : "leasesFull";
    const { words, prefixLength } = withoutHostBits(prefix);
    const lease = book.enter({
      key: leaseKey(domain, words, prefixLength, ports),
      startMs: Math.floor(startMs),
      endMs: Math.max(Math.floor(startMs), Math.floor(endMs)),
      holder,
      source: book.sourceIndex(event.feed, ""),
      origin: StartOrigin.given,
      ending: open ? Ending.open : Ending.given,
      session: noSession,
    });
    return lease < 0 ? "leasesFull" : undefined;
  }
}

function isTime(ms: number): boolean {
  return ms >= 0 && ms < lastMs;
}

function isPrefix({ words, prefixLength }: LeasePrefix): boolean {
  return isLeasable(words, prefixLength);
}

function isInside({ words }: InsideAddress): boolean {
  return words.length >= 4 && (words[0] | words[1] | words[2] | words[3]) !== 0;
}

function isSameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, at) => item === b[at]);
}

/** Host bits cleared, and the port set as it is written; the prefix itself where it is so already. */
function withoutHostBits(prefix: LeasePrefix): LeasePrefix {
  const { words, prefixLength, ports } = prefix;
  if (ports === undefined && words.length === 4 && !hasHostBits(words, prefixLength)) return prefix;
  const copy = words.slice(0, 4);
  clearHostBits(copy, 0, prefixLength);
  const written = ports === undefined ? undefined : portSetOf(ports);
  return { words: copy, prefixLength, ...(written === undefined ? {} : { ports: written }) };
}

function hasHostBits(words: Uint32Array, prefixLength: number): boolean {
  const mask = 4 * prefixLength;
  for (let word = 0; word < 4; word++) if ((words[word] & ~prefixMasks[mask + word]) !== 0) return true;
  return false;
}
