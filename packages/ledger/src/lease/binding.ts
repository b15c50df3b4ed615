import type { BindingEvent, RefusalReason } from "./event.ts";
import type { LeaseBook } from "./book.ts";
import type { LeaseKey } from "./key.ts";
import { Ending, StartOrigin } from "./log.ts";
import { noSession } from "./session-table.ts";

/**
 * Applies what a NAT tells of a binding. Its times are taken as they are: a block may go from one inside address to
 * another and back within seconds.
 *
 * `holder`: the inside address; -1 when the event names none. Outcomes: undefined, or why the event cannot be used.
 */
export function applyBinding(
  book: LeaseBook,
  event: BindingEvent,
  key: LeaseKey,
  holder: number,
): RefusalReason | undefined {
  return event.kind === "release" ? release(book, event, key, holder) : hold(book, event, key, holder);
}

/** A binding that is made, or told to be there still. */
function hold(
  book: LeaseBook,
  event: BindingEvent,
  key: LeaseKey,
  holder: number,
): RefusalReason | undefined {
  const { leases } = book;
  if (holder < 0) return "withoutLine";
  const held = book.holder(key, event.atMs);
  if (held >= 0 && leases.holder(held) === holder) {
    // What is told anew of a time that is past was counted when it was told first.
    const isNew = event.atMs >= 1000 * leases.lastSeenS(held);
    leases.seen(held, event.atMs);
    if (isNew && event.isSession === true && event.kind === "allocate") leases.addShare(held, 1);
    return undefined;
  }
  const isFirst = event.kind === "allocate";
  const startMs = isFirst ? event.atMs : Math.min(event.startMs ?? event.atMs, event.atMs);
  // What was ended by a release is not brought back by a repetition of the message that began it.
  if (isFirst && endedAtStart(book, key, holder, startMs)) return undefined;
  const lease = enter(book, event, key, holder, startMs, Number.POSITIVE_INFINITY);
  if (lease < 0) return "leasesFull";
  leases.seen(lease, event.atMs);
  if (!isFirst) book.note("interimWithoutStart", lease);
  if (event.isSession === true) leases.addShare(lease, 1);
  return undefined;
}

/** Whether a binding of the holder from that very moment is known, and over. */
function endedAtStart(book: LeaseBook, key: LeaseKey, holder: number, startMs: number): boolean {
  const { leases } = book;
  let lease = leases.head(key);
  while (lease >= 0 && leases.startMs(lease) > startMs) lease = leases.older(lease);
  if (lease < 0 || leases.startMs(lease) !== startMs) return false;
  return leases.holder(lease) === holder && leases.ending(lease) === Ending.stop;
}

function release(
  book: LeaseBook,
  event: BindingEvent,
  key: LeaseKey,
  holder: number,
): RefusalReason | undefined {
  const { leases } = book;
  const { atMs, startMs } = event;
  if (isReleasedAt(book, key, holder, atMs)) return undefined;
  const own = ownBefore(book, key, holder, atMs);
  if (own >= 0 && atMs <= leases.endMs(own)) {
    leases.seen(own, atMs);
    const isOver = leases.ending(own) === Ending.stop;
    if (!isOver && (event.isSession !== true || leases.addShare(own, -1) <= 0)) {
      book.end(own, atMs, Ending.stop);
    }
    return undefined;
  }
  // It ended at the start of the next binding, before its release came; or this is the release come again.
  if (own >= 0 && (startMs === undefined || startMs < leases.endMs(own))) return undefined;
  if (holder < 0 || startMs === undefined || startMs >= atMs) return "withoutStart";
  const entered = enter(book, event, key, holder, startMs, atMs);
  if (entered < 0) return "leasesFull";
  book.note("stopWithoutStart", entered);
  return undefined;
}

/** Whether that very release is known: the block may have been given again at the same moment. */
function isReleasedAt({ leases }: LeaseBook, key: LeaseKey, holder: number, atMs: number): boolean {
  for (let lease = leases.head(key); lease >= 0; lease = leases.older(lease)) {
    if (leases.startMs(lease) >= atMs || leases.isEmpty(lease)) continue;
    if (leases.endMs(lease) < atMs) return false;
    const isOwn = holder < 0 || leases.holder(lease) === holder;
    if (isOwn && leases.endMs(lease) === atMs && leases.ending(lease) === Ending.stop) return true;
  }
  return false;
}

/** The holder's lease on the key with the latest start not after `atMs`, or -1; of anyone where no holder is told. */
function ownBefore({ leases }: LeaseBook, key: LeaseKey, holder: number, atMs: number): number {
  for (let lease = leases.head(key); lease >= 0; lease = leases.older(lease)) {
    if (leases.startMs(lease) > atMs) continue;
    if (holder < 0 || leases.holder(lease) === holder) return lease;
  }
  return -1;
}

function enter(
  book: LeaseBook,
  event: BindingEvent,
  key: LeaseKey,
  holder: number,
  startMs: number,
  endMs: number,
): number {
  const isOpen = endMs === Number.POSITIVE_INFINITY;
  const origin =
    event.kind === "allocate"
      ? StartOrigin.start
      : event.kind === "active"
        ? StartOrigin.interim
        : StartOrigin.stop;
  return book.enter({
    key,
    startMs,
    endMs,
    holder,
    source: book.sourceIndex(event.feed, event.nas),
    origin,
    ending: isOpen ? Ending.open : Ending.stop,
    session: noSession,
  });
}
