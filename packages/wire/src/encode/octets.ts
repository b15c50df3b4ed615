import { EncodeError } from "./fault.ts";

/** Octets put one after the other, most significant first, up to the longest message. */
export class OctetWriter {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at = 0;

  constructor(capacity = 65_535) {
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
  }

  written(): Uint8Array {
    return this.bytes.slice(0, this.at);
  }

  unsigned8(value: number): void {
    this.view.setUint8(this.#take(1), value);
  }

  unsigned16(value: number): void {
    this.view.setUint16(this.#take(2), value);
  }

  unsigned32(value: number): void {
    this.view.setUint32(this.#take(4), value);
  }

  octets(octets: Uint8Array): void {
    this.bytes.set(octets, this.#take(octets.length));
  }

  zeros(count: number): void {
    this.bytes.fill(0, this.#take(count), this.at);
  }

  #take(count: number): number {
    const at = this.at;
    if (at + count > this.bytes.length) throw new EncodeError(`longer than ${this.bytes.length} octets`);
    this.at = at + count;
    return at;
  }
}
