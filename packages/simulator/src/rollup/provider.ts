import { downMs, lossAt, noFaults, weekFaults } from "../exporter/faults.ts";
import type { ExporterFaults } from "../exporter/faults.ts";
import { clockSkewsMs } from "../exporter/network.ts";
import { portsPerBlockOf } from "../lease/cgnat.ts";
import { addressSpaces } from "../lease/plan.ts";
import { makePorts } from "../mix/port.ts";
import type { PortTable } from "../mix/port.ts";
import { broadbandSamplingInterval, mobileSamplingRatio } from "../options.ts";
import type { WeekChoice } from "../options.ts";
import { LineKind, lineCounts, lineKindNames, makeLines } from "../population/line.ts";
import type { LineCounts, LinePopulation } from "../population/line.ts";
import { activeLines, joinedYears } from "../population/tenure.ts";
import { drawUsage } from "../population/usage.ts";
import { followedYear, makeWeek } from "../week/week.ts";
import type { SimulatedWeek } from "../week/week.ts";
import type { LineWeekInput } from "./line-week.ts";
import { weekShape } from "./shape.ts";
import { sipHash64 } from "./sip-hash.ts";
import { drawSizes } from "./sizes.ts";
import { WeekSums } from "./sums.ts";

export interface RollupOptions {
  /** Everything follows from it; 1 unless given. */
  readonly seed?: number;
  /** ISO weeks in order of time; each follows the figures of its own place between the published weeks unless told. */
  readonly weeks: readonly WeekChoice[];
  /** Asia/Tokyo unless given. */
  readonly timeZone?: string;
  /** Lines in the last week, in all or of each kind; 2,000 unless given. */
  readonly lines?: number | LineCounts;
  /** One packet in N; 8192 at the edge and 256 at the gateway unless given. */
  readonly samplingInterval?: { readonly broadband?: number; readonly mobile?: number };
  /** Share of IPoE lines in a household that has a PPPoE line too; 0.3 unless given. */
  readonly householdShare?: number;
  /** Fewer lines in earlier weeks; true unless given. */
  readonly growth?: boolean;
  /** Mobile lines share outside addresses by blocks of ports; false unless given. */
  readonly cgnat?: boolean;
  /** Clocks that are off, a restart and lost datagrams; false unless given. */
  readonly faults?: boolean;
  /** Traffic of no line over traffic of lines, in octets; 0.001 unless given. */
  readonly unattributedShare?: number;
}

/** An exporter of the rollups. */
export interface RollupExporter {
  readonly name: string;
  readonly service: "broadband" | "mobile";
  readonly role: "edge" | "core";
  readonly address: string;
  /** One packet in N. */
  readonly samplingInterval: number;
  /** What its clock is ahead, milliseconds; negative: behind. */
  readonly clockSkewMs: number;
}

/** A week of the provider and what its rows are made from. */
export interface RollupWeek {
  readonly week: SimulatedWeek;
  readonly input: LineWeekInput;
  /** By service. */
  readonly faults: readonly [ExporterFaults, ExporterFaults];
  /** Of all lines, filled as they are run. */
  readonly sums: WeekSums;
  readonly activeLines: number;
}

/**
 * A provider of any number of lines, as the sums that its routers' records would come to in the store: the same
 * population, mix, hours and sampling as `Provider`, without a packet made.
 *
 * The edge router and the mobile gateway feed usage and ports; the core router sees the edge's packets a second
 * time with a sampler of its own, and only feeds its own role's totals.
 */
export class RollupProvider {
  readonly seed: number;
  readonly timeZone: string;
  readonly lines: LinePopulation;
  readonly weeks: readonly SimulatedWeek[];
  /** Edge, gateway, core. */
  readonly exporters: readonly [RollupExporter, RollupExporter, RollupExporter];
  readonly ports: PortTable;
  readonly unattributedShare: number;
  /** Year of published figures since which each line is there. */
  readonly joined: Float64Array;
  /** Ports of an outside address that a mobile line's address has; 0 without a NAT. */
  readonly portsPerBlock: number;
  readonly #options: RollupOptions;
  readonly #lineId: Uint32Array;
  readonly #order: Uint32Array;
  readonly #sizes: Uint8Array;

