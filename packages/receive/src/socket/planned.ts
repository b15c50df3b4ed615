import { libc } from "../ffi/libc.ts";
import type { ReceiverKind } from "./receiver.ts";
import type { UdpSocket } from "./udp.ts";

/** A socket of a plan; `slot` is its place in the plan's shared arrays. */
export type PlannedSocket = UdpSocket & { readonly slot: number; readonly worker: number };

/** A packet ring of a plan, of one family. */
export type PlannedRing = {
  readonly fd: number;
  readonly slot: number;
  readonly worker: number;
  readonly six: boolean;
  readonly blocks: number;
  /** Each packet has a virtio_net_hdr before it, which tells of merged datagrams. */
  readonly vnetHeader: boolean;
};

/**
 * What `planReceiver` opened, as plain data that can be posted to the workers:
 * descriptors belong to the whole process, and the arrays are shared.
 */
export type ReceiverPlan = {
  readonly kind: ReceiverKind;
  /** One sentence for each kind that would have been better and could not be taken. */
  readonly why: readonly string[];
  readonly host: string;
  /** As the system chose them; `dgram` chooses when it is opened, and keeps a 0 here. */
  readonly ports: readonly number[];
  readonly workers: number;
  /** Names of the interfaces that the ring takes packets of; none: every one. */
  readonly interfaces: readonly string[];
  readonly receiveBufferBytes: number;
  readonly sourceLimit: number;
  readonly sockets: readonly PlannedSocket[];
  readonly rings: readonly PlannedRing[];
  /** By slot: 1 where the descriptor was closed. */
  readonly closed: Int32Array<SharedArrayBuffer>;
  /** By slot of a ring: where it is mapped, 0 where it is not; survives a worker that crashed. */
  readonly mappings: Float64Array<SharedArrayBuffer>;
  /** By slot of a ring: the block that is read next. */
  readonly positions: Int32Array<SharedArrayBuffer>;
};

type Planned = PlannedSocket | PlannedRing;

export function socketsOf(plan: ReceiverPlan, worker: number): PlannedSocket[] {
  return plan.sockets.filter((socket) => socket.worker === worker);
}

export function ringsOf(plan: ReceiverPlan, worker: number): PlannedRing[] {
  return plan.rings.filter((ring) => ring.worker === worker);
}

export function isOpen(plan: ReceiverPlan, { slot }: Planned): boolean {
  return Atomics.load(plan.closed, slot) === 0;
}

/** Closes a descriptor once, whichever thread comes first: the number may belong to another file later. */
export function closeSocket(plan: ReceiverPlan, { fd, slot }: Planned): void {
  if (Atomics.exchange(plan.closed, slot, 1) === 0) libc().close(fd);
}
