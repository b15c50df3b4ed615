import { MAP_SHARED, PACKET_STATISTICS, PROT_READ, PROT_WRITE, SOL_PACKET } from "../ffi/constants.ts";
import { libc } from "../ffi/libc.ts";
import { getOption, succeed } from "../ffi/option.ts";
import type { PlannedRing, ReceiverPlan } from "../socket/planned.ts";
import { blockOctets } from "./open.ts";

/** Word of a block's header that says whose it is (struct tpacket_hdr_v1), and the kernel's and our mark. */
const statusWord = 2;
const statusKernel = 0;
const statusUser = 1;

/** A ring in memory. Its views are dead, not dangling, after `unmap`. */
export class MappedRing {
  readonly planned: PlannedRing;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView<ArrayBuffer>;
  readonly words: Uint32Array<ArrayBuffer>;
  readonly halves: Uint16Array<ArrayBuffer>;
  /** Packets that found the ring full, and times that happened. */
  drops = 0;
  freezes = 0;
  readonly #plan: ReceiverPlan;
  readonly #status: Int32Array<ArrayBuffer>;
  readonly #octets: number;

  /** Maps it, or finds it where a thread that is gone had mapped it. */
  constructor(plan: ReceiverPlan, planned: PlannedRing) {
    this.#plan = plan;
    this.planned = planned;
    this.#octets = planned.blocks * blockOctets;
    if (plan.mappings[planned.slot] === 0) {
      const protection = PROT_READ | PROT_WRITE;
      const address = libc().mmap(0, this.#octets, protection, MAP_SHARED, planned.fd, 0);
      plan.mappings[planned.slot] = succeed("mmap", address);
    }
    const buffer = libc().viewAt(plan.mappings[planned.slot], this.#octets);
    this.bytes = new Uint8Array(buffer);
    this.view = new DataView(buffer);
    this.words = new Uint32Array(buffer);
    this.halves = new Uint16Array(buffer);
    this.#status = new Int32Array(buffer);
  }

  /** The offset of the block that is next, once the kernel filled it; -1 until then. */
  nextBlock(): number {
    const offset = this.#plan.positions[this.planned.slot] * blockOctets;
    return (Atomics.load(this.#status, (offset >> 2) + statusWord) & statusUser) === 0 ? -1 : offset;
  }

  /** Gives the block that was next back to the kernel. */
  release(): void {
    const position = this.#plan.positions[this.planned.slot];
    Atomics.store(this.#status, ((position * blockOctets) >> 2) + statusWord, statusKernel);
    this.#plan.positions[this.planned.slot] = position + 1 === this.planned.blocks ? 0 : position + 1;
  }

  /** Adds what was dropped since the last time: the kernel forgets it when it tells. */
  readStatistics(): void {
    const [, drops = 0, freezes = 0] = getOption(this.planned.fd, SOL_PACKET, PACKET_STATISTICS, 3) ?? [];
    this.drops += drops;
    this.freezes += freezes;
  }

  unmap(): void {
    // Detached, every view of it has no octets; a view of unmapped memory would end the process.
    this.bytes.buffer.transfer();
    libc().munmap(this.#plan.mappings[this.planned.slot], this.#octets);
    this.#plan.mappings[this.planned.slot] = 0;
  }
}
