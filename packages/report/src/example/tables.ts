/** The tables of the example. */
import type { Quantity, Service, Table, TableRow, Unit } from "@ishizue/analysis";
import { BEFORE, estimate, exact, POPULATION, RANKED, REPLICATES, WEEK } from "./value.ts";

export function usageTable(
  id: string,
  service: Service,
  lines: number,
  levels: readonly number[],
  growth: number,
): Table {
  const names = ["in_mean", "in_median", "in_mode", "out_mean", "out_median", "out_mode"];
  const row = (week: string, factor: number): TableRow => {
    const cells: Record<string, Quantity> = { lines: exact(lines, "count") };
    names.forEach((key, i) => {
      const value = levels[i] / factor;
      cells[key] = key.endsWith("mode")
        ? { value, lower: value / 10 ** 0.05, upper: value * 10 ** 0.05, unit: "MB/day" }
        : estimate(value, value * 0.004, "MB/day");
    });
    cells["in_zero"] = exact(Math.round(lines * 0.021), "count");
    cells["out_zero"] = exact(Math.round(lines * 0.013), "count");
    return { key: week, label: week, indent: 0, cells };
  };
  const column = (key: string, label: string, unit: Unit) => ({ key, label, unit });
  return {
    id,
    title: `Daily usage of a ${service} line`,
    notes: [
      ...POPULATION(service),
      "1 MB is 10^6 octets. Mean and median are over all lines, those without octets in the direction among them.",
      "Mode: the bin of 0.05 in log10(octets/day) in the middle of the density's hump; the highest bin is beside it. Its interval names the bins that sampling noise moves it to.",
      REPLICATES,
    ],
    columns: [
      column("lines", "Lines", "count"),
      column("in_mean", "IN mean", "MB/day"),
      column("in_median", "IN median", "MB/day"),
      column("in_mode", "IN mode", "MB/day"),
      column("in_zero", "Lines without IN", "count"),
      column("out_mean", "OUT mean", "MB/day"),
      column("out_median", "OUT median", "MB/day"),
      column("out_mode", "OUT mode", "MB/day"),
      column("out_zero", "Lines without OUT", "count"),
    ],
    rows: [row(BEFORE, growth), row(WEEK, 1)],
  };
}

export function shareTable(): Table {
  const columns = [
    { key: "in_top10", label: "IN heaviest 10 %", unit: "%" },
    { key: "in_top1", label: "IN heaviest 1 %", unit: "%" },
    { key: "in_gini", label: "IN Gini coefficient", unit: "1" },
    { key: "out_top10", label: "OUT heaviest 10 %", unit: "%" },
    { key: "out_top1", label: "OUT heaviest 1 %", unit: "%" },
    { key: "out_gini", label: "OUT Gini coefficient", unit: "1" },
  ] as const;
  const row = (service: string, week: string, values: readonly number[]): TableRow => ({
    key: `${service.toLowerCase()}/${week}`,
    label: `${service} ${week}`,
    indent: 0,
    cells: Object.fromEntries(
      columns.map(({ key, unit }, i) => [key, estimate(values[i], values[i] * 0.005, unit)]),
    ),
  });
  return {
    id: "share",
    title: "Octets of the heaviest lines, % of all, and Gini coefficient",
    notes: [RANKED],
    columns,
    rows: [
      row("Broadband", BEFORE, [76.4, 49.6, 0.838, 48.6, 15.7, 0.641]),
      row("Broadband", WEEK, [76, 49, 0.835, 49, 16, 0.646]),
      row("Mobile", BEFORE, [46.8, 14.7, 0.617, 48.7, 14.8, 0.65]),
      row("Mobile", WEEK, [47, 15, 0.619, 49, 15, 0.654]),
    ],
  };
}

export type PortRow = readonly [key: string, label: string, indent: number, before: number, now: number];

export const BROADBAND_PORTS: readonly PortRow[] = [
  ["tcp", "TCP", 0, 71.6, 70.5],
  ["tcp/<1024", "< 1024", 1, 65.4, 64.8],
  ["tcp/443", "443 (https)", 2, 55.7, 56.9],
  ["tcp/80", "80 (http)", 2, 8.9, 7.2],
  ["tcp/993", "993 (imaps)", 2, 0.1, 0.1],
  ["tcp/>=1024", "≥ 1024", 1, 6.2, 5.7],
  ["tcp/31000", "31000", 2, 0.9, 1.1],
  ["udp", "UDP", 0, 24.3, 25.4],
  ["udp/443", "443 (https)", 1, 16.3, 18.2],
  ["udp/4500", "4500 (ipsec-nat-t)", 1, 0.8, 1],
  ["esp", "ESP", 0, 3.8, 3.8],
  ["gre", "GRE", 0, 0.2, 0.1],
  ["ip-encap", "IP-ENCAP", 0, 0.1, 0.1],
  ["icmp", "ICMP", 0, 0.02, 0.03],
  ["other", "Other", 0, 0, 0],
];

export const MOBILE_PORTS: readonly PortRow[] = [
  ["tcp", "TCP", 0, 71.6, 71],
  ["tcp/443", "443 (https)", 1, 42.3, 42.1],
  ["tcp/80", "80 (http)", 1, 4.1, 3.5],
  ["udp", "UDP", 0, 24.4, 26.5],
  ["udp/443", "443 (https)", 1, 17.9, 20.9],
  ["udp/51820", "51820 (wireguard)", 1, 0.1, 0.2],
  ["esp", "ESP", 0, 3.9, 2.4],
  ["icmp", "ICMP", 0, 0.04, 0.1],
  ["other", "Other", 0, 0, 0],
];

export function portTable(id: string, service: Service, ports: readonly PortRow[]): Table {
  return {
    id,
    title: `Ports of ${service} traffic`,
    notes: [
      "Share of all octets, IN and OUT together, of consumer and business lines. Port: the smaller of source and destination port.",
      "Shown are ports with 0.1 % or more in any of the weeks.",
      ...(service === "broadband"
        ? [
            `Left out, as its exporters give no ports: IPoE (43.9 % of octets in ${BEFORE}, 58 % of octets in ${WEEK}).`,
          ]
        : []),
    ],
    columns: [
      { key: BEFORE, label: BEFORE, unit: "%" },
      { key: WEEK, label: WEEK, unit: "%" },
    ],
    rows: ports.map(([key, label, indent, before, now]) => ({
      key,
      label,
      indent,
      cells: { [BEFORE]: estimate(before, before * 0.01, "%"), [WEEK]: estimate(now, now * 0.01, "%") },
    })),
  };
}
