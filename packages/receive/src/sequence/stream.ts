import { amountOr, isRecord, listOf, type StreamState, wholeOr } from "./state.ts";
import type { SequenceUnit } from "./unit.ts";

/** What one message told about those before it. */
export type SequenceChange = {
  /** What the sequence number counts. */
  unit: SequenceUnit;
  /** In `unit`: what is now given up, its gap being older than the window. */
  lost: number;
  /** Messages that had come before. */
  duplicates: number;
  /** Messages that came after a later one. */
  reordered: number;
  /** Times the exporter began to count anew. */
  restarts: number;
};

/** Messages that a gap waits for its late ones before it counts as lost. */
export const windowMessages = 32;
/** And milliseconds, whether or not more messages come: no network keeps a datagram longer. */
export const windowMs = 5000;
const maxGaps = 32;
/** Old numbers in a row that are a restart and not duplicates, where nothing else tells. */
const restartRun = 4;
/** A message this much older than the last by the exporter's own clock is late; one older still comes of a clock that was set. */
const latestMs = 60_000;
/** A jump ahead of more than this is a new count, not a loss. */
const maxLostMessages = 1 << 20;
const maxLostRecords = 1 << 26;
/** A greater jump than this past 2^32 to a number below this is rather a new count than a loss. */
const maxWrapLoss = 1 << 16;
/** Uptime may go back this far by reordering alone. */
const uptimeSlackMs = 10_000;
const uptimeWrapZoneMs = 3_600_000;

type Gap = { start: number; length: number; since: number; sinceMs: number };

/**
 * The sequence numbers of one exporting process: 32 bits, wrapping.
 *
 * A message covers the numbers [sequence, sequence + count). Numbers stepped
 * over wait as a gap; a late message fills its part of one, and what is left
 * after `windowMessages` messages or `windowMs` is lost. An old number outside any gap is a
 * duplicate when it was seen lately, late when its export time is older than the
 * last. A run of old numbers that are neither, a jump too far ahead that the
 * next message confirms, or an uptime that began anew is a restart.
 */
export class SequenceStream {
  readonly #records: boolean;
  #started = false;
  /** The number after the highest seen; meaningless while `#nextKnown` is false. */
  #next = 0;
  #nextKnown = false;
  #uptimeMs = 0;
  #exportTimeMs = 0;
  #messages = 0;
  #arrivalMs = 0;
  readonly #gaps: Gap[] = [];
  /** Starts of the last messages with a count, as a ring. */
  readonly #recent = new Float64Array(windowMessages).fill(-1);
  /** Their export times and uptimes in one number each: a duplicate has the same. */
  readonly #recentStamps = new Float64Array(windowMessages);
  #recentAt = 0;
  /** The number that would confirm that old or far numbers are a new count. */
  #candidateNext = -1;
  #candidateRun = 0;

  /** `records`: the numbers count records, not messages. */
  constructor(records: boolean) {
    this.#records = records;
  }

