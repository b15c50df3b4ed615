/**
 * Rows of `line_hour`, in the columns of the store's table.
 *
 * Shape: rows below `rowCount`; ids as low and high word. `counts` holds the sampled packets of the row to append:
 * direction × 2 + size (0 small, 1 large).
 * Units: hours in seconds since the epoch, octets and packets as estimated (times N), variance of octets
 * N(N − 1)·Σb² and Σb² of the sampled packets, each of one record.
 */
export class LineHourRows {
  rowCount = 0;
  readonly capacity: number;
  readonly counts = new Float64Array(4);
  readonly lineId: Uint32Array<ArrayBuffer>;
  readonly hour: Uint32Array<ArrayBuffer>;
  readonly in: SideColumns;
  readonly out: SideColumns;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.lineId = new Uint32Array(2 * capacity);
    this.hour = new Uint32Array(capacity);
    this.in = new SideColumns(capacity);
    this.out = new SideColumns(capacity);
  }

  append(idLow: number, idHigh: number, hourS: number, n: number, small: number, large: number): void {
    const row = this.rowCount++;
    this.lineId[2 * row] = idLow;
    this.lineId[2 * row + 1] = idHigh;
    this.hour[row] = hourS;
    const { counts } = this;
    this.in.set(row, n, counts[0], small, counts[1], large);
    this.out.set(row, n, counts[2], small, counts[3], large);
  }
}

/** The sums of one direction. */
export class SideColumns {
  readonly octets: Float64Array<ArrayBuffer>;
  readonly packets: Float64Array<ArrayBuffer>;
  readonly variance: Float64Array<ArrayBuffer>;
  readonly sampledPackets: Float64Array<ArrayBuffer>;
  readonly sampledOctets: Float64Array<ArrayBuffer>;
  readonly sampledOctetsSquared: Float64Array<ArrayBuffer>;

  constructor(capacity: number) {
    this.octets = new Float64Array(capacity);
    this.packets = new Float64Array(capacity);
    this.variance = new Float64Array(capacity);
    this.sampledPackets = new Float64Array(capacity);
    this.sampledOctets = new Float64Array(capacity);
    this.sampledOctetsSquared = new Float64Array(capacity);
  }

  /** `few` packets of `small` octets and `many` of `large`. */
  set(row: number, n: number, few: number, small: number, many: number, large: number): void {
    const packets = few + many;
    const octets = few * small + many * large;
    const squared = few * small * small + many * large * large;
    this.octets[row] = n * octets;
    this.packets[row] = n * packets;
    this.variance[row] = n * (n - 1) * squared;
    this.sampledPackets[row] = packets;
    this.sampledOctets[row] = octets;
    this.sampledOctetsSquared[row] = squared;
  }
}
