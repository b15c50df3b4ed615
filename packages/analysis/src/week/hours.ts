import type { Week } from "./iso-week.ts";

const hourMs = 3_600_000;

/** Slots of a week by the clock on the wall: Monday 00:00 is 0, Sunday 23:00 is 167. */
export const slotsPerWeek = 168;

/**
 * How the store's hours (which begin on the hour in UTC) fall on a week's 168
 * wall-clock hours. Where clocks go forward a slot has no hour, where they go
 * back one has two; a series then has no value, or the mean of the two.
 */
export interface WeekHours {
  /** First stored hour of the week, seconds since 1970 UTC. */
  readonly firstHour: number;
  /** Just past the last stored hour, seconds since 1970 UTC. */
  readonly endHour: number;
  /** 168, or 167 or 169 when the clocks change. */
  readonly count: number;
  /** Slot by the number of hours since `firstHour`. */
  readonly slotOf: Uint8Array;
  /** How many hours a slot has. */
  readonly hoursIn: Uint8Array;
  readonly notes: readonly string[];
}

/** Lays the store's hours over a week. An hour belongs to the week that it begins in. */
export function hoursOfWeek(week: Week): WeekHours {
  const firstMs = Math.ceil(week.startMs / hourMs) * hourMs;
  const endMs = Math.ceil(week.endMs / hourMs) * hourMs;
  const count = (endMs - firstMs) / hourMs;
  const slotOf = new Uint8Array(count);
  const hoursIn = new Uint8Array(slotsPerWeek);
  for (let i = 0; i < count; i++) {
    const local = Temporal.Instant.fromEpochMilliseconds(firstMs + i * hourMs).toZonedDateTimeISO(
      week.timeZone,
    );
    const slot = (local.dayOfWeek - 1) * 24 + local.hour;
    slotOf[i] = slot;
    hoursIn[slot]++;
  }
  const notes: string[] = [];
  if (week.startMs !== firstMs || week.endMs !== endMs) {
    notes.push(
      `${week.timeZone} is not a whole number of hours from UTC, and the store keeps hours of UTC: ${week.name} is counted from ` +
        `${Temporal.Instant.fromEpochMilliseconds(firstMs).toZonedDateTimeISO(week.timeZone).toString({ timeZoneName: "never" })}.`,
    );
  }
  if (count !== slotsPerWeek) {
    notes.push(
      `Clocks change in ${week.name}: it has ${count} hours. Hours are by the clock on the wall; ` +
        (count < slotsPerWeek
          ? "the one left out has no value."
          : "the one that comes twice is the mean of both."),
    );
  }
  return { firstHour: firstMs / 1000, endHour: endMs / 1000, count, slotOf, hoursIn, notes };
}
