import type { LineKindName } from "./line.ts";

/**
 * How a day's traffic lies over its hours, 00–23 local time, any scale: an evening peak at home, commute and
 * lunch on the move, office hours for business.
 */
interface DayShape {
  readonly weekday: readonly number[];
  readonly weekend: readonly number[];
  /** Monday to Sunday, relative. */
  readonly days: readonly number[];
}

const home: DayShape = {
  weekday: [
    64, 43, 30, 24, 21, 22, 30, 41, 47, 52, 55, 60, 68, 65, 63, 67, 76, 86, 96, 107, 120, 132, 130, 99,
  ],
  weekend: [
    72, 50, 35, 27, 23, 22, 28, 40, 56, 72, 83, 88, 92, 95, 97, 98, 100, 104, 110, 116, 125, 133, 126, 95,
  ],
  days: [0.96, 0.96, 0.97, 0.97, 1.0, 1.08, 1.12],
};
const phone: DayShape = {
  weekday: [
    55, 36, 24, 18, 18, 28, 58, 108, 112, 76, 72, 82, 140, 94, 76, 78, 86, 112, 124, 118, 116, 120, 112, 84,
  ],
  weekend: [
    62, 42, 29, 21, 19, 22, 34, 52, 70, 84, 92, 98, 108, 104, 98, 98, 100, 106, 110, 110, 114, 116, 106, 80,
  ],
  days: [1.0, 1.0, 1.01, 1.02, 1.06, 0.98, 0.93],
};
const office: DayShape = {
  weekday: [
    22, 20, 19, 18, 18, 19, 24, 40, 82, 120, 130, 126, 96, 122, 130, 128, 124, 112, 80, 54, 42, 36, 30, 25,
  ],
  weekend: [20, 19, 18, 18, 18, 18, 20, 24, 28, 32, 34, 34, 32, 32, 33, 34, 33, 31, 29, 27, 26, 24, 22, 21],
  days: [1.1, 1.14, 1.14, 1.13, 1.12, 0.72, 0.65],
};

const shapes: Readonly<Record<LineKindName, DayShape>> = {
  pppoe: home,
  ipoe: home,
  business: office,
  mobile: phone,
};

/** How an application's hours lean against its line's. */
export const HourLean = {
  /** As the line. */
  plain: 0,
  /** More in the evening: streaming. */
  evening: 1,
  /** Nearly flat: machines, backups, peer to peer. */
  flat: 2,
  /** Working hours: tunnels to the office, meetings. */
  office: 3,
} as const;
export const hourLeanCount = 4;

/**
 * Weight of an hour for a line of a kind and an application's lean.
 *
 * Units: relative; callers normalise over the week. `weekday` is 1 (Monday) to 7, `hour` 0–23, local.
 */
export function hourWeight(kind: LineKindName, lean: number, weekday: number, hour: number): number {
  const shape = shapes[kind];
  const curve = weekday > 5 ? shape.weekend : shape.weekday;
  const plain = (curve[hour] / 100) * shape.days[weekday - 1];
  switch (lean) {
    case HourLean.evening:
      return plain ** 1.25;
    case HourLean.flat:
      return 0.5 * plain + 0.4;
    case HourLean.office:
      return (
        0.3 * plain +
        (0.7 * (weekday > 5 ? office.weekend : office.weekday)[hour] * office.days[weekday - 1]) / 100
      );
    default:
      return plain;
  }
}
