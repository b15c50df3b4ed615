import { EventMerge, noCounts } from "./event.ts";
import type { RunCounts, SimulatedExporter, SimulatorEvent } from "./event.ts";
import type { ExportedDatagram, ExportQueue } from "./exporter/exporter.ts";
import { weekFaults } from "./exporter/faults.ts";
import { LostDatagrams } from "./exporter/lost.ts";
import { NatEventExporter } from "./exporter/nat-events.ts";
import { edgeIndex, exportQueue, gatewayIndex, makeExporters } from "./exporter/network.ts";
import { cgnatCapacity, cgnatPlan } from "./lease/cgnat.ts";
import { customerPrefixes } from "./lease/plan.ts";
import { makeAccounting } from "./lease/accounting.ts";
import { makeSessions } from "./lease/session.ts";
import type { SessionHabits, WeekSessions } from "./lease/session.ts";
import { applicationCount } from "./mix/application.ts";
import { makePorts } from "./mix/port.ts";
import type { PortTable } from "./mix/port.ts";
import { splitUsage } from "./mix/split.ts";
import { addStrays } from "./mix/stray.ts";
import { chooseSamplingIntervals } from "./options.ts";
import type { SimulatorOptions } from "./options.ts";
import { lineCounts, makeLines } from "./population/line.ts";
import type { LinePopulation } from "./population/line.ts";
import { activeLines, joinedYears } from "./population/tenure.ts";
import { drawUsage } from "./population/usage.ts";
import type { LineUsage } from "./population/usage.ts";
import { writePcap } from "./send/pcap.ts";
import type { PcapOptions, PcapResult } from "./send/pcap.ts";
import { sendEvents } from "./send/send.ts";
import type { SendOptions, SendResult } from "./send/send.ts";
import { makeCells, packetsOf } from "./traffic/cells.ts";
import type { WeekCells } from "./traffic/cells.ts";
import { strayRows, WeekTraffic } from "./traffic/hours.ts";
import type { WeekTally } from "./truth/tally.ts";
import { writeImports, writeTruth } from "./truth/write.ts";
import { makeWeek } from "./week/week.ts";
import type { SimulatedWeek } from "./week/week.ts";

interface PreparedWeek {
  readonly week: SimulatedWeek;
  readonly usage: LineUsage;
  readonly cells: WeekCells;
  readonly sessions: WeekSessions;
}

/** The routers have been up for this long when the first week begins. */
const upBeforeMs = 20 * 86_400_000;
/** Records leave within this after their end, messages within half a minute more. */
const flushS = 90;

/**
 * A provider with known truth: lines, habits, leases and exporters.
 *
 * `events` runs it from the start, each time the same for the same options; `tallies` and `counts` are those of
 * the last run, complete when its events have been taken to the end.
 */
export class Provider {
  readonly seed: number;
  readonly timeZone: string;
  readonly lines: LinePopulation;
  readonly weeks: readonly SimulatedWeek[];
  /** The edge router, the mobile gateway, and what else was asked for. */
  readonly exporters: readonly SimulatedExporter[];
  readonly ports: PortTable;
  /** Octets and packets of true packets by week, in the order of `weeks`. */
  tallies: WeekTally[] = [];
  counts: RunCounts;
  readonly #options: SimulatorOptions;
  readonly #prepared: readonly PreparedWeek[];
  /** Since which year each line is there; null: all have always been. */
  readonly #joined: Float64Array | null;

