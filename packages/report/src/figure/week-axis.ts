/** The hours of a week, 0 to 168, with its days named between the midnights. */
import { daysOfWeek } from "../week/week.ts";
import { PALETTE } from "./palette.ts";
import { type AxisStyle } from "./axis.ts";
import { type Mark, text } from "./mark.ts";
import { type Plot, xOf } from "./sheet.ts";

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

export const WEEK_HOURS: readonly [number, number] = [0, 168];

/** A grid line at every midnight; the names are `dayMarks`. */
export const WEEK_AXIS: AxisStyle = { interval: 24, label: () => "", grid: true };

/** "Mon 11" … "Sun 17" under a plot, where the broader 11（月） fits too; "Mon" alone where two weeks share it or there is no room, "M" where there is less. */
export function dayMarks(plot: Plot, week: string | null, size: number): Mark[] {
  const days = week === null ? null : daysOfWeek(week);
  const room = plot.width / 7;
  return DAYS.map((day, index) => {
    let name = room < size * 2.4 ? day[0] : day;
    if (days !== null && room > size * 4.6) name = `${day} ${days.monday.add({ days: index }).day}`;
    return text(name, xOf(plot, index * 24 + 12), plot.top + plot.height + size + 2, {
      size,
      colour: PALETTE.soft,
      align: "center",
    });
  });
}
