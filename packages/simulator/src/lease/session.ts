import { LineKind } from "../population/line.ts";
import type { LinePopulation } from "../population/line.ts";
import { Random, RandomStream } from "../random/random.ts";
import type { SimulatedWeek } from "../week/week.ts";
import { addressSpaces } from "./plan.ts";
import { AddressPool } from "./pool.ts";

export interface SessionHabits {
  /** Share of PPPoE lines that reconnect within a week, 0–1. */
  readonly reconnectShare: number;
  /** Mean reconnects of a mobile line a day. */
  readonly mobileReconnectsPerDay: number;
  /** Seconds an address stays empty between two lines, at least. */
  readonly addressRestS: number;
}

/**
 * Sessions of one week: which line held which place of its kind's pool from when to when.
 *
 * Shape: sessions of a line are `first[line]` … `first[line + 1] − 1`, in order of time, never overlapping.
 * Units: milliseconds since the epoch, whole seconds; [start, end). Static lines (business) have one session
 * around the whole week.
 */
export interface WeekSessions {
  readonly first: Uint32Array;
  readonly startMs: Float64Array;
  readonly endMs: Float64Array;
  /** Place in the address space of the line's kind. */
  readonly place: Uint32Array;
}

const second = 1000;

/** The same lines, week and seed give the same sessions. Lines whose `active` is 0 have none. */
export function makeSessions(
  lines: LinePopulation,
  week: SimulatedWeek,
  weekIndex: number,
  habits: SessionHabits,
  seed: number,
  active?: Uint8Array,
): WeekSessions {
  const first = new Uint32Array(lines.count + 1);
  const start: number[] = [];
  const end: number[] = [];
  for (let line = 0; line < lines.count; line++) {
    first[line] = start.length;
    if (active !== undefined && active[line] === 0) continue;
    const random = new Random(seed, RandomStream.session, weekIndex, line);
    const kind = lines.kind[line];
    // Everybody is connected a while before the week and leaves a while after it.
    let opened = week.startMs - (300 + random.below(3000)) * second;
    const closed = week.endMs + (60 + random.below(1700)) * second;
    for (const cut of reconnects(kind, week, habits, random)) {
      const back = cut + (5 + random.below(kind === LineKind.mobile ? 240 : 85)) * second;
      if (cut < opened + 60 * second || back > week.endMs - 60 * second) continue;
      start.push(opened);
      end.push(cut);
      opened = back;
    }
    start.push(opened);
    end.push(closed);
  }
  first[lines.count] = start.length;
  const sessions = {
    first,
    startMs: Float64Array.from(start),
    endMs: Float64Array.from(end),
    place: new Uint32Array(start.length),
  };
  givePlaces(lines, sessions, habits, new Random(seed, RandomStream.pool, weekIndex));
  return sessions;
}

/** Times at which a line loses its session, ascending, whole seconds. */
function reconnects(
  kind: number,
  week: SimulatedWeek,
  habits: SessionHabits,
  random: Random,
): readonly number[] {
  const weekS = Math.floor((week.endMs - week.startMs) / second);
  let count = 0;
  if (kind === LineKind.pppoe && random.uniform() < habits.reconnectShare) count = 1 + random.below(3);
  else if (kind === LineKind.ipoe && random.uniform() < 0.02) count = 1;
  else if (kind === LineKind.mobile && habits.mobileReconnectsPerDay > 0) {
    const mean = (weekS / 86400) * habits.mobileReconnectsPerDay;
    count = Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()));
  }
  const cuts: number[] = [];
  for (let i = 0; i < count; i++) cuts.push(week.startMs + random.below(weekS) * second);
  return cuts.sort((a, b) => a - b);
}

/** Walks all starts and ends in order of time and hands places of the pools around. */
function givePlaces(
  lines: LinePopulation,
  sessions: WeekSessions,
  habits: SessionHabits,
  random: Random,
): void {
  const { first, startMs, endMs, place } = sessions;
  const count = startMs.length;
  const owner = new Uint32Array(count);
  for (let line = 0; line < lines.count; line++) owner.fill(line, first[line], first[line + 1]);
  const restMs = habits.addressRestS * second;
  const pools = addressSpaces.map((space, kind) => {
    const members = lines.kind.reduce((sum, k) => sum + (k === kind ? 1 : 0), 0);
    const spare = Math.ceil(0.02 * members) + 2;
    return new AddressPool(members + spare, restMs, space.capacity);
  });
  // Two entries a session: 2 s its end, 2 s + 1 its start; ends first where both fall in one second.
  const order = Uint32Array.from({ length: 2 * count }, (_, i) => i);
  const timeOf = (entry: number): number => (entry & 1 ? startMs[entry >>> 1] : endMs[entry >>> 1]);
  order.sort((a, b) => timeOf(a) - timeOf(b) || (a & 1) - (b & 1) || a - b);
  for (const entry of order) {
    const session = entry >>> 1;
    const line = owner[session];
    const kind = lines.kind[line];
    // Business addresses are static and IPoE prefixes stay with their line.
    if (kind === LineKind.business || kind === LineKind.ipoe) {
      if (entry & 1) place[session] = staticPlace(lines, line);
      continue;
    }
    if (entry & 1) {
      const before = session > first[line] ? place[session - 1] : -1;
      place[session] = pools[kind].take(startMs[session], before, random);
    } else {
      pools[kind].give(place[session], endMs[session]);
    }
  }
}

/** Place of a line whose address never changes: its number within its kind. */
export function staticPlace(lines: LinePopulation, line: number): number {
  return lines.kind[line] === LineKind.business
    ? line - lines.counts.pppoe - lines.counts.ipoe
    : line - lines.counts.pppoe;
}
