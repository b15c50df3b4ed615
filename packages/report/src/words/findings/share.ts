/** Shares of octets: of the heaviest lines, of ports, of broadband by IPoE. */
import type { Direction, MonthlyTrendFigure, Quantity, Report, Service } from "@ishizue/analysis";
import { type Change, difference, sign } from "../change.ts";
import { accessSentence, concentrationSentence, type PointsSince, portSentence } from "../sentences/share.ts";
import {
  cell,
  comparedWeek,
  comparedWeeks,
  directions,
  type Finding,
  services,
  usageTableOf,
} from "./read.ts";

/** Ports that are spoken of, of each service, at the most; and of those, against the oldest week. */
const mostPorts = 3;
const mostOldPorts = 2;

export function concentrationFindings(report: Report): Finding[] {
  return services.flatMap((service) =>
    directions.flatMap((direction) => concentrationFinding(report, service, direction)),
  );
}

/** Shares of the heaviest of a week, the corrected ones where the table has both. */
function heaviest(
  report: Report,
  service: Service,
  direction: Direction,
  week: string,
): { top1: Quantity | null; top10: Quantity | null; corrected: boolean } {
  const table = report.tables[`${usageTableOf[service]}-corrected`];
  const row = `${week}/${direction}`;
  const [top1, top10] = [cell(table, row, "top1_corrected"), cell(table, row, "top10_corrected")];
  if (top1 !== null && top10 !== null) return { top1, top10, corrected: true };
  const plain = (key: string): Quantity | null =>
    cell(report.tables["share"], `${service}/${week}`, `${direction}_${key}`);
  return { top1: plain("top1"), top10: plain("top10"), corrected: false };
}

function concentrationFinding(report: Report, service: Service, direction: Direction): Finding[] {
  const before = comparedWeek(report);
  const now = heaviest(report, service, direction, report.week);
  const { top1, top10, corrected } = now;
  if (top1 === null || top10 === null) return [];
  const then = before === undefined ? null : heaviest(report, service, direction, before);
  const since = (key: "top1" | "top10"): PointsSince | null => {
    const change = then?.corrected === corrected ? difference(now[key], then[key]) : null;
    return before === undefined || change === null ? null : { week: before, change };
  };
  const facts = {
    service,
    direction,
    top1,
    top10,
    corrected,
    since1: since("top1"),
    since10: since("top10"),
  };
  return [{ id: `concentration/${service}/${direction}`, text: concentrationSentence(facts) }];
}

export function portFindings(report: Report): Finding[] {
  const last = comparedWeek(report);
  const [oldest] = comparedWeeks(report);
  const findings: Finding[] = [];
  for (const service of services) {
    const say = (week: string, ports: number): void => {
      findings.push(...changesSince(report, service, week, /^(?:tcp|udp)$/, 2));
      // A port of its own; bands and sums move with their parts.
      findings.push(...changesSince(report, service, week, /^(?:tcp|udp)\/\d+$/, ports));
    };
    if (last !== undefined) say(last, mostPorts);
    if (oldest !== undefined && oldest !== last) say(oldest, mostOldPorts);
  }
  return findings;
}

/** The rows whose share moved most since a week, of those of which the intervals say that it did. */
function changesSince(report: Report, service: Service, week: string, rows: RegExp, most: number): Finding[] {
  const table = report.tables[service === "broadband" ? "table-3" : "table-4"];
  const moved = (table?.rows ?? []).flatMap(({ key }): { key: string; share: Quantity; change: Change }[] => {
    const share = cell(table, key, report.week);
    const change = difference(share, cell(table, key, week));
    return rows.test(key) && share !== null && change !== null && sign(change) !== 0
      ? [{ key, share, change }]
      : [];
  });
  return moved
    .toSorted((a, b) => Math.abs(b.change.value) - Math.abs(a.change.value))
    .slice(0, most)
    .map(({ key, share, change }) => ({
      id: `ports/${service}/${week}/${key}`,
      text: portSentence({ service, port: key.replace("/", " ").toUpperCase(), share, week, change }),
    }));
}

/** What an access that figure 1 also leaves out carried in the last whole month, against the same month a year before. */
export function accessFindings({ figures }: Report): Finding[] {
  const trend = figures["fig-1"];
  if (trend?.kind !== "monthly-trend") return [];
  return trend.series.flatMap(({ service, direction, without }) => {
    if (without === null) return [];
    const shareIn = (month: string): Quantity | null =>
      accessShare(trend, service, direction, without, month);
    const month = trend.months.findLast((one) => shareIn(one) !== null);
    const share = month === undefined ? null : shareIn(month);
    if (month === undefined || share === null) return [];
    const yearBefore = trend.months.indexOf(month) - 12;
    const before = yearBefore < 0 ? null : trend.months[yearBefore];
    const change = before === null ? null : difference(share, shareIn(before));
    const since = before === null || change === null ? null : { month: before, change };
    return [
      {
        id: `access/${service}/${direction}/${without}`,
        text: accessSentence({ access: without, service, direction, month, share, since }),
      },
    ];
  });
}

/** Of a whole month; null where it was not wholly counted. The part and the rest are independent, their variances add up. */
function accessShare(
  trend: MonthlyTrendFigure,
  service: Service,
  direction: Direction,
  access: string,
  month: string,
): Quantity | null {
  if (trend.missing.includes(month) || trend.partial.includes(month)) return null;
  const at = trend.months.indexOf(month);
  const read = (without: string | null): { value: number; half: number } | null => {
    const series = trend.series.find(
      (one) => one.service === service && one.direction === direction && one.without === without,
    );
    const [value, lower, upper] = [series?.value[at], series?.lower[at], series?.upper[at]];
    return value == null || lower == null || upper == null ? null : { value, half: (upper - lower) / 2 };
  };
  const [all, rest] = [read(null), read(access)];
  if (all === null || rest === null || !(all.value > 0)) return null;
  const part = 1 - rest.value / all.value;
  const own = Math.sqrt(Math.max(0, all.half ** 2 - rest.half ** 2));
  const reach = (100 * Math.hypot((1 - part) * own, part * rest.half)) / all.value;
  const value = 100 * part;
  if (!Number.isFinite(reach) || !(value > 0)) return null;
  return { value, lower: Math.max(0, value - reach), upper: Math.min(100, value + reach), unit: "%" };
}
