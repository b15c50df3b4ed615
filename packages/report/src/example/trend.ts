/** Months and hours of the example: three years of growth with a month of which nothing is kept. */
import type { Figure, Quantity, Service, Table, WeekdayHoursSeries } from "@ishizue/analysis";
import { BEFORE, estimate, short, WEEK } from "./value.ts";

const MONTHS = Array.from({ length: 37 }, (_, i) => {
  const month = 4 + i;
  return `${2023 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}`;
});
const MISSING = "2024-08";
const PARTIAL = "2025-11";
const DIRECTIONS = ["in", "out"] as const;

/** bit/s of the last month. */
const LEVELS: Readonly<Record<"broadband" | "mobile", Readonly<Record<"in" | "out", number>>>> = {
  broadband: { in: 5.1e10, out: 3.1e11 },
  mobile: { in: 6.2e8, out: 5.1e9 },
};
const GROWTH = { in: 1.11, out: 1.16 };

export function monthlyTrend(): Figure {
  const series = (["broadband", "mobile"] as const).flatMap((service) =>
    (service === "broadband" ? [null, "IPoE"] : [null]).flatMap((without) =>
      DIRECTIONS.map((direction) => {
        const value = MONTHS.map((month, i) => {
          if (month === MISSING) return null;
          const age = (MONTHS.length - 1 - i) / 12;
          const share = without === null ? 1 : 0.42 + 0.14 * age;
          const season = 1 + 0.03 * Math.sin((2 * Math.PI * i) / 12);
          return short((LEVELS[service][direction] * share * season) / GROWTH[direction] ** age);
        });
        return {
          service,
          direction,
          without,
          value,
          lower: value.map((one) => (one === null ? null : short(one * 0.996))),
          upper: value.map((one) => (one === null ? null : short(one * 1.004))),
        };
      }),
    ),
  );
  return {
    kind: "monthly-trend",
    units: { value: "bit/s", lower: "bit/s", upper: "bit/s", hoursSeen: "%" },
    id: "fig-1",
    title: "Traffic by the month",
    notes: [
      "Mean rate of the hours of a calendar month in which anything was counted, octets credited to lines. Months without any are left open.",
    ],
    months: MONTHS,
    hoursSeen: MONTHS.map((month) => (month === MISSING ? 0 : month === PARTIAL ? 71.4 : 100)),
    missing: [MISSING],
    partial: [PARTIAL],
    series,
  };
}

/** A trough at four, a peak at nine; mobile has its own at noon and in the trains. */
function rateAt(hour: number, service: Service): number {
  const bell = (at: number, width: number): number => Math.exp(-(((hour - at) / width) ** 2) / 2);
  const evening = bell(21.5, 3) + bell(-2.5, 3);
  return service === "mobile"
    ? 0.25 + 0.5 * evening + 0.6 * bell(12.4, 0.8) + 0.3 * bell(8, 1) + 0.35 * bell(18, 1.5)
    : 0.2 + 0.8 * evening + 0.3 * bell(14, 4);
}

export function weekdayHours(): Figure {
  const hours = Array.from({ length: 24 }, (_, hour) => hour);
  const series = [WEEK, BEFORE].flatMap((week) =>
    (["broadband", "mobile"] as const).flatMap((service) =>
      DIRECTIONS.map((direction): WeekdayHoursSeries => {
        const level = (1.6 * LEVELS[service][direction]) / (week === WEEK ? 1 : GROWTH[direction]);
        const value = hours.map((hour) => short(level * rateAt(hour + 0.5, service)));
        return {
          week,
          service,
          direction,
          days: hours.map(() => 5),
          value,
          lower: value.map((one) => short(one * 0.99)),
          upper: value.map((one) => short(one * 1.01)),
        };
      }),
    ),
  );
  return {
    kind: "weekday-hours",
    units: { value: "bit/s", lower: "bit/s", upper: "bit/s", days: "count" },
    id: "fig-2",
    title: "Hours of the working day",
    notes: [
      "Mean over Monday to Friday of each hour, holidays among them, of the hours in which anything was counted.",
    ],
    hours,
    series,
  };
}

export function growthTable(): Table {
  const columns = ["2025-05..2026-05", "2024-05..2025-05", "2023-05..2024-05"];
  const row = (key: string, label: string, indent: number, values: readonly number[]) => ({
    key,
    label,
    indent,
    cells: Object.fromEntries(
      columns.map((column, i): [string, Quantity] => [column, estimate(values[i], 0.5, "%")]),
    ),
  });
  return {
    id: "growth",
    title: "Growth year on year",
    notes: [
      "Mean rate of a calendar month over that of the same month a year before.",
      "95 % intervals are of packet sampling alone.",
    ],
    columns: columns.map((key) => ({ key, label: key, unit: "%" })),
    rows: [
      row("broadband/in", "Broadband IN", 0, [11, 11.2, 10.8]),
      row("broadband/out", "Broadband OUT", 0, [16, 15.1, 16.3]),
      row("broadband/in/without-IPoE", "Broadband IN, without IPoE", 1, [-15.2, -12.7, -9.9]),
      row("broadband/out/without-IPoE", "Broadband OUT, without IPoE", 1, [-12.1, -8.4, -6.2]),
      row("mobile/in", "Mobile IN", 0, [11, 10.4, 11.6]),
      row("mobile/out", "Mobile OUT", 0, [16, 17.9, 15.2]),
    ],
  };
}
