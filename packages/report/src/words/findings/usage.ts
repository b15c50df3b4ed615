/** What a line uses a day: mean, median and mode of each service and direction, and services and directions against each other. */
import type { Direction, Quantity, Report, Service } from "@ishizue/analysis";
import { growth, ratio, sign } from "../change.ts";
import {
  directionsSentence,
  medianSentence,
  modeSentence,
  servicesSentence,
  usageSentence,
} from "../sentences/usage.ts";
import { cell, comparedWeek, directions, type Finding, services, usageTableOf } from "./read.ts";

export function usageFindings(report: Report): Finding[] {
  return [
    ...services.flatMap((service) => [
      ...directions.flatMap((direction) => directionFindings(report, service, direction)),
      ...directionsFinding(report, service),
    ]),
    ...servicesFinding(report),
  ];
}

/** A measure of a week, the corrected one where there is one. */
function measure(
  report: Report,
  service: Service,
  direction: Direction,
  week: string,
  key: "median" | "mode",
): { value: Quantity | null; corrected: boolean } {
  const id = usageTableOf[service];
  const corrected = cell(report.tables[`${id}-corrected`], `${week}/${direction}`, `${key}_corrected`);
  return corrected === null
    ? { value: cell(report.tables[id], week, `${direction}_${key}`), corrected: false }
    : { value: corrected, corrected: true };
}

function directionFindings(report: Report, service: Service, direction: Direction): Finding[] {
  const table = report.tables[usageTableOf[service]];
  const before = comparedWeek(report);
  const mean = cell(table, report.week, `${direction}_mean`);
  if (mean === null) return [];
  const id = `${service}/${direction}`;
  const change = before === undefined ? null : growth(mean, cell(table, before, `${direction}_mean`));
  const { value: median, corrected } = measure(report, service, direction, report.week, "median");
  const since = before === undefined || change === null ? null : { week: before, growth: change };
  const moved = medianFinding(report, service, direction, before);
  const facts = { service, direction, mean, corrected, since };
  return [
    // What moved is said of by itself.
    { id: `usage/${id}`, text: usageSentence({ ...facts, median: moved.length === 0 ? median : null }) },
    ...moved,
    ...modeFinding(report, service, direction, before),
  ];
}

function medianFinding(
  report: Report,
  service: Service,
  direction: Direction,
  before: string | undefined,
): Finding[] {
  if (before === undefined) return [];
  const now = measure(report, service, direction, report.week, "median");
  const then = measure(report, service, direction, before, "median");
  const change = growth(now.value, then.value);
  // One corrected and one not are no two of a kind.
  if (now.value === null || change === null || sign(change) === 0 || now.corrected !== then.corrected)
    return [];
  const facts = { service, direction, median: now.value, corrected: now.corrected };
  const since = { week: before, growth: change };
  return [{ id: `median/${service}/${direction}`, text: medianSentence({ ...facts, since }) }];
}

function modeFinding(
  report: Report,
  service: Service,
  direction: Direction,
  before: string | undefined,
): Finding[] {
  const { value: mode, corrected } = measure(report, service, direction, report.week, "mode");
  if (mode === null || !(mode.value > 0)) return [];
  const then = before === undefined ? null : measure(report, service, direction, before, "mode");
  const facts = { service, direction, mode, corrected };
  const text = modeSentence({
    ...facts,
    before:
      before === undefined || then === null || then.value === null || then.corrected !== corrected
        ? null
        : { week: before, mode: then.value },
  });
  return [{ id: `mode/${service}/${direction}`, text }];
}

/** OUT over IN of a service, where the interval says that it is more. */
function directionsFinding(report: Report, service: Service): Finding[] {
  const table = report.tables[usageTableOf[service]];
  const times = ratio(cell(table, report.week, "out_mean"), cell(table, report.week, "in_mean"));
  return times === null || times.lower <= 1
    ? []
    : [{ id: `directions/${service}`, text: directionsSentence(service, times) }];
}

/** The service whose lines receive more, against the other. */
function servicesFinding(report: Report): Finding[] {
  const mean = (service: Service): Quantity | null =>
    cell(report.tables[usageTableOf[service]], report.week, "out_mean");
  const [one, other] = services;
  for (const [more, less] of [
    [one, other],
    [other, one],
  ] as const) {
    const times = ratio(mean(more), mean(less));
    if (times !== null && times.lower > 1)
      return [{ id: "services", text: servicesSentence(more, less, times) }];
  }
  return [];
}
