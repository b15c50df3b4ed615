import type { PortTable } from "../mix/port.ts";
import type { LinePopulation } from "../population/line.ts";
import type { SimulatedWeek } from "../week/week.ts";

/** Why traffic has no line: not the provider's address, or its own without a lease. */
export const StrayReason = { outside: 0, noLease: 1 } as const;

/**
 * Octets of true packets of one week, counted as they are made: never an estimate.
 *
 * Units: octets and packets, exact to 2^53. Directions 0 IN, 1 OUT; services 0 broadband, 1 mobile.
 */
export class WeekTally {
  readonly week: SimulatedWeek;
  /** (line × 7 + day) × 2 + direction. */
  readonly lineDay: Float64Array;
  /** (kind × 2 + direction) × ports + port. */
  readonly portOctets: Float64Array;
  /** (service × 2 + direction) × hours + hour. */
  readonly hourOctets: Float64Array;
  /** (service × 2 + direction) × 2 + reason. */
  readonly strayOctets = new Float64Array(8);
  /** service × 2 + direction, strays included. */
  readonly packets = new Float64Array(4);
  /** Records sampled, by service; packets and octets in them. */
  readonly records = new Float64Array(2);
  readonly sampledPackets = new Float64Array(4);
  readonly sampledOctets = new Float64Array(4);

  constructor(week: SimulatedWeek, lines: LinePopulation, ports: PortTable) {
    this.week = week;
    this.lineDay = new Float64Array(lines.count * 14);
    this.portOctets = new Float64Array(8 * ports.port.length);
    this.hourOctets = new Float64Array(4 * week.hours.length);
  }

  /** Octets of lines in a service and direction, strays left out. */
  serviceOctets(service: number, direction: number): number {
    const hours = this.week.hours.length;
    const at = (service * 2 + direction) * hours;
    let sum = 0;
    for (let hour = 0; hour < hours; hour++) sum += this.hourOctets[at + hour];
    return sum;
  }

  /** A line's octets of the week in a direction. */
  lineOctets(line: number, direction: number): number {
    let sum = 0;
    for (let day = 0; day < 7; day++) sum += this.lineDay[(line * 7 + day) * 2 + direction];
    return sum;
  }
}
