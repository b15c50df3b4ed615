/** A published number beside ours, and how far apart they are. */
import type { Direction, Quantity, Report } from "@ishizue/analysis";
import { formatNumber } from "@ishizue/report";
import {
  type Fact,
  growth,
  measures,
  type Measure,
  type PortFact,
  ports,
  portYears,
  shares,
  shareYear,
  usage,
  weekOf,
} from "./facts.ts";
import type { Reports } from "./kept.ts";
import { growthKey, type Truth } from "./truth.ts";

export interface Comparison {
  /** What the number is of, as "IN median 2007". */
  readonly of: string;
  readonly published: Fact;
  /** Corrected for sampling where there is a correction; null where the report has no such number. */
  readonly ours: Quantity | null;
  /** As sampled, where `ours` is corrected. */
  readonly plain: Quantity | null;
  /** What the simulated lines truly did, where that is told apart from what was aimed at. */
  readonly truth?: number;
}

type Service = "broadband" | "mobile";
const usageTables = { broadband: "table-1", mobile: "table-2" } as const;
const portTables = { broadband: "table-3", mobile: "table-4" } as const;

function cell(report: Report, table: string, row: string, column: string): Quantity | null {
  const found = report.tables[table]?.rows.find(({ key }) => key === row)?.cells[column];
  return typeof found === "object" ? found : null;
}

/** Every number of a measure of table 1 or 2, by year, in one direction. */
export function compareUsage(
  { years }: Reports,
  service: Service,
  direction: Direction,
  measure: Measure,
): Comparison[] {
  const table = usageTables[service];
  return usage[service].map((fact) => {
    const week = weekOf(fact.year);
    const plain = cell(years, table, week, `${direction}_${measure}`);
    const corrected =
      measure === "mean"
        ? null
        : cell(years, `${table}-corrected`, `${week}/${direction}`, `${measure}_corrected`);
    return {
      of: `${direction.toUpperCase()} ${measure} ${fact.year}`,
      published: fact.usage[direction][measure],
      ours: corrected ?? plain,
      plain: corrected === null ? null : plain,
    };
  });
}

/** Every number of table 1 or 2. */
export function compareAllUsage(reports: Reports, service: Service): Comparison[] {
  return measures.flatMap((measure) =>
    (["in", "out"] as const).flatMap((direction) => compareUsage(reports, service, direction, measure)),
  );
}

/** The key of our row for a published one. */
function portKey({ protocol, port }: PortFact): string {
  const name = protocol.toLowerCase();
  return port === "all" ? name : `${name}/${port}`;
}

/** One published row of table 3 or 4, by year. */
export function comparePort({ years }: Reports, service: Service, row: PortFact): Comparison[] {
  return row.shares.map((published, i) => ({
    of: `${row.protocol} ${row.port} ${portYears[i]}`,
    published,
    ours: cell(years, portTables[service], portKey(row), weekOf(portYears[i])),
    plain: null,
  }));
}

export function comparePorts(reports: Reports, service: Service): Comparison[] {
  return ports[service].flatMap((row) => comparePort(reports, service, row));
}

/** Shares of the heaviest in the one year that has them. */
export function compareShares({ years }: Reports): Comparison[] {
  return shares.map(({ service, direction, group, share }) => {
    const week = weekOf(shareYear);
    const plain = cell(years, "share", `${service}/${week}`, `${direction}_${group}`);
    const corrected = cell(
      years,
      `${usageTables[service]}-corrected`,
      `${week}/${direction}`,
      `${group}_corrected`,
    );
    return {
      of: `${service} ${direction.toUpperCase()}, heaviest ${group === "top10" ? 10 : 1} %`,
      published: share,
      ours: corrected ?? plain,
      plain: corrected === null ? null : plain,
    };
  });
}

export function compareGrowth({ months }: Reports, truth: Truth): Comparison[] {
  return growth.map((fact) => {
    const { service, direction, from, to } = fact;
    return {
      of: `${service} ${direction.toUpperCase()}, ${from} to ${to}`,
      published: fact.growth,
      ours: cell(months, "growth", `${service}/${direction}`, `${from}..${to}`),
      plain: null,
      truth: truth.growth[growthKey(fact)],
    };
  });
}

/** Whether what the published number was rounded from may lie in our 95 % interval. */
export function isInside({ published, ours }: Comparison): boolean {
  if (ours === null) return false;
  const half = 0.5 * 10 ** -published.decimals * (1 + 1e-9);
  return published.value + half >= ours.lower && published.value - half <= ours.upper;
}

/** Ours less the published, in parts of it (%), or in points of a share. */
export function differenceOf({ published, ours }: Comparison, kind: "relative" | "points"): number {
  if (ours === null) return Number.NaN;
  const difference = ours.value - published.value;
  return kind === "points" ? difference : (100 * difference) / published.value;
}

/** "+0.4", "−1.2", and in hundredths what is less than a tenth: "−0.05". */
export function signed(value: number): string {
  const decimals = Math.abs(value) < 0.095 ? 2 : 1;
  const text = formatNumber(value, decimals);
  return value > 0 && Number(value.toFixed(decimals)) !== 0 ? `+${text}` : text;
}

/** One sentence on all the numbers of a table. */
export function summary(all: readonly Comparison[], kind: "relative" | "points"): string {
  const inside = all.filter(isInside).length;
  const size = (one: Comparison): number => Math.abs(differenceOf(one, kind));
  const [first] = all.filter(({ ours }) => ours !== null).toSorted((a, b) => size(b) - size(a));
  const unit = kind === "points" ? "points" : "%";
  const furthest =
    first === undefined
      ? ""
      : `; furthest apart: ${first.of}, ${formatNumber(first.published.value, first.published.decimals)} against ${formatNumber(first.ours!.value, digitsOf(first.ours!))} (${signed(differenceOf(first, kind))} ${unit})`;
  const typical = all
    .map(size)
    .filter(Number.isFinite)
    .toSorted((a, b) => a - b);
  return `${inside} of ${all.length} published numbers lie in our 95 % interval, give or take their rounding. Median difference ${formatNumber(typical[Math.floor(typical.length / 2)] ?? Number.NaN, 2)} ${unit}${furthest}.`;
}

/** Decimals that leave about three digits, or show what the interval moves; two at most. */
export function digitsOf({ value, lower, upper }: Quantity): number {
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  const half = (upper - lower) / 2;
  return half > 0 ? Math.min(2, Math.max(digits, Math.ceil(-Math.log10(half)))) : digits;
}
