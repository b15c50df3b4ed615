/** Why a stream of messages cannot be read on: its next octets are no IPFIX message header. */
export type FramingFault = "badVersion" | "badLength";

/** Takes one whole message: `length` octets of `bytes` and `view` (one buffer) from `offset`, valid until the call returns. */
export type OnFramedMessage = (bytes: Uint8Array, view: DataView, offset: number, length: number) => void;

const ipfixVersion = 10;
const messageHeaderOctets = 16;
/** Version and length, the octets that a message is framed by. */
const framingOctets = 4;

/**
 * Cuts a stream of octets into IPFIX messages by the length field of their
 * headers.
 *
 * A message that lies whole in a chunk is given where it lies; one that is cut
 * is put together in a buffer of its own length. Bounded: holds less than one
 * message, so at most 65,535 octets.
 * Outcomes: a FramingFault where the version is not 10 or the length is less
 * than a message header's; nothing after it can be framed.
 * Source: RFC 7011, sections 3.1, 9.1, 10.4.3.
 */
export class MessageFramer {
  #held = new Uint8Array(framingOctets);
  #heldView = new DataView(this.#held.buffer);
  #heldOctets = 0;

  /** Octets of a message that has begun and is not whole. */
  get heldOctets(): number {
    return this.#heldOctets;
  }

  push(chunk: Uint8Array, take: OnFramedMessage): FramingFault | null {
    let at = 0;
    if (this.#heldOctets > 0) {
      at = this.#hold(chunk, 0, framingOctets);
      if (this.#heldOctets < framingOctets) return null;
      const fault = headerFault(this.#heldView, 0);
      if (fault !== null) return fault;
      const length = this.#heldView.getUint16(2);
      this.#widen(length);
      at = this.#hold(chunk, at, length);
      if (this.#heldOctets < length) return null;
      this.#heldOctets = 0;
      take(this.#held, this.#heldView, 0, length);
    }
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length);
    while (chunk.length - at >= framingOctets) {
      const fault = headerFault(view, at);
      if (fault !== null) return fault;
      const length = view.getUint16(at + 2);
      if (chunk.length - at < length) {
        this.#widen(length);
        break;
      }
      take(chunk, view, at, length);
      at += length;
    }
    this.#hold(chunk, at, chunk.length - at);
    return null;
  }

  /** Copies from `chunk` until `octets` are held or the chunk ends; where it stopped in the chunk. */
  #hold(chunk: Uint8Array, at: number, octets: number): number {
    const end = Math.min(chunk.length, at + Math.max(0, octets - this.#heldOctets));
    this.#held.set(chunk.subarray(at, end), this.#heldOctets);
    this.#heldOctets += end - at;
    return end;
  }

  #widen(octets: number): void {
    if (octets <= this.#held.length) return;
    const wider = new Uint8Array(octets);
    wider.set(this.#held.subarray(0, this.#heldOctets));
    this.#held = wider;
    this.#heldView = new DataView(wider.buffer);
  }
}

function headerFault(view: DataView, at: number): FramingFault | null {
  if (view.getUint16(at) !== ipfixVersion) return "badVersion";
  return view.getUint16(at + 2) < messageHeaderOctets ? "badLength" : null;
}
