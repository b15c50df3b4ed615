import { share } from "../quantity/quantity.ts";
import type { Queryable } from "../queryable.ts";
import type { Quantity, Service, Table, TableRow } from "../result.ts";
import type { Week } from "../week/iso-week.ts";
import { accessesApart, apartNote, serviceNames } from "../words.ts";
import type { PortAccesses } from "./accesses.ts";
import { portlessProtocols, portLabel, Protocol } from "./names.ts";
import { readPortsOf, readPortsOver } from "./port-totals.ts";
import type { AccessPortTotal, BandTotal, Estimate } from "./port-totals.ts";

export interface PortTableOptions {
  /** A port is shown with this part of the octets (%) or more in any week. */
  readonly threshold: number;
  /** Ports shown at most; the heaviest stay. */
  readonly maximumPorts: number;
  /** The week by which ports are put in order. */
  readonly mainWeek: string;
}

/** A week's bands over the accesses kept, and its octets of the ports shown. */
interface PortWeek {
  readonly name: string;
  readonly bands: readonly BandTotal[];
  readonly ports: readonly AccessPortTotal[];
}

/** A port with its largest part of a week's octets. */
interface ShownPort {
  readonly protocol: number;
  readonly port: number;
  readonly part: number;
}

/**
 * table-3 (broadband), table-4 (mobile): share of octets by protocol and port,
 * one column a week in the order given, rows as published. Broadband's TCP is
 * cut at port 1024. After it come, where ports are known of PPPoE and of IPoE,
 * the same rows of each by itself: table-3-pppoe, table-3-ipoe. None when no
 * week has octets.
 */
export async function portTables(
  store: Queryable,
  id: string,
  service: Service,
  weeks: readonly { readonly week: Week; readonly totals: readonly BandTotal[] }[],
  accesses: PortAccesses,
  options: PortTableOptions,
): Promise<Table[]> {
  const kept = weeks.map(({ week, totals }) => ({
    week,
    bands: totals.filter(({ access }) => accesses.kept.includes(access)),
  }));
  if (kept.every(({ bands }) => sum(bands).octets === 0)) return [];

  const heaviest = await heaviestPorts(store, service, kept, accesses, options.threshold);
  const shown = heaviest.slice(0, options.maximumPorts);
  const columns: PortWeek[] = [];
  for (const { week, bands } of kept) {
    const ports = await readPortsOf(store, week, service, accesses.kept, shown);
    columns.push({ name: week.name, bands, ports });
  }
  const order = columns.find(({ name }) => name === options.mainWeek)?.ports ?? [];
  const notes = [
    "Share of all octets, IN and OUT together, of consumer and business lines. Port: the smaller of source and destination port.",
    `Shown are ports with ${options.threshold} % or more in any of the weeks.`,
    ...(heaviest.length > shown.length
      ? [`${heaviest.length - shown.length} more such ports are not shown.`]
      : []),
    ...accesses.notes,
  ];
  const ordered = inOrder(shown, order);
  const tableOf = (
    id: string,
    title: string,
    notes: readonly string[],
    weeks: readonly PortWeek[],
  ): Table => ({
    id,
    title,
    notes,
    columns: weeks.map(({ name }) => ({ key: name, label: name, unit: "%" as const })),
    rows: rowsOf(weeks, ordered, service === "broadband"),
  });
  const title = `Ports of ${serviceNames[service]} traffic`;
  return [
    tableOf(id, title, notes, columns),
    ...apartOf(columns).map(({ access, weeks }) =>
      tableOf(
        `${id}-${access.toLowerCase()}`,
        `${title}, ${access}`,
        [notes[0], `Of ${access} lines alone; the ports shown are those of all lines. ${apartNote}`],
        weeks,
      ),
    ),
  ];
}

/** Ports that have `threshold` % of a week's octets or more, in any of the weeks; by their largest part, largest first. */
async function heaviestPorts(
  store: Queryable,
  service: Service,
  weeks: readonly { readonly week: Week; readonly bands: readonly BandTotal[] }[],
  accesses: PortAccesses,
  threshold: number,
): Promise<ShownPort[]> {
  const heaviest = new Map<number, ShownPort>();
  for (const { week, bands } of weeks) {
    const all = sum(bands).octets;
    if (all === 0) continue;
    const over = (threshold / 100) * all;
    for (const { protocol, port, octets } of await readPortsOver(store, week, service, accesses.kept, over)) {
      const key = protocol * 65536 + port;
      heaviest.set(key, { protocol, port, part: Math.max(octets / all, heaviest.get(key)?.part ?? 0) });
    }
  }
  return [...heaviest.values()].sort((a, b) => b.part - a.part || a.protocol - b.protocol || a.port - b.port);
}

