import { newArrays, reserved, reserveFrom, widened } from "./arrays.ts";
import type { LeaseArrays, LeaseIndex } from "./arrays.ts";
import { fileBuckets } from "./filing.ts";
import { maxLeases, recordShift, wideWords } from "./record.ts";
import { WiderIndex } from "./wider-index.ts";

/** Words beside a record: see columns.ts. */
export const coldShift = 2;
const leastCapacity = 1024;

/**
 * The memory of the leases, and how it grows without standing still.
 *
 * While leases are few it is replaced by wider copies. From `reserveFrom` on, records have address space for as many as may
 * ever come, which takes no memory until it is written to; only the index is made anew, a quarter wider, filled ahead a
 * little with each lease that comes. The one before is kept up until it is full, for views that are still to be told of the
 * next. `generation` counts.
 */
export class LeaseStorage {
  /** Leases that are taken at most. */
  readonly limit: number;
  arrays = newArrays(leastCapacity);
  /** What only the writer reads. */
  cold: Uint32Array = new Uint32Array(leastCapacity << coldShift);
  /** How often the arrays were replaced by others. */
  generation = 0;
  /** Slots in use among the wide keys and the long ends. */
  wideCount = 0;
  longCount = 0;
  /** The index that will take over soon. */
  ahead: WiderIndex | null = null;
  /** The one before, while it has room. */
  behind: LeaseIndex | null = null;
  /** Leases from which on there is something to do. */
  #growFrom = leastCapacity;

  constructor(limit: number) {
    this.limit = Math.min(limit, maxLeases);
  }

  /** Makes room for one more than `count` leases. */
  makeRoom(count: number): void {
    if (count >= this.#growFrom) this.#grow(count);
  }

  /** Makes room for `leases` at least; nothing when there is. */
  reserve(leases: number, count: number): void {
    if (leases > this.arrays.capacity) this.#replace(Math.max(leases, this.#widerCapacity()), count);
  }

  /** Goes on in a copy: the arrays that readers have now stay as they are. */
  fork(count: number): void {
    this.#replace(this.arrays.capacity, count);
  }

  /** Memory that is in use, beside what the writer has of its own. */
  memoryBytes(count: number): number {
    const { header, blocks, portBlocks, index } = this.arrays;
    const whole = [header, blocks, portBlocks, index, this.ahead?.index.index, this.behind?.index];
    const records = count * (4 << recordShift) + count * (4 << coldShift);
    const slots = 4 * wideWords * this.wideCount + 8 * this.longCount;
    return whole.reduce((sum, array) => sum + (array?.byteLength ?? 0), records + slots);
  }

  #grow(count: number): void {
    if (count >= this.#room) {
      this.#replace(this.#widerCapacity(), count);
      return;
    }
    this.ahead ??= new WiderIndex(this.#widerCapacity());
    if (!this.ahead.step(this.arrays)) return;
    this.behind = this.arrays;
    this.#take({ ...this.arrays, ...this.ahead.index });
  }

  /** Leases that the records have room for. */
  get #room(): number {
    return this.arrays.records.length >>> recordShift;
  }

  #widerCapacity(): number {
    const { capacity } = this.arrays;
    const grown = capacity < 65_536 ? capacity * 2 : Math.ceil(capacity * 1.25);
    return Math.min(grown, this.limit);
  }

  #replace(capacity: number, count: number): void {
    const room = capacity < reserveFrom ? capacity : Math.max(this.limit, capacity);
    const arrays = widened(this.arrays, count, room, capacity);
    fileBuckets(this.arrays, arrays);
    const octets = (arrays.records.byteLength >>> recordShift) << coldShift;
    this.cold = new Uint32Array(reserved(this.cold.subarray(0, count << coldShift), octets, octets));
    this.behind = null;
    this.#take(arrays);
  }

  #take(arrays: LeaseArrays): void {
    this.ahead = null;
    this.arrays = arrays;
    this.generation++;
    const { capacity } = arrays;
    if (capacity >= this.limit) this.#growFrom = Number.POSITIVE_INFINITY;
    else this.#growFrom = this.#room > capacity ? capacity - (capacity >>> 3) : capacity;
  }

  /** Makes room for more wide keys. Those that readers have stay where they are; new ones lie in the wider memory. */
  widenKeys(): void {
    this.#takeBeside({ wideKeys: new Uint32Array(this.#wider(this.arrays.wideKeys, 4 * wideWords)) });
  }

  /** As `widenKeys`, for ends that are far off. */
  widenEnds(): void {
    this.#takeBeside({ longEnds: new Float64Array(this.#wider(this.arrays.longEnds, 8)) });
  }

  #wider(from: ArrayBufferView, slotOctets: number): SharedArrayBuffer {
    const slots = Math.floor(from.byteLength / slotOctets);
    const wider = slots < reserveFrom ? 2 * slots : Math.ceil(1.5 * slots);
    const most = slots < reserveFrom ? wider : Math.max(wider, this.limit);
    return reserved(from, slotOctets * most, slotOctets * wider);
  }

  #takeBeside(arrays: Partial<LeaseArrays>): void {
    this.arrays = { ...this.arrays, ...arrays };
    this.generation++;
  }
}
