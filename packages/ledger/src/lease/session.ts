import type { Entry, LeaseBook } from "./book.ts";
import type { RefusalReason, SessionEvent } from "./event.ts";
import { isSameKey, leaseKeyOf } from "./key.ts";
import type { LeaseKey } from "./key.ts";
import { Ending, StartOrigin } from "./log.ts";
import { withoutOtherLinks } from "./multilink.ts";
import { sessionKey } from "./session-table.ts";
import type { SessionKey } from "./session-table.ts";

/**
 * Two times nearer than this are one: messages without Event-Timestamp are timed by their arrival minus whole seconds of
 * Acct-Delay-Time, so a retransmission may come out some seconds beside the first.
 */
export const sameTimeMs = 5000;

/** One session event on its way through the rules. */
interface Turn {
  readonly book: LeaseBook;
  readonly event: SessionEvent;
  /** When it happened. */
  readonly atMs: number;
  /** The event's prefixes in the session's routing domain. */
  readonly keys: readonly LeaseKey[];
  /** Index of the line, made if need be; -1 when the event names none. */
  readonly line: number;
  readonly session: SessionKey;
  /** When the session began as far as this event tells. */
  readonly estimateMs: number;
  /** Leases of this session, of this incarnation of its id. */
  readonly own: readonly number[];
}

/**
 * Applies a Start, Interim or Stop. The rules are in docs/ledger.md. The event's time is a whole number, its prefixes can be
 * leased and have their host bits clear; their words are not kept.
 *
 * Outcomes: undefined, or why the event cannot be used; what changed is in the book's rows.
 */
export function applySession(
  book: LeaseBook,
  told: SessionEvent,
  domain: number,
  line: number,
): RefusalReason | undefined {
  const session = sessionKey(told.nas, told.session);
  let byId = book.sessions.leases(session);
  // Not every message of a session names the routing domain that it is known to be in.
  const isNamed = told.domain !== undefined && told.domain !== "";
  const keyDomain = isNamed || byId.length === 0 ? domain : book.leases.domain(byId[0]);
  let event: SessionEvent | null = told;
  if (told.bundle !== undefined) {
    event = withoutOtherLinks(book, told, session, keyDomain, line);
    if (event === null) return undefined;
    byId = book.sessions.leases(session);
  }
  const { atMs } = event;
  const keys = event.prefixes.map(({ words, prefixLength, ports }) =>
    leaseKeyOf(keyDomain, words, prefixLength, ports ?? null),
  );
  const estimateMs = event.kind === "start" ? atMs : Math.max(0, atMs - (event.sessionTimeMs ?? 0));
  const own: number[] = [];
  const turn: Turn = { book, event, atMs, keys, line, session, estimateMs, own };
  addOwnLeases(turn, byId, own);
  for (const lease of own) book.leases.seen(lease, atMs);
  if (keys.length === 0 && own.length === 0) return "withoutPrefix";
  const refusedBefore = book.refused;
  const reason = event.kind === "start" ? start(turn) : event.kind === "interim" ? interim(turn) : stop(turn);
  return reason ?? (book.refused > refusedBefore ? "leasesFull" : undefined);
}

/** Adds the leases known by the session's id, and those on the event's prefixes that can only be this session's. */
function addOwnLeases(turn: Turn, byId: readonly number[], own: number[]): void {
  const { book, event, session, keys } = turn;
  const { leases } = book;
  for (const lease of byId) if (isSameIncarnation(turn, lease)) own.push(lease);
  if (event.kind === "start") {
    // A Start that is known already says nothing about a later session that took the same id.
    const told = own.filter((lease) => !isEstimate(leases.origin(lease)));
    if (told.length > 0) own.splice(0, own.length, ...told);
  }
  if (byId.length > 0 && own.length === 0) {
    const newest = byId.reduce((a, b) => (leases.startMs(a) > leases.startMs(b) ? a : b));
    if (leases.endMs(newest) <= turn.estimateMs) book.note("sessionIdReused", newest);
  }
  for (const key of keys) {
    if (own.some((lease) => leases.isOn(lease, key))) continue;
    const lease = leaseWithoutId(turn, key);
    if (lease < 0) continue;
    // Known from the log or a list: the session's id is learnt now.
    if (session.low !== 0) book.adopt(lease, session);
    own.push(lease);
  }
}

