import type { LeaseBook } from "./book.ts";
import { linkOfLease, otherLinkOn } from "./bundle.ts";
import type { Bundle, Link } from "./bundle.ts";
import type { LeasePrefix, SessionEvent } from "./event.ts";
import { isSameKey, leaseKey } from "./key.ts";
import type { LeaseKey } from "./key.ts";
import { Ending } from "./log.ts";
import type { SessionKey } from "./session-table.ts";

/**
 * Takes out of a session's event what other links of its multilink session hold up: a link that comes to a prefix which
 * another has begins no lease, and the Stop of a link leaves its leases to one that is still up.
 *
 * Outcomes: the event that is left, a Stop at the end of the last link that was on its leases; null where nothing is
 * left of it. Source: RFC 2866 sections 5.11 and 5.12; docs/ledger.md.
 */
export function withoutOtherLinks(
  book: LeaseBook,
  event: SessionEvent,
  session: SessionKey,
  domain: number,
  line: number,
): SessionEvent | null {
  const bundle = book.bundles.of(event);
  if (bundle === undefined) return event;
  const keyOf = ({ words, prefixLength, ports }: LeasePrefix): LeaseKey =>
    leaseKey(domain, words, prefixLength, ports);
  const link = book.bundles.hear(bundle, event, session, event.prefixes.map(keyOf));
  if (link === null) return event;
  if (event.kind === "stop") handOver(book, bundle, link, event.atMs);
  const prefixes = event.prefixes.filter(
    (prefix) => !isOfOther(book, bundle, link, keyOf(prefix), event, line),
  );
  if (prefixes.length === 0 && link.keys.length > 0 && book.sessions.leases(session).length === 0)
    return null;
  const left = prefixes.length === event.prefixes.length ? event : { ...event, prefixes };
  return event.kind === "stop" ? untilLastLink(bundle, link, left) : left;
}

/** Gives the open leases of a link that stops to links that are up on their prefixes. */
function handOver(book: LeaseBook, bundle: Bundle, link: Link, atMs: number): void {
  const { leases } = book;
  for (const lease of book.sessions.leases(link.session)) {
    if (leases.ending(lease) !== Ending.open || leases.isEmpty(lease) || leases.startMs(lease) > atMs)
      continue;
    const other = otherLinkOn(bundle, link, leases.key(lease));
    if (other === undefined) continue;
    book.note("keptByOtherLink", lease);
    book.adopt(lease, other.session);
    leases.seen(lease, atMs);
  }
}

/** Whether another link that is up has the lease that holds the prefix then. */
function isOfOther(
  book: LeaseBook,
  bundle: Bundle,
  link: Link,
  key: LeaseKey,
  event: SessionEvent,
  line: number,
): boolean {
  const { leases } = book;
  const lease = book.holder(key, event.atMs);
  if (lease < 0 || (line >= 0 && leases.holder(lease) !== line)) return false;
  const other = linkOfLease(bundle, leases, lease);
  if (other === undefined || other === link || other.stoppedMs !== Number.POSITIVE_INFINITY) return false;
  leases.seen(lease, event.atMs);
  return true;
}

/** The Stop of the link that comes last, at the time of the one that was last: links stop in any order. */
function untilLastLink({ links }: Bundle, link: Link, event: SessionEvent): SessionEvent {
  let lastMs = event.atMs;
  for (const { keys, stoppedMs } of links.values()) {
    const shares = keys.some((key) => link.keys.some((own) => isSameKey(own, key)));
    if (shares && stoppedMs !== Number.POSITIVE_INFINITY) lastMs = Math.max(lastMs, stoppedMs);
  }
  if (lastMs === event.atMs) return event;
  const { sessionTimeMs } = event;
  const late = lastMs - event.atMs;
  return {
    ...event,
    atMs: lastMs,
    ...(sessionTimeMs === undefined ? {} : { sessionTimeMs: sessionTimeMs + late }),
  };
}
