import type { LineTable } from "../line/table.ts";
import { Bundles } from "./bundle.ts";
import { LeaseColumns } from "./columns.ts";
import type { InsideAddress, PortSet, RefusalReason } from "./event.ts";
import { leaseKey, maxDomains } from "./key.ts";
import type { LeaseKey } from "./key.ts";
import { Ending, formatSource, parseSource, StartOrigin } from "./log.ts";
import type { LeaseLogRow } from "./log.ts";
import { everyPort, isEveryPort, portSetOf } from "./port-set.ts";
import { insideHolder } from "./record.ts";
import { formatLeased, formatPrefix, ResolutionList } from "./resolution.ts";
import type { ResolutionKind } from "./resolution.ts";
import { noSession, SessionTable } from "./session-table.ts";
import type { SessionKey } from "./session-table.ts";

/** A lease as it is to be entered. */
export interface Entry {
  readonly key: LeaseKey;
  readonly startMs: number;
  readonly endMs: number;
  /** A line, or from `insideHolder` on an inside address. */
  readonly holder: number;
  readonly source: number;
  readonly origin: number;
  readonly ending: number;
  readonly session: SessionKey;
}

/** A log row's source as the book keeps it. */
export interface ReadSource {
  readonly source: number;
  readonly origin: number;
  readonly ending: number;
}

/**
 * The leases and the four things that can be done to them: enter, end, move, take back. Whatever changes is
 * marked, and `takeRows` writes one log row a marked lease; nothing that decides later is kept outside of the log but
 * session ids and signs of life.
 */
export class LeaseBook {
  readonly lines: LineTable;
  readonly leases: LeaseColumns;
  readonly sessions: SessionTable;
  readonly bundles: Bundles;
  readonly resolutions: ResolutionList;
  readonly limit: number;
  /** Leases not taken because the bound was reached. */
  refused = 0;
  /** Feeds and access servers not told apart because there were too many. */
  sourcesFull = 0;
  readonly #domains: string[] = [""];
  readonly #domainIndexes = new Map<string, number>([["", 0]]);
  readonly #sources: { feed: string; nas: string }[] = [{ feed: "other", nas: "" }];
  readonly #sourceIndexes = new Map<string, number>();
  readonly #readSources = new Map<string, ReadSource>();
  readonly #changed = new Set<number>();
  /** Texts of log rows' sources, by source, origin and ending. */
  readonly #sourceTexts = new Map<number, string>();
  #knownMs = 0;
  /** Of the event before: the next is of the same, mostly. */
  #lastFeed = "";
  #lastNas = "";
  #lastSource = -1;

  constructor(lines: LineTable, limit: number, resolutionLimit: number, linkLimit: number) {
    this.lines = lines;
    this.leases = new LeaseColumns(limit);
    this.sessions = new SessionTable(this.leases);
    this.bundles = new Bundles(this.leases, this.sessions, linkLimit);
    this.limit = this.leases.limit;
    this.resolutions = new ResolutionList(resolutionLimit);
  }

  /** Index of a routing domain, or -1. */
  domainIndex(domain: string): number {
    return this.#domainIndexes.get(domain) ?? -1;
  }