  constructor(options: SimulatorOptions = {}) {
    this.#options = options;
    this.seed = options.seed ?? 1;
    this.timeZone = options.timeZone ?? "Asia/Tokyo";
    this.lines = makeLines(lineCounts(options.lines ?? 2000), this.seed, options.householdShare ?? 0);
    this.ports = makePorts(this.seed);
    this.weeks = (options.weeks ?? ["2025-W20", "2026-W20"]).map((choice) =>
      typeof choice === "string"
        ? makeWeek(choice, this.timeZone)
        : makeWeek(choice.week, this.timeZone, choice.year),
    );
    for (let i = 1; i < this.weeks.length; i++) {
      if (this.weeks[i].startMs < this.weeks[i - 1].endMs)
        throw new RangeError("weeks must be in order of time");
    }
    this.#joined =
      options.growth === true ? joinedYears(this.lines, this.weeks.at(-1)?.year ?? 0, this.seed) : null;
    this.#prepared = this.weeks.map((week, index) => this.#prepare(week, index));
    this.exporters = makeExporters(options, this.#samplingIntervals());
    this.counts = noCounts(this.exporters.length);
  }

  /** Everything that the provider sends, in order of simulated time. */
  async *events(): AsyncGenerator<SimulatorEvent, void, undefined> {
    yield* this.run();
  }

  /** `events` without promises. */
  *run(): Generator<SimulatorEvent, void, undefined> {
    this.tallies = [];
    this.counts = noCounts(this.exporters.length);
    const refresh = this.#options.templateRefreshMessages ?? 4096;
    const bootMs = this.weeks.length === 0 ? 0 : this.weeks[0].startMs - upBeforeMs;
    const sources = this.exporters.map(
      (exporter) =>
        exportQueue(exporter, bootMs, refresh) ?? new NatEventExporter(exporter.observationDomainId),
    );
    for (let index = 0; index < this.weeks.length; index++) yield* this.#runWeek(index, sources);
  }

  /** Address space of the provider's customers, as the outside sees it. */
  get customerPrefixes(): readonly string[] {
    return this.#options.cgnat === true ? [...customerPrefixes, cgnatPlan.outside] : customerPrefixes;
  }

  /** Daily usage of every line in a week as the traffic was made to have it, octets. */
  usage(weekIndex: number): LineUsage {
    return this.#prepared[weekIndex].usage;
  }

  /** Who held which address in a week. */
  sessions(weekIndex: number): WeekSessions {
    return this.#prepared[weekIndex].sessions;
  }

  /** Writes what the product imports before anything is sent: lines.csv and leases.csv. */
  async writeImports(directory: string): Promise<void> {
    await writeImports(this, directory);
  }

  /** Writes the truth of the last run: see the package's README for the files. */
  async writeTruth(directory: string): Promise<void> {
    await writeTruth(this, directory);
  }

  /** Runs the provider into a collector and its accounting server. */
  sendTo(options: SendOptions): Promise<SendResult> {
    return sendEvents(this, options);
  }

  /** Runs the provider into a capture file. */
  toPcap(path: string, options: PcapOptions = {}): Promise<PcapResult> {
    return writePcap(this, path, options);
  }

  *#runWeek(index: number, sources: readonly Source[]): Generator<SimulatorEvent, void, undefined> {
    const { week, cells, sessions } = this.#prepared[index];
    const accounting = makeAccounting(this.lines, sessions, this.#options.interimS ?? 86_400);
    const core = this.exporters.findIndex(({ role }) => role === "core");
    const traffic = new WeekTraffic({
      lines: this.lines,
      week,
      weekIndex: index,
      cells,
      sessions,
      ports: this.ports,
      samplingIntervals: [
        this.exporters[edgeIndex].samplingInterval,
        this.exporters[gatewayIndex].samplingInterval,
      ],
      ...(core < 0 ? {} : { coreSamplingInterval: this.exporters[core].samplingInterval }),
      cgnat: this.#options.cgnat === true,
      multiPacketShare: this.#options.multiPacketShare ?? 0.05,
      seed: this.seed,
    });
    this.tallies.push(traffic.tally);
    const faulty = this.#options.faults === true;
    const faults = weekFaults(week);
    for (const [exporter, source] of sources.entries()) {
      if (source instanceof NatEventExporter) source.begin(this.lines, sessions);
      else if (faulty && exporter === edgeIndex) source.goDown(faults[0].outages);
    }
    const lost = new LostDatagrams(this.seed, index, faulty ? faults[1] : null, this.counts);
    const merge = new EventMerge(this, index, accounting, sessions);
    const columns = [flowsOf(sources[edgeIndex]), flowsOf(sources[gatewayIndex])] as const;
    const coreColumns = core < 0 ? undefined : flowsOf(sources[core]);
    for (let hour = 0; hour < week.hours.length; hour++) {
      traffic.hour(hour, columns, coreColumns);
      const fromS = Math.floor(week.hours[hour].startMs / 1000);
      const untilS = Math.floor(week.hours[hour].endMs / 1000);
      yield* merge.until(
        untilS * 1000,
        sources.map((source, exporter) => lost.pass(exporter, drained(source, fromS, untilS))),
      );
    }
    const endS = Math.floor(week.endMs / 1000);
    yield* merge.until(
      Infinity,
      sources.map((source, exporter) =>
        lost.pass(
          exporter,
          drained(source, endS, source instanceof NatEventExporter ? Infinity : endS + flushS),
        ),
      ),
    );
    for (const [exporter, source] of sources.entries()) {
      if (!(source instanceof NatEventExporter)) this.counts.lostRecords[exporter] += source.takeLost();
    }
  }

  #prepare(week: SimulatedWeek, index: number): PreparedWeek {
    const { lines, seed } = this;
    const options = this.#options;
    const active = this.#joined === null ? undefined : activeLines(this.#joined, week.year);
    const usage = drawUsage(lines, week.year, seed, active);
    const split = splitUsage(lines, usage, week.year, seed);
    const rows = lines.count + strayRows;
    const octets = new Float64Array(rows * 2 * applicationCount);
    octets.set(split);
    addStrays(octets, lines, week.year, options.unattributedShare ?? 0.001);
    const habits: SessionHabits = {
      reconnectShare: options.reconnectShare ?? 0.2,
      mobileReconnectsPerDay: options.mobileReconnectsPerDay ?? 3,
      addressRestS: options.addressRestS ?? 30,
    };
    return {
      week,
      usage,
      cells: makeCells(octets, rows, seed),
      sessions: this.#sessions(makeSessions(lines, week, index, habits, seed, active)),
    };
  }

  #sessions(sessions: WeekSessions): WeekSessions {
    if (this.#options.cgnat !== true) return sessions;
    const from = sessions.first[this.lines.count - this.lines.counts.mobile];
    const most = sessions.place.subarray(from).reduce((max, place) => Math.max(max, place), 0);
    if (most >= cgnatCapacity) {
      throw new RangeError(`more mobile lines than the ${cgnatCapacity} addresses behind the NAT`);
    }
    return sessions;
  }

  #samplingIntervals(): readonly [number, number] {
    const { pppoe, ipoe, business } = this.lines.counts;
    const mobileFrom = pppoe + ipoe + business;
    let broadband = 0;
    let mobile = 0;
    for (const { cells } of this.#prepared) {
      broadband += packetsOf(cells, 0, mobileFrom);
      mobile += packetsOf(cells, mobileFrom, this.lines.count);
    }
    return chooseSamplingIntervals(this.#options, broadband, mobile);
  }
}

type Source = ExportQueue | NatEventExporter;

function flowsOf(source: Source): ExportQueue["flows"] {
  if (source instanceof NatEventExporter) throw new Error("the NAT exports no flows");
  return source.flows;
}

function drained(source: Source, fromS: number, untilS: number): ExportedDatagram[] {
  return source instanceof NatEventExporter ? source.drain(untilS) : source.drain(fromS, untilS);
}

/** The same as `new Provider(options)`. */
export function simulate(options: SimulatorOptions = {}): Provider {
  return new Provider(options);
}
