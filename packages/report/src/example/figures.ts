/** The figures of the example. */
import type { DensitySeries, Direction, Figure, PortWeekSeries, Service } from "@ishizue/analysis";
import { BEFORE, estimate, HOURS, noise, POPULATION, RANKED, short, WEEK } from "./value.ts";

/** Log-normal humps with a low shoulder on the left, and the noise of so many lines in bins of 0.05. */
export function density(
  id: string,
  service: Service,
  lines: number,
  centre: Readonly<Record<Direction, number>>,
  floor: Readonly<Record<Direction, number>>,
): Figure & { kind: "density" } {
  const binWidth = 0.05;
  const bins = Array.from({ length: 140 }, (_, i) => Math.round((4 + i * binWidth) * 100) / 100);
  const random = noise(lines);
  const hump = (x: number, mean: number, deviation: number): number =>
    Math.exp(-(((x - mean) / deviation) ** 2) / 2) / (deviation * Math.sqrt(2 * Math.PI));
  const series = [BEFORE, WEEK].flatMap((week) =>
    (["in", "out"] as const).map((direction): DensitySeries => {
      const at = centre[direction] - (week === BEFORE ? 0.08 : 0);
      const expected = bins.map((x) => 0.84 * hump(x, at, 0.47) + 0.16 * hump(x, at - 1.1, 0.75));
      const error = expected.map((value) => Math.sqrt(value / (lines * binWidth)));
      const value = expected.map((one, i) =>
        Math.max(0, one + error[i] * (random() + random() + random() - 1.5) * 2),
      );
      return {
        week,
        direction,
        lines,
        zeroLines: Math.round(lines * (direction === "in" ? 0.021 : 0.013)),
        outside: estimate(0.05, 0.02, "%"),
        x: bins,
        density: value.map(short),
        lower: value.map((one, i) => short(Math.max(0, one - 1.96 * error[i]))),
        upper: value.map((one, i) => short(one + 1.96 * error[i])),
        reliabilityFloor: floor[direction],
      };
    }),
  );
  return {
    kind: "density",
    id,
    title: `Daily usage of ${service} lines`,
    notes: POPULATION(service),
    window: [4, 11],
    binWidth,
    series: lines === 0 ? [] : series,
  };
}

/** Curves 1 − (1 − x)^a: a Gini of (1 − a) / (1 + a). */
export function lorenz(): Figure {
  const share = Array.from({ length: 101 }, (_, i) => i / 100);
  const ginis = { broadband: { in: 0.835, out: 0.646 }, mobile: { in: 0.619, out: 0.654 } } as const;
  return {
    kind: "lorenz",
    id: "share",
    title: "Concentration of octets over lines",
    notes: [RANKED],
    series: (["broadband", "mobile"] as const).flatMap((service) =>
      [BEFORE, WEEK].flatMap((week) =>
        (["in", "out"] as const).map((direction) => {
          const gini = ginis[service][direction] - (week === BEFORE ? 0.012 : 0);
          const power = (1 - gini) / (1 + gini);
          return {
            week,
            service,
            direction,
            lines: share,
            octets: share.map((x) => short(1 - (1 - x) ** power)),
            gini: estimate(gini, 0.002, "1"),
          };
        }),
      ),
    ),
  };
}

/** Traffic of an hour of the week, the peak near 1: a trough at four in the morning, a peak at nine in the evening. */
function daily(hour: number): number {
  const day = Math.floor(hour / 24);
  const clock = hour % 24;
  const evening = Math.exp(-(((clock - 21) / 3.4) ** 2) / 2) + Math.exp(-(((clock + 3) / 3.4) ** 2) / 2);
  const noon = 0.42 * Math.exp(-(((clock - 13) / 3.6) ** 2) / 2);
  return (0.13 + 0.82 * evening + noon) * (day > 4 ? 1.03 : 1);
}

export function portWeek(id: string, service: Service, shares: Readonly<Record<string, number>>): Figure {
  const random = noise(service.length);
  const peak = Math.max(...HOURS.map(daily));
  const series = [WEEK, BEFORE].flatMap((week) =>
    Object.entries({ total: 1, ...shares }).map(([label, share]): PortWeekSeries => {
      const value = HOURS.map((hour) =>
        isMissing(hour) && week === WEEK
          ? null
          : short(((week === WEEK ? 1 : 0.85) * share * daily(hour) * (0.99 + 0.02 * random())) / peak),
      );
      return {
        week,
        label,
        value,
        lower: value.map((one) => (one === null ? null : short(one * 0.97))),
        upper: value.map((one) => (one === null ? null : short(one * 1.03))),
      };
    }),
  );
  return {
    kind: "port-week",
    id,
    title: `Ports of ${service} traffic over the week`,
    notes: [
      "IN and OUT together, consumer and business lines, by the hour. Port: the smaller of source and destination port.",
      `The peak hour of the total of ${WEEK} is 1; the sampling error of that peak itself is not in the intervals.`,
    ],
    hours: HOURS,
    series,
  };
}

/** The collector was restarted on Friday morning. */
function isMissing(hour: number): boolean {
  return hour === 102 || hour === 103;
}

export function coverage(): Figure & { kind: "coverage" } {
  const random = noise(7);
  return {
    kind: "coverage",
    id: "coverage",
    title: "What was seen, and how much of it has a line",
    notes: [
      "Estimated octets of the edge exporters' counted records, as a mean rate over the hour; hours in which nothing was received are left open.",
    ],
    hours: HOURS,
    bitsPerSecond: HOURS.map((hour) => (isMissing(hour) ? null : Math.round(6.7e11 * daily(hour)))),
    attributedShare: HOURS.map((hour) =>
      isMissing(hour) ? null : short((hour > 60 && hour < 66 ? 89 : 98.9) + 0.4 * (random() - 0.5)),
    ),
  };
}
