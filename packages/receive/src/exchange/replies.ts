import { iovecOctets, Mmsghdr } from "../ffi/constants.ts";
import { libc } from "../ffi/libc.ts";
import { Memory } from "../ffi/memory.ts";
import { sockaddrOctets } from "../ffi/sockaddr.ts";

/** The longest reply that there is always room for. */
export const longestReplyOctets = 4096;
const nameOctets = 32;

/**
 * Replies that leave together by sendmmsg, each to where its request came from.
 *
 * ```
 * headers  n × 64 mmsghdr, n × 16 iovec, n × 32 sockaddr
 * payloads n × 4,096 at the most, one behind the other: virtual until it is written to
 * ```
 */
export class Replies {
  /** Replies that there is room for. */
  readonly capacity: number;
  /** Replies added. */
  count = 0;
  /** Where the next reply is to be written: from `end`, up to `longestReplyOctets`. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  end = 0;
  readonly #headers: Memory;
  readonly #headerWords: Uint32Array;
  readonly #payloads: Memory;
  readonly #iovecs: number;
  readonly #names: number;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#iovecs = capacity * Mmsghdr.octets;
    this.#names = this.#iovecs + capacity * iovecOctets;
    this.#headers = new Memory(this.#names + capacity * nameOctets);
    this.#headerWords = new Uint32Array(this.#headers.bytes.buffer);
    this.#payloads = new Memory(capacity * longestReplyOctets);
    this.bytes = this.#payloads.bytes;
    for (let index = 0; index < capacity; index++) {
      const at = index * Mmsghdr.octets;
      this.#headers.setPointer(at + Mmsghdr.name, this.#headers.address + this.#names + index * nameOctets);
      this.#headers.setPointer(at + Mmsghdr.iov, this.#headers.address + this.#iovecs + index * iovecOctets);
      this.#headers.view.setUint32(at + Mmsghdr.iovCount, 1, true);
    }
  }

  get isFull(): boolean {
    return this.count === this.capacity;
  }

  /** Adds the `octets` that were written at `end`, to the sockaddr at the word `nameAt` of `names`. */
  add(octets: number, names: Uint32Array, nameAt: number, six: boolean): void {
    const { view } = this.#headers;
    const index = this.count++;
    const iovec = this.#iovecs + index * iovecOctets;
    this.#headers.setPointer(iovec, this.#payloads.address + this.end);
    view.setUint32(iovec + 8, octets, true);
    const words = this.#headerWords;
    const name = (this.#names + index * nameOctets) >> 2;
    for (let word = 0; word < sockaddrOctets >> 2; word++) words[name + word] = names[nameAt + word];
    view.setUint32(index * Mmsghdr.octets + Mmsghdr.nameLength, six ? 28 : 16, true);
    // Payloads begin at words: a digest over them may read them as such.
    this.end += (octets + 3) & ~3;
  }

  /** Sends all of them and is empty then. Outcome: how many the kernel did not take. */
  send(fd: number): number {
    let refused = 0;
    for (let first = 0; first < this.count;) {
      const headers = this.#headers.address + first * Mmsghdr.octets;
      const sent = libc().sendmmsg(fd, headers, this.count - first, 0);
      // It stops before one that it refuses: the next call goes on behind that.
      if (sent <= 0) refused++;
      first += Math.max(1, sent);
    }
    this.clear();
    return refused;
  }

  clear(): void {
    this.count = 0;
    this.end = 0;
  }

  free(): void {
    this.#headers.free();
    this.#payloads.free();
  }
}