  /** Index of a routing domain, made when new; -1 when there are too many. */
  placeDomain(domain: string): number {
    const known = this.#domainIndexes.get(domain);
    if (known !== undefined) return known;
    if (this.#domains.length >= maxDomains) return -1;
    this.#domainIndexes.set(domain, this.#domains.length);
    return this.#domains.push(domain) - 1;
  }

  sourceIndex(feed: string, nas: string): number {
    if (this.#lastSource >= 0 && nas === this.#lastNas && feed === this.#lastFeed) return this.#lastSource;
    this.#lastFeed = feed;
    this.#lastNas = nas;
    this.#lastSource = this.#placeSource(feed, nas);
    return this.#lastSource;
  }

  #placeSource(feed: string, nas: string): number {
    const name = `${feed}\n${nas}`;
    const known = this.#sourceIndexes.get(name);
    if (known !== undefined) return known;
    if (this.#sources.length > 0xffff) {
      this.sourcesFull++;
      return 0;
    }
    this.#sourceIndexes.set(name, this.#sources.length);
    return this.#sources.push({ feed, nas }) - 1;
  }

  /** Indexes of the sources that tell of `nas`, whatever their feed. */
  sourcesOf(nas: string): Set<number> {
    return new Set(this.#sources.keys().filter((index) => this.#sources[index].nas === nas));
  }

  /** Starts an event: rows made from here on are known from `knownMs`. */
  begin(knownMs: number): void {
    this.#knownMs = Math.floor(knownMs);
  }

  /** Counts and tells a decision about a lease; `other`: the holder that it was decided against or for, -1 none. */
  note(kind: ResolutionKind, lease: number, other = -1): void {
    const key = this.leases.key(lease);
    this.resolutions.add({
      kind,
      knownMs: this.#knownMs,
      domain: this.#domains[key.domain],
      prefix: formatLeased(key.words, key.prefixLength, key.ports),
      line: this.#holderName(this.leases.holder(lease)),
      startMs: this.leases.startMs(lease),
      otherLine: other < 0 ? "" : this.#holderName(other),
      words: key.words,
      prefixLength: key.prefixLength,
      ports: key.ports,
    });
  }

  /** A line's name, or an inside address as text. */
  #holderName(holder: number): string {
    if (holder < insideHolder) return this.lines.name(holder);
    return formatPrefix(this.leases.inside(holder).words, 0, 128);
  }

  /** The inside address as a holder, made when it is new; -1 past the bound of routing domains or addresses. */
  placeInside({ domain, words }: InsideAddress): number {
    const index = this.placeDomain(domain);
    return index < 0 ? -1 : this.leases.placeInside(index, words);
  }

  /** The lease of the key that holds at `atMs`, or -1. */
  holder(key: LeaseKey, atMs: number): number {
    const { leases } = this;
    for (let lease = leases.head(key); lease >= 0; lease = leases.older(lease)) {
      if (leases.startMs(lease) > atMs || leases.isEmpty(lease)) continue;
      return atMs < leases.endMs(lease) ? lease : -1;
    }
    return -1;
  }

  /** Start of the first lease on the key that starts after `afterMs` and is not empty; Infinity when there is none. */
  nextStart(key: LeaseKey, afterMs: number): number {
    const { leases } = this;
    let next = Number.POSITIVE_INFINITY;
    for (let lease = leases.head(key); lease >= 0; lease = leases.older(lease)) {
      if (leases.startMs(lease) <= afterMs) break;
      if (!leases.isEmpty(lease)) next = leases.startMs(lease);
    }
    return next;
  }

  /**
   * Enters a lease: it ends the one that is open or longer before it, and ends itself where the next one starts.
   *
   * Outcomes: its slot; the slot of the lease that holds from the same millisecond, when that one stays (first come
   * holds; a list corrects); -1 at the bound of leases.
   */
  enter(entry: Entry): number {
    const { leases } = this;
    let after = -1;
    let at = leases.head(entry.key);
    let next = Number.POSITIVE_INFINITY;
    let nextHolder = -1;
    while (at >= 0 && leases.startMs(at) > entry.startMs) {
      if (!leases.isEmpty(at)) {
        next = leases.startMs(at);
        nextHolder = leases.holder(at);
      }
      after = at;
      at = leases.older(at);
    }
    const cut = entry.endMs > next;
    const endMs = cut ? next : entry.endMs;
    const ending = cut ? Ending.next : entry.ending;
    let lease = at;
    if (at >= 0 && leases.startMs(at) === entry.startMs) {
      if (!this.#mayReplace(lease, entry, endMs)) return lease;
      leases.replace(lease, entry.holder, endMs);
      leases.setSource(lease, entry.source, entry.origin, ending);
    } else {
      if (leases.count >= this.limit) {
        this.refused++;
        return -1;
      }
      lease = leases.add(entry.key, entry.startMs, entry.holder);
      leases.setEndMs(lease, endMs);
      leases.setSource(lease, entry.source, entry.origin, ending);
      leases.link(lease, entry.key, after, at);
    }
    this.adopt(lease, entry.session);
    this.#mark(lease);
    if (cut) this.note("cutByLaterLease", lease, nextHolder);
    let before = leases.older(lease);
    while (before >= 0 && leases.isEmpty(before)) before = leases.older(before);
    if (before >= 0 && leases.endMs(before) > entry.startMs && endMs > entry.startMs) {
      this.note("closedByNextStart", before, entry.holder);
      leases.makeRoom();
      // A reader that had come upon it before the new one was there is not to find it ended.
      leases.beginChange();
      this.end(before, entry.startMs, Ending.next);
      leases.endChange();
    }
    return lease;
  }

  #mayReplace(lease: number, entry: Entry, endMs: number): boolean {
    const { leases } = this;
    if (leases.isEmpty(lease)) return endMs > entry.startMs;
    const same = leases.holder(lease) === entry.holder;
    if (entry.origin === StartOrigin.given) {
      if (same && leases.endMs(lease) === endMs) return false;
      this.note("correctedByList", lease, entry.holder);
      return true;
    }
    if (same) return endMs >= leases.endMs(lease);
    this.note("sameStart", lease, entry.holder);
    return false;
  }

  /** Gives a lease the session it is found to be of. */
  adopt(lease: number, session: SessionKey): void {
    this.leases.setSession(lease, session.high, session.low);
    this.sessions.add(session, lease);
  }

  /** Sets a lease's end. */
  end(lease: number, endMs: number, ending: number): void {
    this.leases.setEndMs(lease, Math.max(endMs, this.leases.startMs(lease)));
    this.leases.setEnding(lease, ending);
    this.#mark(lease);
  }

  /** Gives a lease whose start was estimated its start: the estimate is taken back and the lease entered anew. */
  move(lease: number, startMs: number, session: SessionKey): number {
    const { leases } = this;
    const entry: Entry = {
      key: leases.key(lease),
      startMs,
      endMs: Math.max(startMs, leases.endMs(lease)),
      holder: leases.holder(lease),
      source: leases.source(lease),
      origin: StartOrigin.start,
      ending: leases.ending(lease),
      session,
    };
    if (leases.count >= this.limit) {
      this.refused++;
      return -1;
    }
    this.note("startMoved", lease);
    const lastSeenS = leases.lastSeenS(lease);
    leases.makeRoom();
    leases.beginChange();
    this.end(lease, leases.startMs(lease), Ending.next);
    this.adopt(lease, noSession);
    const moved = this.enter(entry);
    leases.endChange();
    if (moved >= 0) leases.seen(moved, lastSeenS * 1000);
    return moved;
  }

  /** Marks an estimate as told by the session's own Start, at the same time. */
  confirmStart(lease: number): void {
    const { leases } = this;
    leases.setSource(lease, leases.source(lease), StartOrigin.start, leases.ending(lease));
    this.#mark(lease);
  }

  #mark(lease: number): void {
    this.#changed.add(lease);
  }

