/** What the simulated lines truly did, where chance takes it away from the published number that was aimed at. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Service } from "@ishizue/analysis";
import { growth, type GrowthFact } from "./facts.ts";
import { folder } from "./kept.ts";

/** docs/published/truth.json */
export interface Truth {
  /** By `growthKey`, %. */
  readonly growth: Readonly<Record<string, number>>;
}

export function growthKey({ service, direction, from, to }: GrowthFact): string {
  return `${service}/${direction}/${from}..${to}`;
}

/** Growth of octets from June to June, from the `hours.csv` of `ishizue simulate --truth`. */
export function truthOf(hoursCsv: string, timeZone: string): Truth {
  const octets = octetsByMonth(hoursCsv, timeZone);
  const of = ({ service, direction }: GrowthFact, month: string): number =>
    octets.get(`${service}/${direction}/${month}`) ?? Number.NaN;
  return {
    growth: Object.fromEntries(
      growth.map((fact) => {
        const percent = 100 * (of(fact, fact.to) / of(fact, fact.from) - 1);
        return [growthKey(fact), Number(percent.toPrecision(4))];
      }),
    ),
  };
}

/** By service, direction and month. Columns: week, access, class, direction, hour_start, octets. */
function octetsByMonth(hoursCsv: string, timeZone: string): Map<string, number> {
  const sums = new Map<string, number>();
  const months = new Map<string, string>();
  for (const line of hoursCsv.split("\n").slice(1)) {
    if (line === "") continue;
    const [, access, , direction, hour, octets] = line.split(",");
    let month = months.get(hour);
    if (month === undefined) {
      month = Temporal.Instant.from(hour)
        .toZonedDateTimeISO(timeZone)
        .toPlainDate()
        .toPlainYearMonth()
        .toString();
      months.set(hour, month);
    }
    const service: Service = access === "mobile" ? "mobile" : "broadband";
    const key = `${service}/${direction}/${month}`;
    sums.set(key, (sums.get(key) ?? 0) + Number(octets));
  }
  return sums;
}

export async function readTruth(): Promise<Truth> {
  return JSON.parse(await readFile(join(folder, "truth.json"), "utf8")) as Truth;
}
