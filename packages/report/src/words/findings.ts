import type { Direction, Quantity, Report, Service, Table } from "@ishizue/analysis";
import { isQuantity } from "../table/csv.ts";
import { type Change, difference, growth, sign } from "./change.ts";
import type { InLanguages } from "./language.ts";
import { concentrationSentence, growthSentence, portSentence, usageSentence } from "./sentences.ts";

/** A sentence of the report, by what it is about: `growth/broadband/out`. */
export interface Finding {
  readonly id: string;
  readonly text: InLanguages;
}

/** Ports that are spoken of, of each service, at the most. */
const mostPorts = 3;
const services: readonly Service[] = ["broadband", "mobile"];
const directions: readonly Direction[] = ["out", "in"];

/** What the report says in words, in the order of its chapters. Weeks of which too little was seen are not compared. */
export function findingsOf(report: Report): Finding[] {
  const before = comparedWeek(report);
  return [
    ...growthFindings(report),
    ...services.flatMap((service) => usageFindings(report, service, before)),
    ...services.flatMap((service) => concentrationFindings(report, service, before)),
    ...services.flatMap((service) => portFindings(report, service, before)),
  ];
}

/** The last week that the report's own can be compared with; undefined where either was seen in part only. */
function comparedWeek(report: Report): string | undefined {
  const short = new Set((report.weeks ?? []).filter((week) => week.short).map(({ week }) => week));
  const before = report.compare.at(-1);
  return before === undefined || short.has(before) || short.has(report.week) ? undefined : before;
}

function cell(table: Table | undefined, row: string, column: string): Quantity | null {
  const found = table?.rows.find(({ key }) => key === row)?.cells[column];
  return isQuantity(found) && Number.isFinite(found.value) ? found : null;
}

function growthFindings({ tables }: Report): Finding[] {
  const { growth: table } = tables;
  const [latest, earlier] = table?.columns ?? [];
  if (table === undefined || latest === undefined) return [];
  return table.rows.flatMap(({ key }) => {
    const now = cell(table, key, latest.key);
    if (now === null) return [];
    const [service, direction, without] = key.split("/");
    const [from, to] = latest.key.split("..");
    const before = earlier === undefined ? null : cell(table, key, earlier.key);
    const facts = {
      service: service as Service,
      direction: direction as Direction,
      without: without?.replace(/^without-/, ""),
      from,
      to,
      growth: now,
      before,
    };
    return [{ id: `growth/${key}`, text: growthSentence(facts) }];
  });
}

function usageFindings(report: Report, service: Service, before: string | undefined): Finding[] {
  const id = service === "broadband" ? "table-1" : "table-2";
  const table = report.tables[id];
  const corrected = report.tables[`${id}-corrected`];
  return directions.flatMap((direction) => {
    const mean = cell(table, report.week, `${direction}_mean`);
    if (mean === null) return [];
    const correctedMedian = cell(corrected, `${report.week}/${direction}`, "median_corrected");
    const change = before === undefined ? null : growth(mean, cell(table, before, `${direction}_mean`));
    const facts = {
      service,
      direction,
      mean,
      median: correctedMedian ?? cell(table, report.week, `${direction}_median`),
      corrected: correctedMedian !== null,
      since: before === undefined || change === null ? null : { week: before, growth: change },
    };
    return [{ id: `usage/${service}/${direction}`, text: usageSentence(facts) }];
  });
}

function concentrationFindings(report: Report, service: Service, before: string | undefined): Finding[] {
  const { share: table } = report.tables;
  return directions.flatMap((direction) => {
    const at = (week: string, top: string): Quantity | null =>
      cell(table, `${service}/${week}`, `${direction}_${top}`);
    const [top1, top10] = [at(report.week, "top1"), at(report.week, "top10")];
    if (top1 === null || top10 === null) return [];
    const change = before === undefined ? null : difference(top1, at(before, "top1"));
    const since = before === undefined || change === null ? null : { week: before, change };
    return [
      {
        id: `concentration/${service}/${direction}`,
        text: concentrationSentence({ service, direction, top1, top10, since }),
      },
    ];
  });
}

/** The ports whose share moved most, of those of which the intervals say that it did. */
function portFindings(report: Report, service: Service, before: string | undefined): Finding[] {
  const table = report.tables[service === "broadband" ? "table-3" : "table-4"];
  if (table === undefined || before === undefined) return [];
  const moved = table.rows.flatMap(({ key }): { key: string; share: Quantity; change: Change }[] => {
    const share = cell(table, key, report.week);
    const change = difference(share, cell(table, key, before));
    // A port of its own; bands and sums move with their parts.
    return /^(tcp|udp)\/\d+$/.test(key) && share !== null && change !== null && sign(change) !== 0
      ? [{ key, share, change }]
      : [];
  });
  return moved
    .toSorted((a, b) => Math.abs(b.change.value) - Math.abs(a.change.value))
    .slice(0, mostPorts)
    .map(({ key, share, change }) => {
      const port = key.replace("/", " ").toUpperCase();
      return {
        id: `ports/${service}/${key}`,
        text: portSentence({ service, port, share, week: before, change }),
      };
    });
}
