import type { FlowColumns } from "../exporter/columns.ts";
import type { WeekSessions } from "../lease/session.ts";
import { applicationCount, applications } from "../mix/application.ts";
import type { PortTable } from "../mix/port.ts";
import { hourLeanCount, hourWeight } from "../population/hours.ts";
import { LineKind, lineKindNames } from "../population/line.ts";
import type { LinePopulation } from "../population/line.ts";
import { Binomial } from "../random/binomial.ts";
import { Random, RandomStream } from "../random/random.ts";
import { WeekTally } from "../truth/tally.ts";
import type { SimulatedWeek } from "../week/week.ts";
import { cellsPerLine } from "./cells.ts";
import type { WeekCells } from "./cells.ts";
import { InterfaceIndex, RecordMaker } from "./record.ts";
import { PacketSampler } from "./sampler.ts";

/** Rows after the lines: traffic of no line, by service and reason. */
export const strayRows = 4;

export interface WeekTrafficInput {
  readonly lines: LinePopulation;
  readonly week: SimulatedWeek;
  readonly weekIndex: number;
  readonly cells: WeekCells;
  readonly sessions: WeekSessions;
  readonly ports: PortTable;
  /** N by service: broadband, mobile. */
  readonly samplingIntervals: readonly [number, number];
  /** N of the core router behind the edge; without it, it is not there. */
  readonly coreSamplingInterval?: number;
  /** Whether mobile lines share outside addresses. */
  readonly cgnat: boolean;
  /** Share of records that are given a second packet where one was sampled. */
  readonly multiPacketShare: number;
  readonly seed: number;
}

/** How much a line's days differ, natural log. */
const daySigma = 0.45;
/** An hour with less of a lease than this carries nothing. */
const shortestMs = 10_000;
/** Sessions of one line that touch one hour, at most; the rest of the hour stays empty. */
const intervalLimit = 64;

/**
 * Lays a week's cells over its hours: true packets into the tally, sampled ones into records. Hours must be asked
 * for in order, each once.
 *
 * Every row has a random stream of its own for the week, so a row's traffic does not depend on other rows.
 * True packets of a cell in an hour are whole: the fraction is carried into the next hour.
 */
export class WeekTraffic {
  readonly tally: WeekTally;
  readonly #input: WeekTrafficInput;
  readonly #rows: number;
  readonly #rowKind: Uint8Array;
  readonly #random: Random[] = [];
  readonly #carry: Float64Array;
  readonly #gaps: Float64Array;
  readonly #samplers: readonly PacketSampler[];
  /** (kind × leans + lean) × hours + hour */
  readonly #shape: Float64Array;
  /** row × 7 + day */
  readonly #dayFactor: Float64Array;
  /** 1 ÷ Σ of weights over the week: row × leans + lean */
  readonly #inverseWeight: Float64Array;
  /** Next session of each line that may still matter. */
  readonly #session: Uint32Array;
  readonly #records: RecordMaker;
  readonly #core: Binomial | null;
  /** Streams of the core router's own, so that what the edge samples does not depend on it. */
  readonly #coreRandom: Random[] = [];

  constructor(input: WeekTrafficInput) {
    const { lines, week, ports, sessions } = input;
    this.#input = input;
    this.tally = new WeekTally(week, lines, ports);
    this.#rows = lines.count + strayRows;
    this.#rowKind = new Uint8Array(this.#rows);
    this.#rowKind.set(lines.kind);
    this.#rowKind.set([LineKind.pppoe, LineKind.pppoe, LineKind.mobile, LineKind.mobile], lines.count);
    this.#samplers = input.samplingIntervals.map((interval) => new PacketSampler(interval));
    this.#shape = makeShape(week);
    this.#carry = new Float64Array(this.#rows * cellsPerLine);
    this.#gaps = new Float64Array(this.#rows);
    this.#dayFactor = new Float64Array(this.#rows * 7);
    this.#inverseWeight = new Float64Array(this.#rows * hourLeanCount);
    this.#session = sessions.first.slice(0, lines.count);
    this.#records = new RecordMaker(lines, input.multiPacketShare, input.cgnat);
    this.#core =
      input.coreSamplingInterval === undefined ? null : new Binomial(1 / input.coreSamplingInterval);
    for (let row = 0; row < this.#rows; row++) this.#prepareRow(row);
    this.#session.set(sessions.first.subarray(0, lines.count));
  }

  /** Octets, packets and records of one hour; records of broadband go to `out[0]` and `core`, of mobile to `out[1]`. */
  hour(hour: number, out: readonly [FlowColumns, FlowColumns], core?: FlowColumns): void {
    const { lines, week, cells, ports } = this.#input;
    const { tally } = this;
    const { day } = week.hours[hour];
    const hours = week.hours.length;
    const portCount = ports.port.length;
    const { packets, octetsPerPacket } = cells;
    const carry = this.#carry;
    const gaps = this.#gaps;
    const weight = new Float64Array(hourLeanCount);
    for (let row = 0; row < this.#rows; row++) {
      const kind = this.#rowKind[row];
      const share = this.#openHour(row, hour);
      if (share === 0) continue;
      const service = kind === LineKind.mobile ? 1 : 0;
      const stray = row >= lines.count;
      const reason = (row - lines.count) & 1;
      const random = this.#random[row];
      const sampler = this.#samplers[service];
      const factor = this.#dayFactor[row * 7 + day] * share;
      for (let lean = 0; lean < hourLeanCount; lean++) {
        weight[lean] =
          this.#shape[(kind * hourLeanCount + lean) * hours + hour] *
          factor *
          this.#inverseWeight[row * hourLeanCount + lean];
      }
      for (let app = 0; app < applicationCount; app++) {
        const appWeight = weight[leans[app]];
        let port = -1;
        for (let direction = 0; direction < 2; direction++) {
          const first = row * cellsPerLine + (direction * applicationCount + app) * 2;
          for (let cell = first; cell < first + 2; cell++) {
            const exact = packets[cell] * appWeight + carry[cell];
            const whole = Math.floor(exact);
            carry[cell] = exact - whole;
            if (whole === 0) continue;
            if (port < 0) {
              port = ports.first[app];
              if (ports.count[app] > 1) port += random.below(ports.count[app]);
            }
            const size = octetsPerPacket[cell];
            const octets = whole * size;
            const flow = service * 2 + direction;
            tally.packets[flow] += whole;
            if (stray) {
              tally.strayOctets[flow * 2 + reason] += octets;
            } else {
              tally.lineDay[(row * 7 + day) * 2 + direction] += octets;
              tally.portOctets[(kind * 2 + direction) * portCount + port] += octets;
              tally.hourOctets[flow * hours + hour] += octets;
            }
            if (core !== undefined && service === 0) {
              this.#passCore(core, row, kind, stray ? reason : -1, direction, port, size, whole);
            }
            if (gaps[row] >= whole) {
              gaps[row] -= whole;
              continue;
            }
            const sampled = sampler.take(whole, gaps, row, random);
            tally.sampledPackets[flow] += sampled;
            tally.sampledOctets[flow] += sampled * size;
            tally.records[service] += this.#records.make(
              out[service],
              random,
              row,
              kind,
              stray ? reason : -1,
              direction,
              ports.protocol[port],
              ports.port[port],
              size,
              sampled,
            );
          }
        }
      }
    }
  }

