const firstCapacity = 4096;

/**
 * Flow records on their way out of one exporter, in columns that grow.
 *
 * Shape: one row a record, rows below `count`; an IPv4 address is word 0 of its four.
 * Units: times in milliseconds since the epoch, octets and packets as sampled (not multiplied).
 */
export class FlowColumns {
  count = 0;
  /** Second since the epoch at which the record leaves. */
  exportS = new Float64Array(firstCapacity);
  startMs = new Float64Array(firstCapacity);
  endMs = new Float64Array(firstCapacity);
  /** Four words a row. */
  source = new Uint32Array(4 * firstCapacity);
  destination = new Uint32Array(4 * firstCapacity);
  sourcePort = new Uint16Array(firstCapacity);
  destinationPort = new Uint16Array(firstCapacity);
  /** 4 or 6. */
  ipVersion = new Uint8Array(firstCapacity);
  protocol = new Uint8Array(firstCapacity);
  tcpFlags = new Uint8Array(firstCapacity);
  packets = new Uint32Array(firstCapacity);
  octets = new Float64Array(firstCapacity);
  ingressInterface = new Uint32Array(firstCapacity);
  egressInterface = new Uint32Array(firstCapacity);
  sourceAs = new Uint32Array(firstCapacity);
  destinationAs = new Uint32Array(firstCapacity);

  /** Makes room for one more row and returns its number; the row counts at once. */
  append(): number {
    if (this.count === this.exportS.length) this.#grow(2 * this.count);
    return this.count++;
  }

  /** Moves the rows in `keep` to the front, in that order; the others are gone. */
  retain(keep: Uint32Array): void {
    for (const { column, width } of this.#columns()) {
      const kept = column.slice(0, keep.length * width);
      for (let i = 0; i < keep.length; i++) {
        for (let word = 0; word < width; word++) kept[i * width + word] = column[keep[i] * width + word];
      }
      column.set(kept);
    }
    this.count = keep.length;
  }

  #columns(): { column: Float64Array | Uint32Array | Uint16Array | Uint8Array; width: number }[] {
    return [
      { column: this.source, width: 4 },
      { column: this.destination, width: 4 },
      { column: this.exportS, width: 1 },
      { column: this.startMs, width: 1 },
      { column: this.endMs, width: 1 },
      { column: this.sourcePort, width: 1 },
      { column: this.destinationPort, width: 1 },
      { column: this.ipVersion, width: 1 },
      { column: this.protocol, width: 1 },
      { column: this.tcpFlags, width: 1 },
      { column: this.packets, width: 1 },
      { column: this.octets, width: 1 },
      { column: this.ingressInterface, width: 1 },
      { column: this.egressInterface, width: 1 },
      { column: this.sourceAs, width: 1 },
      { column: this.destinationAs, width: 1 },
    ];
  }

  #grow(capacity: number): void {
    const double = (column: Float64Array): Float64Array<ArrayBuffer> => {
      const grown = new Float64Array(capacity);
      grown.set(column);
      return grown;
    };
    const words = (column: Uint32Array, width: number): Uint32Array<ArrayBuffer> => {
      const grown = new Uint32Array(capacity * width);
      grown.set(column);
      return grown;
    };
    const shorts = (column: Uint16Array): Uint16Array<ArrayBuffer> => {
      const grown = new Uint16Array(capacity);
      grown.set(column);
      return grown;
    };
    const octets = (column: Uint8Array): Uint8Array<ArrayBuffer> => {
      const grown = new Uint8Array(capacity);
      grown.set(column);
      return grown;
    };
    this.exportS = double(this.exportS);
    this.startMs = double(this.startMs);
    this.endMs = double(this.endMs);
    this.octets = double(this.octets);
    this.source = words(this.source, 4);
    this.destination = words(this.destination, 4);
    this.packets = words(this.packets, 1);
    this.ingressInterface = words(this.ingressInterface, 1);
    this.egressInterface = words(this.egressInterface, 1);
    this.sourceAs = words(this.sourceAs, 1);
    this.destinationAs = words(this.destinationAs, 1);
    this.sourcePort = shorts(this.sourcePort);
    this.destinationPort = shorts(this.destinationPort);
    this.ipVersion = octets(this.ipVersion);
    this.protocol = octets(this.protocol);
    this.tcpFlags = octets(this.tcpFlags);
  }
}