/** The weeks of each access by itself, where both of those that are told apart have octets. */
function apartOf(columns: readonly PortWeek[]): { readonly access: string; readonly weeks: PortWeek[] }[] {
  const parts = accessesApart
    .map((access) => ({
      access,
      weeks: columns.map(({ name, bands, ports }) => ({
        name,
        bands: bands.filter((band) => (band.access === "IPoE") === (access === "IPoE")),
        ports: ports.filter((port) => (port.access === "IPoE") === (access === "IPoE")),
      })),
    }))
    .filter(({ weeks }) => weeks.some(({ bands }) => sum(bands).octets > 0));
  return parts.length > 1 ? parts : [];
}

/** Heaviest in the main week first. */
function inOrder(shown: readonly ShownPort[], mainWeek: readonly AccessPortTotal[]): ShownPort[] {
  const octets = new Map<number, number>();
  for (const total of mainWeek) {
    const key = total.protocol * 65536 + total.port;
    octets.set(key, (octets.get(key) ?? 0) + total.octets);
  }
  const weight = (port: ShownPort): number => octets.get(port.protocol * 65536 + port.port) ?? 0;
  return [...shown].sort((a, b) => weight(b) - weight(a) || b.part - a.part || a.port - b.port);
}

function rowsOf(
  weeks: readonly PortWeek[],
  ports: readonly { readonly protocol: number; readonly port: number }[],
  cutAt1024: boolean,
): TableRow[] {
  const rows: TableRow[] = [];
  const add = (key: string, label: string, indent: number, part: (week: PortWeek) => Estimate): void => {
    const cells: Record<string, Quantity | null> = {};
    for (const week of weeks) cells[week.name] = shareOf(part(week), sum(week.bands));
    rows.push({ key, label, indent, cells });
  };
  const addBand = (key: string, label: string, indent: number, include: (band: BandTotal) => boolean): void =>
    add(key, label, indent, (week) => sum(week.bands.filter(include)));
  const addPorts = (
    name: string,
    protocol: number,
    indent: number,
    include: (port: number) => boolean,
  ): void => {
    for (const shown of ports) {
      if (shown.protocol !== protocol || !include(shown.port)) continue;
      add(`${name}/${shown.port}`, portLabel(protocol, shown.port), indent, (week) =>
        sum(week.ports.filter((total) => total.protocol === protocol && total.port === shown.port)),
      );
    }
  };
  const addPortless = (name: string, protocol: number): void => {
    const none = (band: BandTotal): boolean => band.protocol === protocol && band.band === "none";
    if (weeks.some((week) => week.bands.some((band) => none(band) && band.octets > 0))) {
      addBand(`${name}/none`, "no port", 1, none);
    }
  };

  addBand("tcp", "TCP", 0, (band) => band.protocol === Protocol.tcp);
  if (cutAt1024) {
    addBand("tcp/<1024", "< 1024", 1, (band) => band.protocol === Protocol.tcp && band.band === "low");
    addPorts("tcp", Protocol.tcp, 2, (port) => port < 1024);
    addBand("tcp/>=1024", "≥ 1024", 1, (band) => band.protocol === Protocol.tcp && band.band === "high");
    addPorts("tcp", Protocol.tcp, 2, (port) => port >= 1024);
  } else {
    addPorts("tcp", Protocol.tcp, 1, () => true);
  }
  addPortless("tcp", Protocol.tcp);
  addBand("udp", "UDP", 0, (band) => band.protocol === Protocol.udp);
  addPorts("udp", Protocol.udp, 1, () => true);
  addPortless("udp", Protocol.udp);
  const named = new Set<number>([Protocol.tcp, Protocol.udp]);
  for (const { key, label, numbers } of portlessProtocols) {
    addBand(key, label, 0, (band) => numbers.includes(band.protocol));
    for (const number of numbers) named.add(number);
  }
  addBand("other", "Other", 0, (band) => !named.has(band.protocol));
  return rows;
}

function shareOf(part: Estimate, all: Estimate): Quantity | null {
  return share(part.octets, part.variance, all.octets - part.octets, all.variance - part.variance);
}

function sum(estimates: readonly Estimate[]): Estimate {
  let octets = 0;
  let variance = 0;
  for (const estimate of estimates) {
    octets += estimate.octets;
    variance += estimate.variance;
  }
  return { octets, variance };
}