function isEstimate(origin: number): boolean {
  return origin === StartOrigin.interim || origin === StartOrigin.stop;
}

/** Whether another lease starts on the key between the Start and the lease's estimated start. */
function isCrossed({ book, atMs }: Turn, lease: number): boolean {
  return book.nextStart(book.leases.key(lease), atMs - 1) < book.leases.startMs(lease);
}

function isSameIncarnation(turn: Turn, lease: number): boolean {
  const { leases } = turn.book;
  const { event, atMs, estimateMs } = turn;
  const startMs = leases.startMs(lease);
  const endMs = leases.endMs(lease);
  if (event.kind === "start") {
    if (Math.abs(atMs - startMs) <= sameTimeMs) return true;
    return isEstimate(leases.origin(lease)) && atMs < endMs && !isCrossed(turn, lease);
  }
  if (Math.abs(estimateMs - startMs) <= sameTimeMs) return true;
  if (atMs < startMs - sameTimeMs) return false;
  // Without a session time nothing tells this session from an earlier one of the same id: it is taken for the same.
  if (event.sessionTimeMs === undefined) return true;
  return estimateMs < endMs;
}

/** The lease on the key without a session id that is of the event's line and time, or -1. */
function leaseWithoutId(turn: Turn, key: LeaseKey): number {
  const { leases } = turn.book;
  const { event, atMs, line, session } = turn;
  if (line < 0) return -1;
  for (let lease = leases.head(key); lease >= 0; lease = leases.older(lease)) {
    if (leases.holder(lease) !== line) continue;
    if (leases.isEmpty(lease) && leases.ending(lease) !== Ending.stop) continue;
    if (session.low !== 0 && leases.sessionLow(lease) !== 0) continue;
    const startMs = leases.startMs(lease);
    if (event.kind === "start") {
      if (isSameIncarnation(turn, lease)) return lease;
      continue;
    }
    if (Math.abs(turn.estimateMs - startMs) <= sameTimeMs) return lease;
    if (startMs <= atMs && atMs <= leases.endMs(lease)) return lease;
  }
  return -1;
}

function entry(
  turn: Turn,
  key: LeaseKey,
  startMs: number,
  endMs: number,
  origin: number,
  ending: number,
): Entry {
  const { book, event, session } = turn;
  return {
    key,
    startMs,
    endMs,
    holder: turn.line,
    source: book.sourceIndex(event.feed, event.nas),
    origin,
    ending,
    session,
  };
}

/** The event's prefixes that none of the session's leases is on. */
function newKeys({ book, own, keys }: Turn): LeaseKey[] {
  return keys.filter((key) => !own.some((lease) => book.leases.isOn(lease, key)));
}

/** End of the session as far as its Stop was seen, Infinity while it was not. */
function stoppedMs({ book, own }: Turn): number {
  let endMs = Number.POSITIVE_INFINITY;
  for (const lease of own) {
    if (book.leases.ending(lease) === Ending.stop) endMs = Math.min(endMs, book.leases.endMs(lease));
  }
  return endMs;
}

function enterNew(
  turn: Turn,
  startMs: number,
  endMs: number,
  origin: number,
  allowed: (key: LeaseKey) => boolean = () => true,
): RefusalReason | undefined {
  const { book } = turn;
  if (turn.line < 0) return turn.own.length > 0 || turn.keys.length === 0 ? undefined : "withoutLine";
  const keys = newKeys(turn);
  const ending = endMs === Number.POSITIVE_INFINITY ? Ending.open : Ending.stop;
  for (const key of keys) {
    if (!allowed(key)) continue;
    const lease = book.enter(entry(turn, key, startMs, Math.max(startMs, endMs), origin, ending));
    if (lease < 0) continue;
    book.leases.seen(lease, turn.atMs);
    if (origin === StartOrigin.interim && turn.own.length === 0) book.note("interimWithoutStart", lease);
    if (origin === StartOrigin.stop) book.note("stopWithoutStart", lease);
  }
  return undefined;
}

function start(turn: Turn): RefusalReason | undefined {
  const { book, atMs, own, session } = turn;
  const { leases } = book;
  const endMs = stoppedMs(turn);
  for (const lease of own) {
    if (!isEstimate(leases.origin(lease)) || isCrossed(turn, lease)) continue;
    if (leases.startMs(lease) === atMs) book.confirmStart(lease);
    else book.move(lease, atMs, session);
  }
  return enterNew(turn, atMs, endMs, StartOrigin.start);
}