  /** The same packets once more, at a router behind the edge with a sampler of its own. */
  #passCore(
    core: FlowColumns,
    row: number,
    kind: number,
    reason: number,
    direction: number,
    port: number,
    size: number,
    packets: number,
  ): void {
    const random = this.#coreRandom[row];
    const sampled = this.#core?.draw(packets, random) ?? 0;
    if (sampled === 0) return;
    const { ports } = this.#input;
    this.#records.make(
      core,
      random,
      row,
      kind,
      reason,
      direction,
      ports.protocol[port],
      ports.port[port],
      size,
      sampled,
      InterfaceIndex.core,
    );
  }

  /** Share of the hour in which the row can send; sets the record maker's intervals. */
  #openHour(row: number, hour: number): number {
    const { lines, week, sessions } = this.#input;
    const { startMs, endMs } = week.hours[hour];
    const records = this.#records;
    records.clear();
    if (row >= lines.count) {
      records.addInterval(startMs, endMs, 0);
      return 1;
    }
    let session = this.#session[row];
    const last = sessions.first[row + 1];
    while (session < last && sessions.endMs[session] <= startMs) session++;
    this.#session[row] = session;
    let active = 0;
    for (
      let i = 0;
      session < last && sessions.startMs[session] < endMs && i < intervalLimit;
      session++, i++
    ) {
      const from = Math.max(startMs, sessions.startMs[session]);
      const to = Math.min(endMs, sessions.endMs[session]);
      records.addInterval(from, to, sessions.place[session]);
      active += to - from;
    }
    return active < shortestMs ? 0 : active / (endMs - startMs);
  }

  #prepareRow(row: number): void {
    const { week, weekIndex, seed } = this.#input;
    const random = new Random(seed, RandomStream.traffic, weekIndex, row);
    this.#random.push(random);
    if (this.#core !== null) this.#coreRandom.push(new Random(seed, RandomStream.traffic, weekIndex, row, 1));
    const kind = this.#rowKind[row];
    const hours = week.hours.length;
    for (let day = 0; day < 7; day++) {
      this.#dayFactor[row * 7 + day] =
        row < this.#input.lines.count ? Math.exp(daySigma * random.normal()) : 1;
    }
    const sums = new Float64Array(hourLeanCount);
    for (let hour = 0; hour < hours; hour++) {
      const factor = this.#openHour(row, hour) * this.#dayFactor[row * 7 + week.hours[hour].day];
      for (let lean = 0; lean < hourLeanCount; lean++) {
        sums[lean] += factor * this.#shape[(kind * hourLeanCount + lean) * hours + hour];
      }
    }
    for (let lean = 0; lean < hourLeanCount; lean++) {
      this.#inverseWeight[row * hourLeanCount + lean] = sums[lean] > 0 ? 1 / sums[lean] : 0;
    }
    const service = kind === LineKind.mobile ? 1 : 0;
    this.#gaps[row] = this.#samplers[service].gap(random);
    for (let cell = row * cellsPerLine; cell < (row + 1) * cellsPerLine; cell++) {
      this.#carry[cell] = random.uniform();
    }
  }
}

const leans = Uint8Array.from(applications, (app) => app.lean);

function makeShape(week: SimulatedWeek): Float64Array {
  const hours = week.hours.length;
  const shape = new Float64Array(lineKindNames.length * hourLeanCount * hours);
  lineKindNames.forEach((name, kind) => {
    for (let lean = 0; lean < hourLeanCount; lean++) {
      week.hours.forEach(({ day, hour }, at) => {
        shape[(kind * hourLeanCount + lean) * hours + at] = hourWeight(name, lean, day + 1, hour);
      });
    }
  });
  return shape;
}