  /** What it knows, to go on elsewhere; null before the first message. */
  state(): StreamState | null {
    if (!this.#started) return null;
    const recent: [number, number][] = [];
    for (let back = 0; back < windowMessages; back++) {
      const at = (this.#recentAt + back) % windowMessages;
      if (this.#recent[at] >= 0) recent.push([this.#recent[at], this.#recentStamps[at]]);
    }
    return {
      next: this.#next,
      nextKnown: this.#nextKnown,
      uptimeMs: this.#uptimeMs,
      exportTimeMs: this.#exportTimeMs,
      messages: this.#messages,
      candidate: [this.#candidateNext, this.#candidateRun],
      gaps: this.#gaps.map(({ start, length, since, sinceMs }) => [start, length, since, sinceMs] as const),
      recent,
    };
  }

  /** Goes on where another left off. What is no state is passed over: then the next message is the first. */
  restore(state: unknown): void {
    if (!isRecord(state) || wholeOr(state["next"], -1) < 0) return;
    this.#started = true;
    this.#next = wholeOr(state["next"], 0) >>> 0;
    this.#nextKnown = state["nextKnown"] === true;
    this.#uptimeMs = amountOr(state["uptimeMs"], 0);
    this.#exportTimeMs = amountOr(state["exportTimeMs"], 0);
    this.#messages = wholeOr(state["messages"], 0);
    const candidate = listOf(state, "candidate");
    this.#candidateNext = wholeOr(candidate[0], -1);
    this.#candidateRun = wholeOr(candidate[1], 0);
    this.#gaps.length = 0;
    for (const gap of listOf(state, "gaps").slice(0, maxGaps)) {
      if (!Array.isArray(gap)) continue;
      const length = wholeOr(gap[1], 0);
      if (length === 0 || length > maxLostRecords) continue;
      this.#gaps.push({
        start: wholeOr(gap[0], 0) >>> 0,
        length,
        since: Math.min(wholeOr(gap[2], 0), this.#messages),
        sinceMs: amountOr(gap[3], 0),
      });
    }
    this.#recent.fill(-1);
    this.#recentAt = 0;
    for (const seen of listOf(state, "recent").slice(0, windowMessages)) {
      if (Array.isArray(seen)) this.#remember(wholeOr(seen[0], -1), amountOr(seen[1], 0));
    }
  }

  /**
   * Takes the next message in order of arrival.
   *
   * `count`: how many numbers it covers; -1 where it is not known (records of an
   * unknown template), and then the next message is taken at its word.
   * `uptimeMs` and `exportTimeMs`: 0 where the protocol has none. `arrivalMs`:
   * 0 where nobody looked at the clock. Adds to `change`.
   */
  take(
    sequence: number,
    count: number,
    uptimeMs: number,
    exportTimeMs: number,
    arrivalMs: number,
    change: SequenceChange,
  ): void {
    this.#messages++;
    this.#arrivalMs = arrivalMs;
    this.#expireGaps(change);
    if (!this.#started) {
      this.#rebase(sequence, count, uptimeMs, exportTimeMs);
      return;
    }
    const ahead = (sequence - this.#next) | 0;
    if (ahead !== 0 && this.#beganAnew(uptimeMs, exportTimeMs)) {
      this.#restart(sequence, count, uptimeMs, exportTimeMs, change);
      return;
    }
    const wraps = sequence < maxWrapLoss && sequence < this.#next;
    const maxLost = wraps ? maxWrapLoss : this.#records ? maxLostRecords : maxLostMessages;
    if (!this.#nextKnown && ahead >= 0 && ahead <= maxLost) {
      this.#rebase(sequence, count, uptimeMs, exportTimeMs);
      return;
    }
    if (ahead >= 0 && ahead <= maxLost) {
      if (ahead > 0) this.#addGap(this.#next, ahead, change);
      this.#rebase(sequence, count, uptimeMs, exportTimeMs);
      return;
    }
    if (ahead > maxLost) {
      if (this.#confirms(sequence, count, 2)) this.#restart(sequence, count, uptimeMs, exportTimeMs, change);
      return;
    }
    // From here on the number is an old one. Messages without records repeat numbers rightfully.
    if (count === 0) return;
    if (this.#fillGap(sequence, count)) {
      change.reordered++;
      this.#remember(sequence, uptimeMs + exportTimeMs);
      return;
    }
    const stamp = uptimeMs + exportTimeMs;
    const at = this.#recent.indexOf(sequence);
    if (stamp > 0 && at >= 0 && this.#recentStamps[at] === stamp) {
      change.duplicates++;
      return;
    }
    if (this.#isLate(uptimeMs, exportTimeMs)) {
      change.reordered++;
      return;
    }
    const seen = at >= 0 && stamp === 0;
    if (this.#confirms(sequence, count, seen ? restartRun : 2)) {
      this.#restart(sequence, count, uptimeMs, exportTimeMs, change);
      return;
    }
    if (seen) change.duplicates++;
    else change.reordered++;
  }

  /** Gives up the gaps that have waited for `windowMs` at `nowMs`, also where no message came since. */
  expire(nowMs: number, change: SequenceChange): void {
    while (this.#gaps.length > 0) {
      const [{ sinceMs, length }] = this.#gaps;
      // Of gaps that nobody timed messages tell.
      if (sinceMs === 0 || nowMs - sinceMs <= windowMs) return;
      this.#gaps.shift();
      change.lost += length;
    }
  }

  /** Gives up every gap that still waits. */
  settle(change: SequenceChange): void {
    for (const gap of this.#gaps) change.lost += gap.length;
    this.#gaps.length = 0;
  }

  #rebase(sequence: number, count: number, uptimeMs: number, exportTimeMs: number): void {
    this.#started = true;
    this.#candidateRun = 0;
    this.#next = (sequence + Math.max(0, count)) >>> 0;
    this.#nextKnown = count >= 0;
    this.#uptimeMs = uptimeMs;
    this.#exportTimeMs = exportTimeMs;
    if (count !== 0) this.#remember(sequence, uptimeMs + exportTimeMs);
  }

  #restart(
    sequence: number,
    count: number,
    uptimeMs: number,
    exportTimeMs: number,
    change: SequenceChange,
  ): void {
    change.restarts++;
    this.settle(change);
    this.#recent.fill(-1);
    this.#rebase(sequence, count, uptimeMs, exportTimeMs);
  }

  /** Whether this is the `needed`th message in a row that goes its own way. */
  #confirms(sequence: number, count: number, needed: number): boolean {
    const follows = this.#candidateRun > 0 && ((sequence - this.#candidateNext) | 0) >>> 0 <= windowMessages;
    this.#candidateRun = follows ? this.#candidateRun + 1 : 1;
    this.#candidateNext = (sequence + Math.max(0, count)) >>> 0;
    return this.#candidateRun >= needed;
  }

  #remember(sequence: number, stamp: number): void {
    this.#recent[this.#recentAt] = sequence;
    this.#recentStamps[this.#recentAt] = stamp;
    this.#recentAt = (this.#recentAt + 1) % windowMessages;
  }

  /**
   * Whether the exporter booted since the last message. Uptime has 32 bits of
   * milliseconds: going from the last hour to the first is the wrap of 49.7
   * days. Where export times tell when it booted, that has to be later than the
   * last message: routers let cards of different uptimes share one sequence
   * (capture overflowd-v5-isp).
   */
  #beganAnew(uptimeMs: number, exportTimeMs: number): boolean {
    if (uptimeMs === 0 || uptimeMs >= this.#uptimeMs - uptimeSlackMs) return false;
    if (this.#uptimeMs > 4_294_967_296 - uptimeWrapZoneMs && uptimeMs < uptimeWrapZoneMs) return false;
    if (exportTimeMs === 0 || this.#exportTimeMs === 0) return true;
    return exportTimeMs - uptimeMs >= this.#exportTimeMs - uptimeSlackMs;
  }

  /** Whether the exporter sent this shortly before the last message: what a restarted one sends is younger. */
  #isLate(uptimeMs: number, exportTimeMs: number): boolean {
    const olderMs = exportTimeMs > 0 ? this.#exportTimeMs - exportTimeMs : this.#uptimeMs - uptimeMs;
    return (exportTimeMs > 0 || uptimeMs > 0) && olderMs > 0 && olderMs <= latestMs;
  }

  #addGap(start: number, length: number, change: SequenceChange): void {
    if (this.#gaps.length === maxGaps) change.lost += this.#gaps.shift()?.length ?? 0;
    this.#gaps.push({ start, length, since: this.#messages, sinceMs: this.#arrivalMs });
  }

  #expireGaps(change: SequenceChange): void {
    while (this.#gaps.length > 0) {
      const [{ since, sinceMs, length }] = this.#gaps;
      if (this.#messages - since <= windowMessages && this.#arrivalMs - sinceMs <= windowMs) return;
      this.#gaps.shift();
      change.lost += length;
    }
  }

  /** Takes [start, start + count) out of the gap that it begins in, all the rest of it where the count is not known; false where there is none. */
  #fillGap(start: number, count: number): boolean {
    for (let index = 0; index < this.#gaps.length; index++) {
      const gap = this.#gaps[index];
      const before = (start - gap.start) >>> 0;
      if (before >= gap.length) continue;
      const after = count < 0 ? 0 : Math.max(0, gap.length - before - count);
      const rest: Gap[] = [];
      if (before > 0) rest.push({ ...gap, length: before });
      if (after > 0) {
        rest.push({ ...gap, start: (gap.start + gap.length - after) >>> 0, length: after });
      }
      this.#gaps.splice(index, 1, ...rest);
      return true;
    }
    return false;
  }
}
