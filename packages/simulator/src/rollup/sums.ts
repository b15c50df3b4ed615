import { lineKindNames } from "../population/line.ts";
import { sizeCount } from "./sizes.ts";

/**
 * Packets of all lines of a week, true and sampled, by kind, direction, size and hour: whole numbers, so that the
 * order in which they are added changes nothing.
 *
 * Shape: ((kind × 2 + direction) × sizes + size) × hours + hour.
 */
export class WeekSums {
  readonly hours: number;
  readonly packets: Float64Array;
  readonly sampled: Float64Array;

  constructor(hours: number) {
    this.hours = hours;
    this.packets = new Float64Array(lineKindNames.length * 2 * sizeCount * hours);
    this.sampled = new Float64Array(this.packets.length);
  }

  /** Place of hour 0 of a kind, direction and size. */
  place(kind: number, direction: number, size: number): number {
    return ((kind * 2 + direction) * sizeCount + size) * this.hours;
  }

  /** Places of hour 0 of a line's four cells: direction × 2 + size (small, large). */
  cellsOf(kind: number, small: number, large: number): readonly [number, number, number, number] {
    return [
      this.place(kind, 0, small),
      this.place(kind, 0, large),
      this.place(kind, 1, small),
      this.place(kind, 1, large),
    ];
  }

  add(place: number, packets: number, sampled: number): void {
    this.packets[place] += packets;
    this.sampled[place] += sampled;
  }

  /** Takes in what another thread has summed. */
  merge(packets: Float64Array, sampled: Float64Array): void {
    for (let i = 0; i < packets.length; i++) {
      this.packets[i] += packets[i];
      this.sampled[i] += sampled[i];
    }
  }
}
