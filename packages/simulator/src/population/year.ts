import type { UsageTarget } from "./fit.ts";
import { fittedMixtures } from "./fitted.ts";
import { moved } from "./mixture.ts";
import type { Mixture } from "./mixture.ts";
import { broadbandUsage, concentration, concentrationYear, mobileUsage } from "./reference.ts";
import type { UsageRow } from "./reference.ts";

export type UsageService = "broadband" | "mobile";
export type UsageDirection = "in" | "out";

const megabyte = 1e6;

function rowTarget(row: UsageRow, direction: UsageDirection): UsageTarget {
  const at = direction === "in" ? 1 : 4;
  return { mean: row[at] * megabyte, median: row[at + 1] * megabyte, mode: row[at + 2] * megabyte };
}

/**
 * Daily usage of a line in a year, octets.
 *
 * Years of the tables as published, with the concentration where it was (2023). Years between, later
 * and earlier ones keep the nearest year's shape and grow by the means of the two published years about or nearest.
 */
export function usageTarget(
  service: UsageService,
  direction: UsageDirection,
  year: number,
): { readonly target: UsageTarget; readonly shapeYear: number; readonly scale: number } {
  const rows = service === "broadband" ? broadbandUsage : mobileUsage;
  const firstYear = rows[0][0];
  const lastYear = rows[rows.length - 1][0];
  const shapeYear = Math.min(Math.max(Math.round(year), firstYear), lastYear);
  const index = shapeYear - firstYear;
  const plain = rowTarget(rows[index], direction);
  const target = shapeYear === concentrationYear ? { ...plain, ...concentration[service][direction] } : plain;
  let scale = 1;
  if (year !== shapeYear) {
    const before = Math.min(Math.max(Math.floor(year), firstYear), lastYear - 1) - firstYear;
    const from = rowTarget(rows[before], direction);
    const to = rowTarget(rows[before + 1], direction);
    scale = (to.mean / from.mean) ** (year - shapeYear);
  }
  return { target, shapeYear, scale };
}

/** The mixture of a service, direction and year. */
export function usageMixture(service: UsageService, direction: UsageDirection, year: number): Mixture {
  const { shapeYear, scale } = usageTarget(service, direction, year);
  const parts = fittedMixtures[`${service} ${direction} ${shapeYear}`];
  const mixture = parts.map(([weight, mu, sigma]) => ({ weight, mu, sigma }));
  return scale === 1 ? mixture : moved(mixture, Math.log(scale));
}

/**
 * Daily usage of a business line, octets: not published; a plain log-normal that grows as broadband does.
 */
export function businessMixture(direction: UsageDirection, year: number): Mixture {
  const now = usageTarget("broadband", direction, year);
  const base = usageTarget("broadband", direction, concentrationYear);
  const growth = (now.target.mean * now.scale) / base.target.mean;
  const median = (direction === "in" ? 400e6 : 1500e6) * growth;
  return [{ weight: 1, mu: Math.log(median), sigma: 1.3 }];
}