  /** One log row a lease that changed since the last call. */
  takeRows(): LeaseLogRow[] {
    if (this.#changed.size === 0) return [];
    const { leases } = this;
    const rows: LeaseLogRow[] = [];
    for (const lease of this.#changed) {
      // Two rows of one lease never have one knowledge time: the later would not be known as such.
      leases.setKnownMs(lease, Math.max(this.#knownMs, leases.knownMs(lease) + 1));
      rows.push(this.row(lease));
    }
    this.#changed.clear();
    return rows;
  }

  row(lease: number): LeaseLogRow {
    const { leases } = this;
    const key = leases.key(lease);
    const holder = leases.holder(lease);
    const isInside = holder >= insideHolder;
    const row = {
      domain: this.#domains[key.domain],
      words: key.words,
      prefixLength: key.prefixLength,
      validFromMs: leases.startMs(lease),
      validToMs: leases.endMs(lease),
      knownFromMs: leases.knownMs(lease),
      line: isInside ? "" : this.lines.name(holder),
      source: this.#sourceText(lease),
    };
    if (key.ports === null) return row;
    return {
      ...row,
      ...(isEveryPort(key.ports) ? {} : { ports: key.ports }),
      ...(isInside ? { inside: this.#inside(holder) } : {}),
    };
  }

  #sourceText(lease: number): string {
    const { leases } = this;
    const source = leases.source(lease);
    const origin = leases.origin(lease);
    const ending = leases.ending(lease);
    const code = source | (origin << 16) | (ending << 18);
    const known = this.#sourceTexts.get(code);
    if (known !== undefined) return known;
    const { feed, nas } = this.#sources[source];
    const text = formatSource(feed, nas, origin, ending);
    this.#sourceTexts.set(code, text);
    return text;
  }

  #inside(holder: number): InsideAddress {
    const { domain, words } = this.leases.inside(holder);
    return { domain: this.#domains[domain], words };
  }

  /**
   * Enters a log row as it is, without any rule; an older row than the one known is passed over.
   *
   * Outcomes: undefined, or why the row cannot be used.
   */
  restore(row: LeaseLogRow): RefusalReason | undefined {
    const domain = this.placeDomain(row.domain);
    if (domain < 0) return "domainsFull";
    const ports = this.placePorts(row.ports, row.inside !== undefined);
    if (typeof ports === "string") return ports;
    const holder = row.inside === undefined ? this.lines.refer(row.line) : this.placeInside(row.inside);
    if (holder < 0) return "linesFull";
    const key = leaseKey(domain, row.words, row.prefixLength, ports);
    const source = this.#readSource(row.source, row.validToMs);
    return this.restoreLease(key, holder, row.validFromMs, row.validToMs, row.knownFromMs, source);
  }

  /** Enters a row that follows from another lease's; false where it says what is known, or of nothing that nothing was held. */
  follow(row: LeaseLogRow): boolean {
    const { leases } = this;
    const domain = this.placeDomain(row.domain);
    const ports = this.placePorts(row.ports, false);
    if (domain < 0 || typeof ports === "string") {
      this.refused++;
      return false;
    }
    const key = leaseKey(domain, row.words, row.prefixLength, ports);
    let lease = leases.head(key);
    while (lease >= 0 && leases.startMs(lease) > row.validFromMs) lease = leases.older(lease);
    const isKnown = lease >= 0 && leases.startMs(lease) === row.validFromMs;
    if (!isKnown && row.validToMs <= row.validFromMs) return false;
    if (isKnown && leases.endMs(lease) === row.validToMs) {
      if (leases.holder(lease) === this.lines.indexOf(row.line)) return false;
    }
    return this.restore(row) === undefined;
  }

  /** Whether a lease ends by its own log alone: one of ports, or one that follows another. Silence says nothing of it. */
  isSilent(lease: number): boolean {
    return this.leases.isOfPorts(lease) || this.#sources[this.leases.source(lease)].feed === "map";
  }

  /**
   * The port set of a lease as its key has it, its shape made known: null for every port of a line.
   *
   * Outcomes: badPorts, portShapesFull.
   */
  placePorts(ports: PortSet | undefined, isInside: boolean): PortSet | null | RefusalReason {
    if (ports === undefined && !isInside) return null;
    const written = portSetOf(ports ?? everyPort);
    if (written === undefined) return "badPorts";
    if (!isInside && isEveryPort(written)) return null;
    return this.leases.placeShape(written) ? written : "portShapesFull";
  }

  /** As `restore`, taken apart. */
  restoreLease(
    key: LeaseKey,
    holder: number,
    startMs: number,
    endMs: number,
    knownFromMs: number,
    { source, origin, ending }: ReadSource,
  ): RefusalReason | undefined {
    const { leases } = this;
    const knownMs = Math.floor(knownFromMs);
    let after = -1;
    let lease = leases.head(key);
    while (lease >= 0 && leases.startMs(lease) > startMs) {
      after = lease;
      lease = leases.older(lease);
    }
    if (lease >= 0 && leases.startMs(lease) === startMs) {
      if (knownMs < leases.knownMs(lease)) return undefined;
      leases.replace(lease, holder, endMs);
      leases.setSource(lease, source, origin, ending);
    } else {
      if (leases.count >= this.limit) {
        this.refused++;
        return "leasesFull";
      }
      const older = lease;
      lease = leases.add(key, startMs, holder);
      leases.setEndMs(lease, endMs);
      leases.setSource(lease, source, origin, ending);
      leases.link(lease, key, after, older);
    }
    leases.setKnownMs(lease, knownMs);
    return undefined;
  }

  /** A row's source, taken apart; sources repeat, so that what was read is kept. */
  #readSource(text: string, endMs: number): ReadSource {
    const open = endMs === Number.POSITIVE_INFINITY;
    const name = open ? text : `${text}\n`;
    const known = this.#readSources.get(name);
    if (known !== undefined) return known;
    const read = this.parseSource(text, endMs);
    if (this.#readSources.size >= 4096) this.#readSources.clear();
    this.#readSources.set(name, read);
    return read;
  }

  parseSource(text: string, endMs: number): ReadSource {
    const { feed, nas, origin, ending } = parseSource(text, endMs);
    return { source: this.sourceIndex(feed, nas), origin, ending };
  }

  get memoryBytes(): number {
    return this.leases.memoryBytes + this.sessions.memoryBytes;
  }
}
