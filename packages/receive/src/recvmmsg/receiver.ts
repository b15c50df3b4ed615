import { constants } from "node:os";
import { MSG_DONTWAIT, POLLIN } from "../ffi/constants.ts";
import { libc } from "../ffi/libc.ts";
import { Memory } from "../ffi/memory.ts";
import { inAddressOffset, in6AddressOffset } from "../ffi/sockaddr.ts";

import { closeSocket, isOpen, socketsOf, type PlannedSocket, type ReceiverPlan } from "../socket/planned.ts";
import { Pump } from "../socket/pump.ts";
import type { Receiver, ReceiverStats, SocketStats } from "../socket/receiver.ts";
import { readSocketDrops } from "../socket/udp.ts";
import { SourceTable, type OnDatagram } from "../source/source.ts";
import { Arena, batchMessages, slotOctets } from "./arena.ts";

/**
 * The pause after a batch that was not full. Without it each wake-up brings
 * two to four datagrams, and a call costs more than they do.
 */
const pauseMs = 2;
/** How long a thread without traffic sleeps in poll(2); its event loop waits so long at the most. */
const idleMs = 10;

/**
 * UDP sockets read by recvmmsg, 1,024 datagrams a call. Its thread sleeps in
 * the kernel, so it belongs in a worker.
 */
export class RecvmmsgReceiver implements Receiver {
  readonly kind = "recvmmsg";
  readonly ports: readonly number[];
  #datagrams = 0;
  #octets = 0;
  #socketErrors = 0;
  readonly #plan: ReceiverPlan;
  readonly #sockets: readonly PlannedSocket[];
  readonly #stats: SocketStats[];
  readonly #arena = new Arena();
  readonly #pollFds: Memory;
  readonly #sources: SourceTable;
  readonly #onDatagram: OnDatagram;
  readonly #pump = new Pump(() => {
    this.#pass();
  });
  #closed: Promise<void> | null = null;

  /** Reads the sockets that `plan` has for `worker`. */
  constructor(plan: ReceiverPlan, worker: number, onDatagram: OnDatagram) {
    this.#plan = plan;
    this.ports = plan.ports;
    this.#sockets = socketsOf(plan, worker);
    this.#stats = this.#sockets.map(({ address, port, receiveBufferBytes }) => ({
      address,
      port,
      receiveBufferBytes,
      kernelDrops: 0,
    }));
    this.#sources = new SourceTable(plan.sourceLimit);
    this.#onDatagram = onDatagram;
    // struct pollfd: descriptor, events, what came.
    this.#pollFds = new Memory(8 * this.#sockets.length);
    this.#sockets.forEach(({ fd }, index) => {
      this.#pollFds.view.setInt32(8 * index, fd, true);
      this.#pollFds.view.setInt16(8 * index + 4, POLLIN, true);
    });
    this.#pump.start();
  }

  stats(): ReceiverStats {
    this.#readDrops();
    return {
      datagrams: this.#datagrams,
      octets: this.#octets,
      kernelDrops: this.#stats.reduce<number | null>(
        (sum, { kernelDrops }) => (sum === null || kernelDrops === null ? null : sum + kernelDrops),
        0,
      ),
      fragments: 0,
      badChecksums: 0,
      truncated: 0,
      socketErrors: this.#socketErrors,
      receiveBufferAskedBytes: this.#plan.receiveBufferBytes,
      sources: this.#sources.size,
      passingSources: this.#sources.passing,
      sockets: this.#stats.map((socket) => ({ ...socket })),
    };
  }

  close(): Promise<void> {
    this.#closed ??= this.#pump.stop().then(() => {
      this.#readDrops();
      for (const socket of this.#sockets) closeSocket(this.#plan, socket);
      this.#arena.free();
      this.#pollFds.free();
    });
    return this.#closed;
  }

  /** One read of every socket; sleeps where that did not bring much. */
  #pass(): void {
    let taken = 0;
    let full = false;
    for (const socket of this.#sockets) {
      // The plan was closed under us: nothing of ours is left to read.
      if (!isOpen(this.#plan, socket)) return void this.close();
      const headers = this.#arena.headers(socket.six);
      const count = libc().recvmmsg(socket.fd, headers, batchMessages, MSG_DONTWAIT, 0);
      if (count > 0) {
        this.#take(socket, count);
        taken += count;
        if (count === batchMessages) full = true;
      } else if (count !== -constants.errno.EAGAIN && count !== -constants.errno.EINTR) {
        this.#socketErrors++;
      }
    }
    if (full) return;
    if (taken > 0) libc().poll(0, 0, pauseMs);
    else libc().poll(this.#pollFds.address, this.#sockets.length, idleMs);
  }

  #take({ six, port }: PlannedSocket, count: number): void {
    const { bytes, view, words } = this.#arena;
    const sources = this.#sources;
    const onDatagram = this.#onDatagram;
    const arrivalMs = Date.now();
    let lengthWord = this.#arena.lengthWord(six);
    let name = this.#arena.names;
    let slot = this.#arena.slots;
    let octets = 0;
    for (let message = 0; message < count; message++) {
      const length = words[lengthWord];
      const source = six
        ? sources.of(words, (name + in6AddressOffset) >> 2)
        : sources.ofIPv4(words[(name + inAddressOffset) >> 2] | 0);
      const sourcePort = (bytes[name + 2] << 8) | bytes[name + 3];
      octets += length;
      if (length <= slotOctets) onDatagram(bytes, view, slot, length, source, arrivalMs, sourcePort, port);
      else {
        this.#arena.join(message, length);
        const { wholeBytes, wholeView } = this.#arena;
        onDatagram(wholeBytes, wholeView, 0, length, source, arrivalMs, sourcePort, port);
      }
      lengthWord += 16;
      name += 32;
      slot += slotOctets;
    }
    this.#datagrams += count;
    this.#octets += octets;
  }

  /** The kernel's counter is 32 bits wide; ours goes on. */
  #readDrops(): void {
    this.#sockets.forEach((socket, index) => {
      if (!isOpen(this.#plan, socket)) return;
      const stats = this.#stats[index];
      const drops = readSocketDrops(socket.fd);
      stats.kernelDrops =
        drops === null || stats.kernelDrops === null
          ? null
          : stats.kernelDrops + ((drops - stats.kernelDrops) >>> 0);
    });
  }
}
