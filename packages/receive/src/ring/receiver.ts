import { POLLIN } from "../ffi/constants.ts";
import { libc } from "../ffi/libc.ts";
import { Memory } from "../ffi/memory.ts";
import { closeSocket, isOpen, ringsOf, socketsOf, type ReceiverPlan } from "../socket/planned.ts";
import { Pump } from "../socket/pump.ts";
import type { Receiver, ReceiverStats } from "../socket/receiver.ts";
import { SourceTable, type OnDatagram } from "../source/source.ts";
import { isWildcard } from "./local.ts";
import { MappedRing } from "./mapped.ts";
import { attachFilter, blockOctets, filterBasis } from "./open.ts";
import { PacketReader } from "./packets.ts";

/** Blocks that are read before the event loop has its turn. */
const blocksPerPass = 16;
/** How long a thread without traffic sleeps in poll(2). */
const idleMs = 10;
/** How often the addresses and interfaces of the machine are looked at. */
const refreshMs = 2000;

/**
 * Packets straight from the network layer by AF_PACKET rings (TPACKET_V3),
 * one a family, read where the kernel put them. Its thread sleeps in the
 * kernel, so it belongs in a worker.
 *
 * It sees each packet once, for whatever interface it came, before any
 * firewall rule of the IP layer.
 */
export class RingReceiver implements Receiver {
  readonly kind = "ring";
  readonly ports: readonly number[];
  readonly #plan: ReceiverPlan;
  readonly #worker: number;
  readonly #rings: readonly MappedRing[];
  readonly #pollFds: Memory;
  readonly #sources: SourceTable;
  readonly #reader: PacketReader;
  readonly #refresh: NodeJS.Timeout | null;
  #basis: string;
  readonly #pump = new Pump(() => {
    this.#pass();
  });
  #closed: Promise<void> | null = null;

  /** Reads the rings that `plan` has for `worker`. Errors: SystemCallError where one cannot be mapped. */
  constructor(plan: ReceiverPlan, worker: number, onDatagram: OnDatagram) {
    this.#plan = plan;
    this.#worker = worker;
    this.ports = plan.ports;
    this.#rings = ringsOf(plan, worker).map((ring) => new MappedRing(plan, ring));
    this.#sources = new SourceTable(plan.sourceLimit);
    this.#reader = new PacketReader(plan.ports, this.#sources, onDatagram);
    this.#pollFds = new Memory(8 * this.#rings.length);
    this.#rings.forEach(({ planned }, index) => {
      this.#pollFds.view.setInt32(8 * index, planned.fd, true);
      this.#pollFds.view.setInt16(8 * index + 4, POLLIN, true);
    });
    this.#basis = this.#filterBasis();
    const changes = isWildcard(plan.host) || plan.interfaces.length > 0;
    this.#refresh = changes ? setInterval(() => this.#refreshFilters(), refreshMs).unref() : null;
    this.#pump.start();
  }

  stats(): ReceiverStats {
    this.#readStatistics();
    const { datagrams, octets, fragments, badChecksums, truncated } = this.#reader;
    return {
      datagrams,
      octets,
      kernelDrops: this.#rings.reduce((sum, { drops }) => sum + drops, 0),
      fragments,
      badChecksums,
      truncated,
      socketErrors: 0,
      receiveBufferAskedBytes: this.#plan.receiveBufferBytes,
      sources: this.#sources.size,
      passingSources: this.#sources.passing,
      sockets: this.#rings.map(({ planned, drops }) => ({
        address: planned.six ? "::" : "0.0.0.0",
        port: 0,
        receiveBufferBytes: (planned.blocks * blockOctets) / 2,
        kernelDrops: drops,
      })),
    };
  }

  close(): Promise<void> {
    if (this.#refresh !== null) clearInterval(this.#refresh);
    this.#closed ??= this.#pump.stop().then(() => {
      this.#readStatistics();
      for (const ring of this.#rings) {
        ring.unmap();
        closeSocket(this.#plan, ring.planned);
      }
      for (const socket of socketsOf(this.#plan, this.#worker)) closeSocket(this.#plan, socket);
      this.#pollFds.free();
    });
    return this.#closed;
  }

  #pass(): void {
    let read = 0;
    for (const ring of this.#rings) {
      // The plan was closed under us: the kernel fills it no more.
      if (!isOpen(this.#plan, ring.planned)) return void this.close();
      for (let block = ring.nextBlock(); block >= 0 && read < blocksPerPass; block = ring.nextBlock()) {
        this.#reader.readBlock(ring, block);
        ring.release();
        read++;
      }
    }
    if (read === 0) libc().poll(this.#pollFds.address, this.#rings.length, idleMs);
  }

  #readStatistics(): void {
    for (const ring of this.#rings) if (isOpen(this.#plan, ring.planned)) ring.readStatistics();
  }

  #filterBasis(): string {
    return JSON.stringify(this.#rings.map(({ planned }) => filterBasis(planned, this.#plan)));
  }

  /** Addresses come and go (a standby takes over, a lease is renewed); so do interfaces. */
  #refreshFilters(): void {
    const basis = this.#filterBasis();
    if (basis === this.#basis) return;
    for (const { planned } of this.#rings) if (isOpen(this.#plan, planned)) attachFilter(planned, this.#plan);
    this.#basis = basis;
  }
}
