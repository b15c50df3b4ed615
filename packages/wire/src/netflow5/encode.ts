/** What the v5 header says of the whole message. */
export interface Netflow5HeaderFields {
  /** Milliseconds since the exporter booted; written modulo 2^32. */
  readonly sysUpTimeMs: number;
  readonly unixSecs: number;
  readonly unixNsecs: number;
  /** Flows sent before this message, modulo 2^32. */
  readonly flowSequence: number;
  readonly engineType: number;
  readonly engineId: number;
  /** 2 bits: 0 none, 1 deterministic, 2 random on most exporters. */
  readonly samplingMode: number;
  /** 14 bits: 0–16383. */
  readonly samplingInterval: number;
}

/** Records a v5 message holds at most. */
export const netflow5MaxRecords = 30;
const headerBytes = 24;
const recordBytes = 48;

/**
 * Position of each value in a row of `Netflow5MessageWriter.record`. Addresses are numbers (a.b.c.d big-endian),
 * first and last milliseconds of uptime.
 */
export const Netflow5Slot = {
  sourceAddress: 0,
  destinationAddress: 1,
  nextHop: 2,
  ingressInterface: 3,
  egressInterface: 4,
  packets: 5,
  octets: 6,
  firstMs: 7,
  lastMs: 8,
  sourcePort: 9,
  destinationPort: 10,
  tcpFlags: 11,
  protocol: 12,
  tos: 13,
  sourceAs: 14,
  destinationAs: 15,
  sourceMask: 16,
  destinationMask: 17,
} as const;

/** Octets of each slot in the order of the record, and where it starts. */
const slotOffset = Uint8Array.of(0, 4, 8, 12, 14, 16, 20, 24, 28, 32, 34, 37, 38, 39, 40, 42, 44, 45);
const slotWidth = Uint8Array.of(4, 4, 4, 2, 2, 4, 4, 4, 4, 2, 2, 1, 1, 1, 2, 2, 1, 1);

/**
 * Writes NetFlow v5 messages into a buffer of the caller: `begin`, up to 30 `record`, `end`.
 *
 * Shape: one message at a time from offset 0; a record is a row of numbers by `Netflow5Slot`.
 * Units: octets and packets unscaled; no allocation a record.
 * Outcomes: a 31st record is the caller's fault (RangeError).
 * Source: Cisco NetFlow v5 export format (header 24 octets, record 48 octets).
 */
export class Netflow5MessageWriter {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  #count = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Records written so far. */
  get count(): number {
    return this.#count;
  }

  begin(header: Netflow5HeaderFields): void {
    const view = this.#view;
    view.setUint16(0, 5);
    view.setUint16(2, 0);
    view.setUint32(4, header.sysUpTimeMs % 0x1_0000_0000);
    view.setUint32(8, header.unixSecs);
    view.setUint32(12, header.unixNsecs);
    view.setUint32(16, header.flowSequence);
    view.setUint8(20, header.engineType);
    view.setUint8(21, header.engineId);
    view.setUint16(22, ((header.samplingMode & 3) << 14) | (header.samplingInterval & 0x3fff));
    this.#count = 0;
  }

  record(row: Float64Array): void {
    if (this.#count === netflow5MaxRecords) throw new RangeError("a v5 message holds 30 records");
    const view = this.#view;
    const start = headerBytes + this.#count * recordBytes;
    view.setUint8(start + 36, 0);
    view.setUint16(start + 46, 0);
    for (let slot = 0; slot < slotOffset.length; slot++) {
      const at = start + slotOffset[slot];
      const width = slotWidth[slot];
      if (width === 4) view.setUint32(at, row[slot]);
      else if (width === 2) view.setUint16(at, row[slot]);
      else view.setUint8(at, row[slot]);
    }
    this.#count++;
  }

  /** Completes the header and returns the message's length. */
  end(): number {
    this.#view.setUint16(2, this.#count);
    return headerBytes + this.#count * recordBytes;
  }
}

/** One whole v5 message from rows of numbers; returns its length in `bytes`. */
export function encodeNetflow5(
  bytes: Uint8Array,
  header: Netflow5HeaderFields,
  rows: readonly Float64Array[],
): number {
  const writer = new Netflow5MessageWriter(bytes);
  writer.begin(header);
  for (const row of rows) writer.record(row);
  return writer.end();
}