  /** Throws RangeError for options that cannot be: the caller's fault. */
  constructor(options: RollupOptions) {
    this.#options = options;
    this.seed = options.seed ?? 1;
    this.timeZone = options.timeZone ?? "Asia/Tokyo";
    this.unattributedShare = options.unattributedShare ?? 0.001;
    this.weeks = makeWeeks(options.weeks, this.timeZone);
    this.lines = makeLines(checkedCounts(options.lines ?? 2000), this.seed, options.householdShare ?? 0.3);
    this.portsPerBlock = options.cgnat === true ? portsPerBlockOf(this.lines.counts.mobile) : 0;
    this.ports = makePorts(this.seed);
    this.exporters = makeExporters(options);
    const lastYear = this.weeks.at(-1)?.year ?? 0;
    this.joined =
      options.growth === false
        ? new Float64Array(this.lines.count).fill(-Infinity)
        : joinedYears(this.lines, lastYear, this.seed);
    this.#lineId = shared(Uint32Array, 2 * this.lines.count);
    const encoder = new TextEncoder();
    for (let line = 0; line < this.lines.count; line++) {
      sipHash64(encoder.encode(this.lines.names[line]), this.#lineId, 2 * line);
    }
    this.#order = shared(Uint32Array, this.lines.count);
    this.#order.set(orderOfIds(this.#lineId));
    this.#sizes = shared(Uint8Array, this.lines.count);
    this.#sizes.set(drawSizes(this.lines, this.seed));
  }

  /** Usage, hours and faults of a week; its columns may be shared between threads. */
  prepare(index: number): RollupWeek {
    const week = this.weeks[index];
    const { lines, seed } = this;
    const active = activeLines(this.joined, week.year);
    const usage = drawUsage(lines, week.year, seed, active);
    const octetsIn = shared(Float64Array, lines.count);
    const octetsOut = shared(Float64Array, lines.count);
    octetsIn.set(usage.octetsIn);
    octetsOut.set(usage.octetsOut);
    const kind = shared(Uint8Array, lines.count);
    kind.set(lines.kind);
    const totals = new Float64Array(lineKindNames.length * 2);
    for (let line = 0; line < lines.count; line++) {
      totals[kind[line] * 2] += octetsIn[line];
      totals[kind[line] * 2 + 1] += octetsOut[line];
    }
    const faults = this.#options.faults === true ? weekFaults(week) : ([noFaults, noFaults] as const);
    const samplingIntervals = [
      this.exporters[0].samplingInterval,
      this.exporters[1].samplingInterval,
    ] as const;
    return {
      week,
      faults,
      sums: new WeekSums(week.hours.length),
      activeLines: active.reduce((sum, one) => sum + one, 0),
      input: {
        week,
        seed,
        shape: weekShape(week, totals, seed),
        octetsIn,
        octetsOut,
        kind,
        sizes: this.#sizes,
        lineId: this.#lineId,
        order: this.#order,
        chance: chances(week, faults, samplingIntervals),
        samplingIntervals,
        lineDay: shared(Float64Array, lines.count * 14),
      },
    };
  }

  /** Whether a line is there in a week. */
  isActive(line: number, weekIndex: number): boolean {
    return this.joined[line] <= this.weeks[weekIndex].year;
  }
}

function makeWeeks(choices: readonly WeekChoice[], timeZone: string): SimulatedWeek[] {
  const weeks = choices.map((choice) => {
    const { week, year } = typeof choice === "string" ? { week: choice, year: undefined } : choice;
    return makeWeek(week, timeZone, year ?? followedYear(week));
  });
  for (let i = 1; i < weeks.length; i++) {
    if (weeks[i].startMs < weeks[i - 1].endMs) throw new RangeError("weeks must be in order of time");
  }
  if (weeks.length === 0) throw new RangeError("no week to simulate");
  return weeks;
}

function checkedCounts(lines: number | LineCounts): LineCounts {
  const counts = lineCounts(lines);
  for (const name of lineKindNames) {
    const { capacity } = addressSpaces[LineKind[name]];
    if (counts[name] > capacity) {
      throw new RangeError(`${counts[name]} ${name} lines are more than the ${capacity} addresses there are`);
    }
  }
  return counts;
}

function makeExporters(options: RollupOptions): readonly [RollupExporter, RollupExporter, RollupExporter] {
  const broadband = options.samplingInterval?.broadband ?? broadbandSamplingInterval;
  const mobile = options.samplingInterval?.mobile ?? Math.max(1, Math.round(broadband / mobileSamplingRatio));
  for (const [name, value] of Object.entries({ broadband, mobile })) {
    if (!(Number.isInteger(value) && value >= 1 && value < 2 ** 32)) {
      throw new RangeError(
        `the sampling interval of ${name} must be a whole number from 1 to 2^32: ${value}`,
      );
    }
  }
  const skewOf = (name: string): number => (options.faults === true ? (clockSkewsMs[name] ?? 0) : 0);
  return [
    {
      name: "broadband-edge",
      service: "broadband",
      role: "edge",
      address: "127.0.0.11",
      samplingInterval: broadband,
      clockSkewMs: skewOf("broadband-edge"),
    },
    {
      name: "mobile-gateway",
      service: "mobile",
      role: "edge",
      address: "127.0.0.12",
      samplingInterval: mobile,
      clockSkewMs: skewOf("mobile-gateway"),
    },
    {
      name: "broadband-core",
      service: "broadband",
      role: "core",
      address: "127.0.0.13",
      samplingInterval: broadband,
      clockSkewMs: skewOf("broadband-core"),
    },
  ];
}

/** Chance of a packet of each service and hour to be sampled and its record to arrive. */
function chances(
  week: SimulatedWeek,
  faults: readonly [ExporterFaults, ExporterFaults],
  samplingIntervals: readonly [number, number],
): Float64Array {
  const chance = new Float64Array(2 * week.hours.length);
  for (let service = 0; service < 2; service++) {
    for (const [hour, { startMs, endMs }] of week.hours.entries()) {
      const up = 1 - downMs(faults[service], startMs, endMs) / (endMs - startMs);
      const kept = up * (1 - lossAt(faults[service], startMs));
      chance[service * week.hours.length + hour] = kept / samplingIntervals[service];
    }
  }
  return chance;
}

/** Indexes of the ids, ascending. */
function orderOfIds(lineId: Uint32Array): Uint32Array {
  const order = Uint32Array.from({ length: lineId.length / 2 }, (_, line) => line);
  return order.sort((a, b) => lineId[2 * a + 1] - lineId[2 * b + 1] || lineId[2 * a] - lineId[2 * b]);
}

/** A typed array in memory that threads share. */
function shared<T>(
  make: new (buffer: SharedArrayBuffer) => T,
  length: number,
): T & { set: (from: ArrayLike<number>) => void } {
  const bytes = (make as unknown as { BYTES_PER_ELEMENT: number }).BYTES_PER_ELEMENT;
  return new make(new SharedArrayBuffer(length * bytes)) as T & { set: (from: ArrayLike<number>) => void };
}
