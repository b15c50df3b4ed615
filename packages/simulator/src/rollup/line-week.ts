import { LineKind } from "../population/line.ts";
import type { Binomial } from "../random/binomial.ts";
import { Random, RandomStream } from "../random/random.ts";
import { smallShares } from "../traffic/cells.ts";
import type { SimulatedWeek } from "../week/week.ts";
import { LineHourRows } from "./rows.ts";
import { habitCount } from "./shape.ts";
import type { WeekShape } from "./shape.ts";
import { packetSizes } from "./sizes.ts";
import { WeekSums } from "./sums.ts";

/** Everything that the lines of one week are made from; columns by line, and may be shared between threads. */
export interface LineWeekInput {
  readonly week: SimulatedWeek;
  readonly seed: number;
  readonly shape: WeekShape;
  /** Mean octets a day; 0 in both for a line that is not there. */
  readonly octetsIn: Float64Array;
  readonly octetsOut: Float64Array;
  /** LineKind codes. */
  readonly kind: Uint8Array;
  /** small × 16 + large, of `packetSizes`. */
  readonly sizes: Uint8Array;
  /** sipHash64 of the line's name: low word, high word. */
  readonly lineId: Uint32Array;
  /** Lines by ascending id, in which rows come out. */
  readonly order: Uint32Array;
  /** Chance of a packet to be sampled and to arrive: service × hours + hour. */
  readonly chance: Float64Array;
  /** N by service. */
  readonly samplingIntervals: readonly [number, number];
  /** True octets go here: (line × 7 + day) × 2 + direction. */
  readonly lineDay: Float64Array;
}

/** How much a line's days differ, natural log. */
const daySigma = 0.45;
/** direction × 2 + size (0 small, 1 large). */
const cellCount = 4;

/**
 * True packets of lines over the hours of a week, and those of them that were sampled, without making a record of
 * each: Binomial(packets, 1/N) of them by direction and size of packet, which is what sampling each by itself comes
 * to.
 *
 * Every line has a random stream of its own, so rows do not depend on how lines are shared out to threads.
 * `run` appends the rows of lines `order[from]` … `order[to − 1]`, ascending by id and hour, to whatever `rows`
 * gives, and asks `full` to take them when there is no room for another line.
 */
export class LineWeeks {
  readonly sums: WeekSums;
  readonly #input: LineWeekInput;
  readonly #draws: readonly Binomial[];
  readonly #weight: Float64Array;
  readonly #dayOf: Uint8Array;
  readonly #hourOf: Uint8Array;
  readonly #packets = new Float64Array(cellCount);
  readonly #carry = new Float64Array(cellCount);
  readonly #octets = new Float64Array(cellCount);

  constructor(input: LineWeekInput, drawOf: (chance: number) => Binomial) {
    const { hours } = input.week;
    this.#input = input;
    this.sums = new WeekSums(hours.length);
    this.#draws = Array.from(input.chance, drawOf);
    this.#weight = new Float64Array(hours.length);
    this.#dayOf = Uint8Array.from(hours, ({ day }) => day);
    this.#hourOf = Uint8Array.from(hours, ({ hour }) => hour);
  }

  run(from: number, to: number, rows: LineHourRows, full: (rows: LineHourRows) => void): void {
    const hours = this.#dayOf.length;
    for (let at = from; at < to; at++) {
      const line = this.#input.order[at];
      if (this.#input.octetsIn[line] + this.#input.octetsOut[line] === 0) continue;
      if (rows.rowCount + hours > rows.capacity) full(rows);
      this.#line(line, rows);
    }
  }

  #line(line: number, rows: LineHourRows): void {
    const { week, seed, kind: kinds, sizes, shape, samplingIntervals, lineId, lineDay } = this.#input;
    const hours = week.hours.length;
    const kind = kinds[line];
    const service = kind === LineKind.mobile ? 1 : 0;
    const random = new Random(seed, RandomStream.rollup, week.startMs, line);
    const small = sizes[line] >>> 4;
    const large = sizes[line] & 15;
    this.#prepare(line, kind, random);
    const { sums } = this;
    const packets = this.#packets;
    const carry = this.#carry;
    const octets = this.#octets;
    const weight = this.#weight;
    const n = samplingIntervals[service];
    const cells = sums.cellsOf(kind, small, large);
    for (let hour = 0; hour < hours; hour++) {
      const draw = this.#draws[service * hours + hour];
      const day = (line * 7 + this.#dayOf[hour]) * 2;
      let any = 0;
      for (let direction = 0; direction < 2; direction++) {
        const share = weight[hour] * shape.base[(kind * 2 + direction) * hours + hour];
        for (let size = 0; size < 2; size++) {
          const cell = direction * 2 + size;
          const exact = packets[cell] * share + carry[cell];
          const whole = Math.floor(exact);
          carry[cell] = exact - whole;
          let sampled = 0;
          if (whole > 0) {
            lineDay[day + direction] += whole * octets[cell];
            sampled = draw.draw(whole, random);
            sums.add(cells[cell] + hour, whole, sampled);
          }
          rows.counts[cell] = sampled;
          any += sampled;
        }
      }
      if (any > 0) {
        rows.append(
          lineId[2 * line],
          lineId[2 * line + 1],
          week.hours[hour].startMs / 1000,
          n,
          octets[0],
          octets[1],
        );
      }
    }
  }

  /** The line's weights over the hours and its packets a week, divided by the weights' sums. */
  #prepare(line: number, kind: number, random: Random): void {
    const { shape, octetsIn, octetsOut, sizes } = this.#input;
    const hours = this.#weight.length;
    const days = Float64Array.from({ length: 7 }, () => Math.exp(daySigma * random.normal()));
    const habits = Uint8Array.from({ length: 7 }, () => random.below(habitCount));
    let sumIn = 0;
    let sumOut = 0;
    const baseIn = kind * 2 * hours;
    for (let hour = 0; hour < hours; hour++) {
      const day = this.#dayOf[hour];
      const weight = days[day] * shape.habit[habits[day] * 24 + this.#hourOf[hour]];
      this.#weight[hour] = weight;
      sumIn += weight * shape.base[baseIn + hour];
      sumOut += weight * shape.base[baseIn + hours + hour];
    }
    const week = [7 * octetsIn[line], 7 * octetsOut[line]];
    const shares = smallShares(week[0], week[1]);
    for (let direction = 0; direction < 2; direction++) {
      const sum = direction === 0 ? sumIn : sumOut;
      const own = [packetSizes[sizes[line] >>> 4], packetSizes[sizes[line] & 15]];
      for (let size = 0; size < 2; size++) {
        const share = size === 0 ? shares[direction] : 1 - shares[direction];
        this.#octets[direction * 2 + size] = own[size];
        this.#packets[direction * 2 + size] = (week[direction] * share) / own[size] / sum;
        this.#carry[direction * 2 + size] = random.uniform();
      }
    }
  }
}
