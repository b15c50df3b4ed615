/** What a line uses a day: mean, median and mode of each service and direction, and services and directions against each other. */
import type { Direction, Quantity, Report, Service } from "@ishizue/analysis";
import { type Change, growth, ratio, sign } from "../change.ts";
import {
  accessesSentence,
  directionsSentence,
  linesSentence,
  medianSentence,
  modeSentence,
  servicesSentence,
  usageSentence,
} from "../sentences/usage.ts";
import { cell, comparedWeek, directions, type Finding, services, usageTableOf } from "./read.ts";

export function usageFindings(report: Report): Finding[] {
  return [
    ...services.flatMap((service) => [
      ...linesFinding(report, service),
      ...directions.flatMap((direction) => directionFindings(report, service, direction)),
      ...directionsFinding(report, service),
      ...(service === "broadband" ? accessesFinding(report) : []),
    ]),
    ...servicesFinding(report),
  ];
}

function linesFinding(report: Report, service: Service): Finding[] {
  const table = report.tables[usageTableOf[service]];
  const before = comparedWeek(report);
  const lines = cell(table, report.week, "lines");
  if (lines === null) return [];
  const change = before === undefined ? null : growth(lines, cell(table, before, "lines"));
  const since = before === undefined || change === null ? null : { week: before, growth: change };
  return [{ id: `lines/${service}`, text: linesSentence({ service, lines, since }) }];
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

/** Whichever of two receives more, against the other; null where the intervals do not tell. */
function moreThan<T>(
  one: T,
  other: T,
  mean: (of: T) => Quantity | null,
): { more: T; less: T; times: Change } | null {
  for (const [more, less] of [
    [one, other],
    [other, one],
  ] as const) {
    const times = ratio(mean(more), mean(less));
    if (times !== null && times.lower > 1) return { more, less, times };
  }
  return null;
}

function accessesFinding({ tables, week }: Report): Finding[] {
  const found = moreThan("IPoE", "PPPoE", (access) =>
    cell(tables["access"], `${week}/${access}`, "out_mean"),
  );
  return found === null
    ? []
    : [{ id: "usage/broadband/access", text: accessesSentence(found.more, found.less, found.times) }];
}

function servicesFinding({ tables, week }: Report): Finding[] {
  const [one, other] = services;
  const found = moreThan(one, other, (service) => cell(tables[usageTableOf[service]], week, "out_mean"));
  return found === null
    ? []
    : [{ id: "services", text: servicesSentence(found.more, found.less, found.times) }];
}
