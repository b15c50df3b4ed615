import { iovecOctets, Mmsghdr } from "../ffi/constants.ts";
import { Memory } from "../ffi/memory.ts";

/** Messages of one recvmmsg. */
export const batchMessages = 1024;
/** Octets of a datagram that lie together in the arena; what is longer goes on in its overflow. */
export const slotOctets = 2048;
const slotShift = 11;
/** With the slot: more than the longest UDP payload, 65,527 octets over IPv6. */
const overflowOctets = 65_536 - slotOctets;
const nameOctets = 32;

/**
 * Memory that recvmmsg writes a batch into.
 *
 * ```
 * arena     headers 1024 × 64 (two sets: sockaddr_in, sockaddr_in6), iovecs 1024 × 2 × 16,
 *           names 1024 × 32, slots 1024 × 2,048
 * overflow  1024 × 63,488: virtual, a page of it is real once a long datagram touched it
 * whole     65,536: a long datagram in one piece
 * ```
 *
 * The slots lie close so that a batch of usual datagrams stays in the
 * processor's cache, and no datagram is ever cut. The kernel shortens a
 * header's name length to what the family needs, so each family has its own.
 */
export class Arena {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView<ArrayBuffer>;
  readonly words: Uint32Array<ArrayBuffer>;
  readonly wholeBytes = new Uint8Array(65_536);
  readonly wholeView = new DataView(this.wholeBytes.buffer);
  readonly #arena: Memory;
  readonly #overflow = new Memory(batchMessages * overflowOctets);
  readonly #names = 2 * batchMessages * Mmsghdr.octets + batchMessages * 2 * iovecOctets;
  readonly #slots = this.#names + batchMessages * nameOctets;

  constructor() {
    this.#arena = new Memory(this.#slots + batchMessages * slotOctets);
    this.bytes = this.#arena.bytes;
    this.view = this.#arena.view;
    this.words = new Uint32Array(this.bytes.buffer);
    for (let message = 0; message < batchMessages; message++) {
      const iov = this.#buildIovecs(message);
      this.#buildHeader(message, message, 16, iov);
      this.#buildHeader(batchMessages + message, message, 28, iov);
    }
  }

  /** Where recvmmsg finds the headers of a family. */
  headers(six: boolean): number {
    return this.#arena.address + this.#headerOffset(six);
  }

  /** Index into `words` of the length of the first message; 16 to the next. */
  lengthWord(six: boolean): number {
    return (this.#headerOffset(six) + Mmsghdr.length) >> 2;
  }

  /** Offset of the first message's sockaddr; 32 to the next. */
  get names(): number {
    return this.#names;
  }

  /** Offset of the first message's payload; 2,048 to the next. */
  get slots(): number {
    return this.#slots;
  }

  /** Puts a datagram longer than a slot together in `wholeBytes`. */
  join(message: number, length: number): void {
    const slot = this.#slots + (message << slotShift);
    const rest = message * overflowOctets;
    this.wholeBytes.set(this.bytes.subarray(slot, slot + slotOctets));
    this.wholeBytes.set(this.#overflow.bytes.subarray(rest, rest + length - slotOctets), slotOctets);
  }

  /** Lets the memory go; no recvmmsg may use it again. */
  free(): void {
    this.#arena.free();
    this.#overflow.free();
  }

  #headerOffset(six: boolean): number {
    return six ? batchMessages * Mmsghdr.octets : 0;
  }

  #buildIovecs(message: number): number {
    const iov = 2 * batchMessages * Mmsghdr.octets + message * 2 * iovecOctets;
    this.#arena.setPointer(iov, this.#arena.address + this.#slots + message * slotOctets);
    this.#arena.view.setUint32(iov + 8, slotOctets, true);
    this.#arena.setPointer(iov + iovecOctets, this.#overflow.address + message * overflowOctets);
    this.#arena.view.setUint32(iov + iovecOctets + 8, overflowOctets, true);
    return iov;
  }

  #buildHeader(header: number, message: number, nameLength: number, iov: number): void {
    const at = header * Mmsghdr.octets;
    this.#arena.setPointer(at + Mmsghdr.name, this.#arena.address + this.#names + message * nameOctets);
    this.#arena.view.setUint32(at + Mmsghdr.nameLength, nameLength, true);
    this.#arena.setPointer(at + Mmsghdr.iov, this.#arena.address + iov);
    this.#arena.view.setUint32(at + Mmsghdr.iovCount, 2, true);
  }
}