function interim(turn: Turn): RefusalReason | undefined {
  const { book, atMs, own } = turn;
  const { leases } = book;
  const endMs = stoppedMs(turn);
  if (own.some((lease) => atMs >= leases.endMs(lease))) reviveLatest(turn);
  if (atMs >= endMs) return undefined;
  if (own.length === 0) return enterMissed(turn);
  // What holds the prefix now and began after this session did is not put out by a sign of life.
  const free = (key: LeaseKey): boolean => {
    const holder = book.holder(key, atMs);
    if (holder < 0 || leases.startMs(holder) < turn.estimateMs) return true;
    book.note("interimNotBelieved", holder, turn.line);
    return false;
  };
  return enterNew(turn, atMs, endMs, StartOrigin.interim, free);
}

/** Looks at the session's latest lease on each prefix that it has had. */
function reviveLatest(turn: Turn): void {
  const { own, atMs } = turn;
  const { leases } = turn.book;
  const keys = own.map((lease) => leases.key(lease));
  for (const [at, key] of keys.entries()) {
    if (keys.findIndex((other) => isSameKey(other, key)) < at) continue;
    const onKey = own.filter((lease) => leases.isOn(lease, key));
    const latest = onKey.reduce((a, b) => (leases.startMs(a) > leases.startMs(b) ? a : b));
    if (atMs >= leases.endMs(latest)) revive(turn, latest);
  }
}

/** The leases of a session whose Start was missed: from its estimated start, and at least from now where nobody holds. */
function enterMissed(turn: Turn): RefusalReason | undefined {
  const { book, atMs } = turn;
  const open = Number.POSITIVE_INFINITY;
  const reason = enterNew(turn, turn.estimateMs, open, StartOrigin.interim);
  if (reason !== undefined) return reason;
  return enterNew(turn, atMs, open, StartOrigin.interim, (key) => book.holder(key, atMs) < 0);
}

/** A sign of life after the end that was taken for the lease's. */
function revive(turn: Turn, lease: number): void {
  const { book, atMs } = turn;
  const { leases } = book;
  const ending = leases.ending(lease);
  const key = leases.key(lease);
  const ended = ending === Ending.stop || ending === Ending.given;
  const holder = book.holder(key, atMs);
  if (ended || holder >= 0 || !turn.keys.some((each) => leases.isOn(lease, each))) {
    const other = holder < 0 ? -1 : leases.holder(holder);
    if (atMs > leases.endMs(lease)) book.note("interimNotBelieved", lease, other);
    return;
  }
  book.note("reopened", lease);
  const next = book.nextStart(key, leases.startMs(lease));
  if (next > atMs) {
    const open = next === Number.POSITIVE_INFINITY;
    book.end(lease, next, open ? Ending.open : Ending.next);
    return;
  }
  const again = entry(turn, key, atMs, Number.POSITIVE_INFINITY, StartOrigin.interim, Ending.open);
  const entered = book.enter({ ...again, holder: leases.holder(lease) });
  if (entered >= 0) leases.seen(entered, atMs);
}

function stop(turn: Turn): RefusalReason | undefined {
  const { book, event, atMs, own } = turn;
  const { leases } = book;
  for (const lease of own) {
    // A second Stop of the session is a retransmission, whatever its time.
    if (leases.ending(lease) === Ending.stop || leases.isEmpty(lease)) continue;
    if (atMs < leases.startMs(lease)) book.note("stopBeforeStart", lease);
    const next = book.nextStart(leases.key(lease), leases.startMs(lease));
    const endMs = Math.max(leases.startMs(lease), Math.min(atMs, next));
    // Where the next lease ended this one before its Stop, that stays so.
    if (atMs > next) {
      if (leases.endMs(lease) !== next) book.end(lease, next, Ending.next);
    } else book.end(lease, endMs, Ending.stop);
  }
  if (event.sessionTimeMs === undefined && own.length === 0) return "withoutStart";
  if (event.sessionTimeMs === undefined || event.sessionTimeMs === 0) return undefined;
  return enterNew(turn, turn.estimateMs, atMs, StartOrigin.stop);
}
