import { constants } from "node:os";
import { MSG_DONTWAIT, POLLIN } from "../ffi/constants.ts";
import { libc } from "../ffi/libc.ts";
import { Memory } from "../ffi/memory.ts";
import { in6AddressOffset, inAddressOffset } from "../ffi/sockaddr.ts";
import { Arena, batchMessages, slotOctets } from "../recvmmsg/arena.ts";
import { closeSocket, isOpen, socketsOf, type PlannedSocket, type ReceiverPlan } from "../socket/planned.ts";
import { Pump } from "../socket/pump.ts";
import { readSocketDrops } from "../socket/udp.ts";
import { mappedWord } from "@ishizue/wire";
import type { Replies } from "./replies.ts";

/** The pause after a read that was not full: what comes meanwhile shares the next one, and one fsync. */
const pauseMs = 1;
/** How long a thread without traffic sleeps in poll(2); its event loop waits so long at the most. */
const idleMs = 10;

/** A datagram that wants an answer: valid until the call that it was given to returns. */
export interface Request {
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly length: number;
  /** Where it came from: four words in network order, IPv4 mapped. */
  readonly address: Uint32Array;
  readonly port: number;
  readonly arrivalMs: number;
}

/** What a server does with requests. */
export interface RequestTaker {
  /** May answer by `DatagramExchange.reply`, now or later by `Replies` that it keeps. */
  take(request: Request): void;
  /** After each read. Outcome: whether answers are due soon, so that the thread is not to sleep long. */
  turn(): boolean;
}

class ReadRequest implements Request {
  bytes: Uint8Array = new Uint8Array(0);
  offset = 0;
  length = 0;
  readonly address = new Uint32Array(4);
  port = 0;
  arrivalMs = 0;
  /** Offset of its sockaddr in the arena. */
  name = 0;
}

/**
 * A UDP socket whose datagrams are answered: read by recvmmsg, up to 1,024 a
 * call, answered by sendmmsg. Its thread sleeps in the kernel, so it belongs in
 * a worker.
 */
export class DatagramExchange {
  readonly ports: readonly number[];
  /** Replies that the kernel did not take. */
  refused = 0;
  socketErrors = 0;
  readonly #plan: ReceiverPlan;
  readonly #socket: PlannedSocket;
  readonly #arena = new Arena();
  readonly #pollFd = new Memory(8);
  readonly #taker: RequestTaker;
  readonly #request = new ReadRequest();
  readonly #pump = new Pump(() => {
    this.#pass();
  });
  #closed: Promise<void> | null = null;

  /** Serves the one socket of a plan of the kind `recvmmsg`. */
  constructor(plan: ReceiverPlan, taker: RequestTaker) {
    this.#plan = plan;
    this.ports = plan.ports;
    this.#taker = taker;
    [this.#socket] = socketsOf(plan, 0);
    // struct pollfd: descriptor, events, what came.
    this.#pollFd.view.setInt32(0, this.#socket.fd, true);
    this.#pollFd.view.setInt16(4, POLLIN, true);
    this.#pump.start();
  }

  /** Adds the reply of `octets` octets, written at `replies.end`, to the request that is being taken. */
  reply(replies: Replies, octets: number): void {
    replies.add(octets, this.#arena.words, this.#request.name >> 2, this.#socket.six);
  }

  /** Sends replies; they are empty then. */
  send(replies: Replies): void {
    if (isOpen(this.#plan, this.#socket)) this.refused += replies.send(this.#socket.fd);
    else replies.clear();
  }

  /** Datagrams that the kernel dropped because the buffer was full, modulo 2^32; null where it does not tell. */
  get kernelDrops(): number | null {
    return isOpen(this.#plan, this.#socket) ? readSocketDrops(this.#socket.fd) : null;
  }

  /** Takes no more requests; replies can be sent until `close`. */
  stop(): Promise<void> {
    return this.#pump.stop();
  }

  close(): Promise<void> {
    this.#closed ??= this.#pump.stop().then(() => {
      closeSocket(this.#plan, this.#socket);
      this.#arena.free();
      this.#pollFd.free();
    });
    return this.#closed;
  }

  #pass(): void {
    // The plan was closed under us: nothing of ours is left to read.
    if (!isOpen(this.#plan, this.#socket)) return void this.close();
    const { fd, six } = this.#socket;
    const count = libc().recvmmsg(fd, this.#arena.headers(six), batchMessages, MSG_DONTWAIT, 0);
    if (count > 0) this.#take(count);
    else if (count !== -constants.errno.EAGAIN && count !== -constants.errno.EINTR) this.socketErrors++;
    const soon = this.#taker.turn();
    if (count === batchMessages) return;
    if (count > 0 || soon) libc().poll(0, 0, pauseMs);
    else libc().poll(this.#pollFd.address, 1, idleMs);
  }

  #take(count: number): void {
    const request = this.#request;
    const { bytes, words } = this.#arena;
    const { six } = this.#socket;
    const { address } = request;
    request.arrivalMs = Date.now();
    let lengthWord = this.#arena.lengthWord(six);
    let name = this.#arena.names;
    let slot = this.#arena.slots;
    for (let message = 0; message < count; message++) {
      request.length = words[lengthWord];
      request.name = name;
      request.port = (bytes[name + 2] << 8) | bytes[name + 3];
      const at = (name + (six ? in6AddressOffset : inAddressOffset)) >> 2;
      if (six) for (let word = 0; word < 4; word++) address[word] = words[at + word];
      else {
        address[2] = mappedWord;
        address[3] = words[at];
      }
      if (request.length <= slotOctets) {
        request.bytes = bytes;
        request.offset = slot;
      } else {
        this.#arena.join(message, request.length);
        request.bytes = this.#arena.wholeBytes;
        request.offset = 0;
      }
      this.#taker.take(request);
      lengthWord += 16;
      name += 32;
      slot += slotOctets;
    }
  }
}
