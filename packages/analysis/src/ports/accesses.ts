import { rounded } from "../quantity/quantity.ts";
import { Protocol } from "./names.ts";
import type { BandTotal } from "./port-totals.ts";

/** An access whose TCP and UDP octets have no port in at least this part has exporters that give none. */
const portlessPart = 0.5;

/** Which access types a service's port tables are over. */
export interface PortAccesses {
  readonly kept: readonly string[];
  /** One a sentence: which access was left out of the port tables, and why. */
  readonly notes: readonly string[];
}

/**
 * Leaves out the access types that the operator names and those whose exporters
 * give no ports: half or more of their TCP and UDP octets have port 0 in any of
 * the weeks. What is left out is left out of every week, so that weeks compare.
 */
export function choosePortAccesses(
  weeks: readonly { readonly week: string; readonly totals: readonly BandTotal[] }[],
  leftOutByName: readonly string[],
): PortAccesses {
  const accesses = [...new Set(weeks.flatMap(({ totals }) => totals.map(({ access }) => access)))].sort();
  const kept: string[] = [];
  const notes: string[] = [];
  for (const access of accesses) {
    const portless = weeks.filter(({ totals }) => {
      const withPorts = sumOf(totals, (t) => t.access === access && carriesPorts(t));
      return (
        withPorts > 0 &&
        sumOf(totals, (t) => t.access === access && carriesPorts(t) && t.band === "none") >=
          portlessPart * withPorts
      );
    });
    const byName = leftOutByName.includes(access);
    if (!byName && portless.length === 0) {
      kept.push(access);
      continue;
    }
    const parts = weeks.flatMap(({ week, totals }) => {
      const all = sumOf(totals, () => true);
      const percent = all > 0 ? (100 * sumOf(totals, (t) => t.access === access)) / all : 0;
      return all > 0 ? [`${rounded(Number(percent.toPrecision(3)))} % of octets in ${week}`] : [];
    });
    notes.push(
      `Left out, ${byName ? "by the operator's choice" : "as its exporters give no ports"}: ${access} (${parts.join(", ")}).`,
    );
  }
  return { kept, notes };
}

function carriesPorts(total: BandTotal): boolean {
  return total.protocol === Protocol.tcp || total.protocol === Protocol.udp;
}

function sumOf(totals: readonly BandTotal[], include: (total: BandTotal) => boolean): number {
  let octets = 0;
  for (const total of totals) if (include(total)) octets += total.octets;
  return octets;
}
