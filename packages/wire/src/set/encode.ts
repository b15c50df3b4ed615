import type { DataRecordWriter } from "../ipfix/encode-record.ts";

/**
 * The sets of a NetFlow v9 or IPFIX message, written into a buffer of the
 * caller: what both writers have in common.
 *
 * Outcomes: `room` says how many octets are left; writing past the buffer is the caller's fault (RangeError).
 */
export class SetWriter {
  readonly bytes: Uint8Array;
  protected readonly view: DataView;
  protected at = 0;
  protected setStart = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Octets written so far. */
  get lengthBytes(): number {
    return this.at;
  }

  /** Octets still free in the buffer. */
  get room(): number {
    return this.bytes.length - this.at;
  }

  /** Opens a data set of the writer's template; `record` appends to it, `endSet` closes it. */
  dataSet(writer: DataRecordWriter): void {
    this.openSet(writer.templateId);
  }

  record(writer: DataRecordWriter, row: Float64Array): void {
    this.at = writer.write(this.view, this.at, row);
  }

  endSet(): void {
    this.view.setUint16(this.setStart + 2, this.at - this.setStart);
  }

  protected openSet(id: number): void {
    this.setStart = this.at;
    this.view.setUint16(this.at, id);
    this.at += 4;
  }

  /** Fills the open set up to a multiple of four octets. */
  protected pad(): void {
    while ((this.at - this.setStart) % 4 !== 0) this.view.setUint8(this.at++, 0);
  }
}
