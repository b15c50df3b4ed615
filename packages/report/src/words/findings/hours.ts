/** The busiest hours of the working day. */
import type { Quantity, Report } from "@ishizue/analysis";
import { ratio } from "../change.ts";
import { busiestSentence } from "../sentences/hours.ts";
import { type Finding, services } from "./read.ts";

const hoursOfDay = 24;

/** Of OUT of each service, where every hour of the day was counted. */
export function hoursFindings({ figures, week }: Report): Finding[] {
  const figure = figures["fig-2"];
  if (figure?.kind !== "weekday-hours") return [];
  return services.flatMap((service) => {
    const series = figure.series.find(
      (one) => one.service === service && one.direction === "out" && one.week === week,
    );
    const rates = (series?.value ?? []).flatMap((value, hour): Quantity[] => {
      const [lower, upper] = [series?.lower[hour], series?.upper[hour]];
      return value === null || lower == null || upper == null ? [] : [{ value, lower, upper, unit: "bit/s" }];
    });
    if (rates.length !== hoursOfDay) return [];
    const by = (a: Quantity, b: Quantity): Quantity => (b.value > a.value ? b : a);
    const highest = rates.reduce(by);
    const lowest = rates.reduce((a, b) => (b.value < a.value ? b : a));
    const busiest = runOf(rates, highest);
    const times = ratio(highest, lowest);
    if (busiest === null || times === null || times.lower <= 1) return [];
    const facts = { service, direction: "out", week, from: busiest[0], to: busiest[1], times } as const;
    return [{ id: `hours/${service}/out`, text: busiestSentence(facts) }];
  });
}

/** The hours that sampling does not tell from the highest, [from, to); null where they are not one run. */
function runOf(rates: readonly Quantity[], highest: Quantity): readonly [from: number, to: number] | null {
  const like = rates.map(({ upper }) => upper >= highest.lower);
  const from = like.indexOf(true);
  const to = like.lastIndexOf(true) + 1;
  return like.slice(from, to).every(Boolean) ? [from, to] : null;
}
