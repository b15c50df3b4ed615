import { checkAccountingResponse, decodeRadius } from "@ishizue/wire";
import {
  AF_INET,
  iovecOctets,
  Mmsghdr,
  MSG_DONTWAIT,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
} from "../../../../packages/receive/src/ffi/constants.ts";
import { libc } from "../../../../packages/receive/src/ffi/libc.ts";
import { Memory } from "../../../../packages/receive/src/ffi/memory.ts";
import { succeed } from "../../../../packages/receive/src/ffi/option.ts";
import { sockaddr } from "../../../../packages/receive/src/ffi/sockaddr.ts";

/** Requests that one source port can have under way: the identifier has 8 bits (RFC 2866 section 3). */
export const identifiers = 256;
const responseOctets = 64;

/**
 * One source port of an access server: the requests from one identifier to the next, each again when it was not answered.
 *
 * Shape: request `i` has the identifier `i % 256`, and goes when `i - 256` was answered.
 */
export class NasPort {
  /** Requests sent first, and those answered, in order of their sending up to `answeredUntil`. */
  sent = 0;
  answered = 0;
  readonly #fd: number;
  readonly #requests: Memory;
  readonly #ends: Float64Array;
  readonly #headers: Memory;
  readonly #responses: Memory;
  readonly #responseHeaders: Memory;
  readonly #sentMs: Float64Array;
  /** By request: 1 once it was answered. */
  readonly #done: Uint8Array;
  readonly #secret: Uint8Array;
  resent = 0;
  /** Responses to no request that waits: of one sent twice, or with a wrong authenticator. */
  unexpected = 0;

  constructor(host: string, port: number, secret: Uint8Array, requests: readonly Uint8Array[]) {
    this.#secret = secret;
    const octets = requests.reduce((sum, { length }) => sum + length, 0);
    this.#requests = new Memory(octets);
    this.#ends = new Float64Array(requests.length);
    let end = 0;
    requests.forEach((bytes, index) => {
      this.#requests.bytes.set(bytes, end);
      end += bytes.length;
      this.#ends[index] = end;
    });
    this.#headers = headersOf(identifiers, () => 0, 0);
    this.#responses = new Memory(identifiers * responseOctets);
    const { address } = this.#responses;
    this.#responseHeaders = headersOf(identifiers, (i) => address + i * responseOctets, responseOctets);
    this.#sentMs = new Float64Array(identifiers);
    this.#done = new Uint8Array(requests.length);
    const target = sockaddr(host, port);
    this.#fd = succeed("socket", libc().socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    succeed("connect", libc().connect(this.#fd, target.memory.address, target.length));
  }

  get count(): number {
    return this.#done.length;
  }

  /** Sends what `window` requests under way have room for; `before` how many of the run may have gone out. */
  send(window: number, limit: number, nowMs: number): number {
    const until = Math.min(limit, this.count);
    let last = this.sent;
    while (
      last < until &&
      last - this.answered < window &&
      (last < identifiers || this.#done[last - identifiers] === 1)
    ) {
      last++;
    }
    const count = last - this.sent;
    if (count > 0) this.#sendMessages(this.sent, count, nowMs);
    this.sent = last;
    return count;
  }

  /** Sends again what was not answered for `patienceMs`. */
  sendAgain(patienceMs: number, nowMs: number): void {
    for (let index = Math.max(0, this.sent - identifiers); index < this.sent; index++) {
      if (this.#done[index] === 1 || nowMs - this.#sentMs[index % identifiers] < patienceMs) continue;
      // The latency of a request that was lost is that of its first sending: the time stays.
      const sentMs = this.#sentMs[index % identifiers];
      this.#sendMessages(index, 1, sentMs);
      this.resent++;
    }
  }

  /** Takes responses; `told` gets the milliseconds from the first sending of each. */
  receive(nowMs: number, told: (latencyMs: number) => void): number {
    const count = libc().recvmmsg(this.#fd, this.#responseHeaders.address, identifiers, MSG_DONTWAIT, 0);
    for (let response = 0; response < count; response++) {
      const at = response * responseOctets;
      const identifier = this.#responses.bytes[at + 1];
      const index = this.sent - 1 - ((this.sent - 1 - identifier) & (identifiers - 1));
      if (index < 0 || this.#done[index] === 1 || !this.#answers(at, index)) {
        this.unexpected++;
        continue;
      }
      this.#done[index] = 1;
      this.answered++;
      told(nowMs - this.#sentMs[identifier]);
    }
    return Math.max(0, count);
  }

  /** Whether the response at `at` was made for the request. */
  #answers(at: number, index: number): boolean {
    const start = index === 0 ? 0 : this.#ends[index - 1];
    const outcome = decodeRadius(this.#responses.bytes, at, responseOctets);
    const authenticator = this.#requests.bytes.subarray(start + 4, start + 20);
    return (
      outcome.status === "decoded" && checkAccountingResponse(outcome.packet, authenticator, this.#secret)
    );
  }

  close(): void {
    libc().close(this.#fd);
  }

  #sendMessages(first: number, count: number, nowMs: number): void {
    for (let message = 0; message < count; message++) {
      const index = first + message;
      const start = index === 0 ? 0 : this.#ends[index - 1];
      const iovec = identifiers * Mmsghdr.octets + message * iovecOctets;
      this.#headers.setPointer(iovec, this.#requests.address + start);
      this.#headers.view.setUint32(iovec + 8, this.#ends[index] - start, true);
      this.#sentMs[index % identifiers] = nowMs;
    }
    for (let sent = 0; sent < count;) {
      const headers = this.#headers.address + sent * Mmsghdr.octets;
      sent += Math.max(1, libc().sendmmsg(this.#fd, headers, count - sent, 0));
    }
  }
}

function headersOf(count: number, pointer: (index: number) => number, octets: number): Memory {
  const memory = new Memory(count * (Mmsghdr.octets + iovecOctets));
  for (let index = 0; index < count; index++) {
    const iovec = count * Mmsghdr.octets + index * iovecOctets;
    memory.setPointer(iovec, pointer(index));
    memory.view.setUint32(iovec + 8, octets, true);
    memory.setPointer(index * Mmsghdr.octets + Mmsghdr.iov, memory.address + iovec);
    memory.view.setUint32(index * Mmsghdr.octets + Mmsghdr.iovCount, 1, true);
  }
  return memory;
}
