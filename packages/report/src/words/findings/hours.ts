/** The busiest hours of the working day. */
import type { Quantity, Report } from "@ishizue/analysis";
import { ratio } from "../change.ts";
import { busiestSentence, type Hours } from "../sentences/hours.ts";
import { type Finding, services } from "./read.ts";

const hoursOfDay = 24;
/** More stretches of the day than these are no peaks. */
const mostRuns = 2;

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
    const busiest = runsOf(rates, highest);
    const times = ratio(highest, lowest);
    if (busiest.length > mostRuns || times === null || times.lower <= 1) return [];
    const facts = { service, direction: "out", week, busiest, times } as const;
    return [{ id: `hours/${service}/out`, text: busiestSentence(facts) }];
  });
}

/** The hours that sampling does not tell from the highest, those beside each other as one. */
function runsOf(rates: readonly Quantity[], highest: Quantity): readonly Hours[] {
  const runs: { from: number; to: number }[] = [];
  rates.forEach(({ upper }, hour) => {
    if (upper < highest.lower) return;
    const last = runs.at(-1);
    if (last?.to === hour) last.to = hour + 1;
    else runs.push({ from: hour, to: hour + 1 });
  });
  return runs;
}
