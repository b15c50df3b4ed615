import { EventMerge } from "./event.ts";
import type { RunCounts, SimulatedExporter, SimulatorEvent } from "./event.ts";
import { ExportQueue } from "./exporter/exporter.ts";
import { FlowColumns } from "./exporter/columns.ts";
import { IpfixFormat } from "./exporter/ipfix.ts";
import { Netflow9Format } from "./exporter/netflow9.ts";
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

const domains = [1, 20] as const;
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
  readonly exporters: readonly [SimulatedExporter, SimulatedExporter];
  readonly ports: PortTable;
  /** Octets and packets of true packets by week, in the order of `weeks`. */
  tallies: WeekTally[] = [];
  counts: RunCounts = { radius: 0, datagrams: [0, 0], records: [0, 0] };
  readonly #options: SimulatorOptions;
  readonly #prepared: readonly PreparedWeek[];

  constructor(options: SimulatorOptions = {}) {
    this.#options = options;
    this.seed = options.seed ?? 1;
    this.timeZone = options.timeZone ?? "Asia/Tokyo";
    this.lines = makeLines(lineCounts(options.lines ?? 2000), this.seed);
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
    this.#prepared = this.weeks.map((week, index) => this.#prepare(week, index));
    const [broadband, mobile] = this.#samplingIntervals();
    const addresses = options.exporterAddresses ?? ["127.0.0.11", "127.0.0.12"];
    this.exporters = [
      {
        name: "broadband-edge",
        service: "broadband",
        protocol: "netflow9",
        address: addresses[0],
        observationDomainId: domains[0],
        samplingInterval: broadband,
      },
      {
        name: "mobile-gateway",
        service: "mobile",
        protocol: "ipfix",
        address: addresses[1],
        observationDomainId: domains[1],
        samplingInterval: mobile,
      },
    ];
  }

  /** Everything that the provider sends, in order of simulated time. */
  async *events(): AsyncGenerator<SimulatorEvent, void, undefined> {
    yield* this.run();
  }

  /** `events` without promises. */
  *run(): Generator<SimulatorEvent, void, undefined> {
    this.tallies = [];
    this.counts = { radius: 0, datagrams: [0, 0], records: [0, 0] };
    const refresh = this.#options.templateRefreshMessages ?? 4096;
    const [edge, gateway] = this.exporters;
    const bootMs = this.weeks.length === 0 ? 0 : this.weeks[0].startMs - upBeforeMs;
    const queues = [
      new ExportQueue(
        new FlowColumns(),
        new Netflow9Format(edge.samplingInterval, edge.observationDomainId, bootMs),
        refresh,
      ),
      new ExportQueue(
        new FlowColumns(),
        new IpfixFormat(gateway.samplingInterval, gateway.observationDomainId),
        refresh,
      ),
    ] as const;
    for (let index = 0; index < this.weeks.length; index++) yield* this.#runWeek(index, queues);
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

  *#runWeek(
    index: number,
    queues: readonly [ExportQueue, ExportQueue],
  ): Generator<SimulatorEvent, void, undefined> {
    const { week, cells, sessions } = this.#prepared[index];
    const accounting = makeAccounting(this.lines, sessions, this.#options.interimS ?? 86_400);
    const traffic = new WeekTraffic({
      lines: this.lines,
      week,
      weekIndex: index,
      cells,
      sessions,
      ports: this.ports,
      samplingIntervals: [this.exporters[0].samplingInterval, this.exporters[1].samplingInterval],
      multiPacketShare: this.#options.multiPacketShare ?? 0.05,
      seed: this.seed,
    });
    this.tallies.push(traffic.tally);
    const merge = new EventMerge(this, index, accounting, sessions);
    const columns = [queues[0].flows, queues[1].flows] as const;
    for (let hour = 0; hour < week.hours.length; hour++) {
      traffic.hour(hour, columns);
      const fromS = Math.floor(week.hours[hour].startMs / 1000);
      const untilS = Math.floor(week.hours[hour].endMs / 1000);
      yield* merge.until(
        untilS * 1000,
        queues.map((queue) => queue.drain(fromS, untilS)),
      );
    }
    const endS = Math.floor(week.endMs / 1000);
    yield* merge.until(
      Infinity,
      queues.map((queue) => queue.drain(endS, endS + flushS)),
    );
  }

  #prepare(week: SimulatedWeek, index: number): PreparedWeek {
    const { lines, seed } = this;
    const options = this.#options;
    const usage = drawUsage(lines, week.year, seed);
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
      sessions: makeSessions(lines, week, index, habits, seed),
    };
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

/** The same as `new Provider(options)`. */
export function simulate(options: SimulatorOptions = {}): Provider {
  return new Provider(options);
}
