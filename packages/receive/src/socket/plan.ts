import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { bindError, ReceiveError } from "../dgram/error.ts";
import { SKF_NET_OFF } from "../ffi/bpf.ts";
import { SO_ATTACH_REUSEPORT_CBPF, SOL_SOCKET } from "../ffi/constants.ts";
import { libc, whyNoLibc } from "../ffi/libc.ts";
import { setProgram, succeed } from "../ffi/option.ts";
import { openRings, steerRings, whyNoRing } from "../ring/open.ts";
import { defaultSourceLimit } from "../source/source.ts";
import { bucketCount, evenBuckets, maxWorkers } from "../steering/bucket.ts";
import { steeringProgram } from "../steering/program.ts";
import { closeSocket, type PlannedSocket, type ReceiverPlan } from "./planned.ts";
import type { ReceiverKind } from "./receiver.ts";
import { dropEverything, openUdp, type UdpSocket } from "./udp.ts";

export type ReceiverOptions = {
  /** `auto` (the default): the first of ring, recvmmsg and dgram that this machine and its rights allow. */
  kind?: ReceiverKind | "auto";
  /** `::` (the default) is every address of both families. */
  host?: string;
  /** 0 lets the system choose. */
  ports: readonly number[];
  /** 1 to 16, one unless told; `dgram` has one. */
  workers?: number;
  /** Asked of the kernel for each socket; a ring is twice as long, as the kernel doubles what it grants a socket. */
  receiveBufferBytes?: number;
  /** Interfaces that the ring takes packets of; none: every one, also those that come later. */
  interfaces?: readonly string[];
  /** Addresses that a receiver keeps (SourceTable). */
  sourceLimit?: number;
};

type Settings = Required<Omit<ReceiverOptions, "kind">>;
type Descriptors = Pick<ReceiverPlan, "ports" | "sockets" | "rings">;

export const defaultReceiveBufferBytes = 33_554_432;

/**
 * Chooses a kind of receiver and opens its sockets, all or none, in the order
 * that steering counts on. `openReceiver` makes a receiver of each worker's.
 *
 * Errors: ReceiveError where a port is taken, an address or an interface is
 * not here, or the kind that was asked for cannot be had.
 */
export async function planReceiver(options: ReceiverOptions): Promise<ReceiverPlan> {
  const settings: Settings = {
    workers: 1,
    receiveBufferBytes: defaultReceiveBufferBytes,
    interfaces: [],
    sourceLimit: defaultSourceLimit,
    ...options,
    host: await addressOf(options.host ?? "::", options.ports[0]),
  };
  if (!(settings.workers >= 1 && settings.workers <= maxWorkers)) {
    throw new RangeError(`workers: ${settings.workers} is not 1 to ${maxWorkers}`);
  }
  const why: string[] = [];
  const kinds = options.kind === undefined || options.kind === "auto" ? all : [options.kind];
  for (const kind of kinds) {
    const reason = unavailable(kind);
    if (reason === null) return finish(kind, why, settings, open(kind, settings));
    why.push(`${kind} cannot be taken: ${reason}.`);
  }
  throw new ReceiveError(
    "NO_RECEIVER",
    why.join(" "),
    String(options.kind),
    "choose another receiver, or auto",
  );
}

const all: readonly ReceiverKind[] = ["ring", "recvmmsg", "dgram"];

/** Why a kind cannot be had here, or null. */
function unavailable(kind: ReceiverKind): string | null {
  if (kind === "dgram") return null;
  return whyNoLibc() ?? (kind === "ring" ? whyNoRing() : null);
}

/**
 * Gives the sources of each bucket to a worker, in the kernel; may be called
 * again at any time, and the next packet goes by it.
 *
 * Shape: 256 entries, each below `plan.workers`. Nothing to do for one worker.
 */
export function steer(plan: ReceiverPlan, workerOfBucket: Uint8Array): void {
  if (workerOfBucket.length !== bucketCount || workerOfBucket.some((worker) => worker >= plan.workers)) {
    throw new RangeError(`workerOfBucket is not ${bucketCount} workers below ${plan.workers}`);
  }
  if (plan.workers === 1) return;
  if (plan.kind === "ring") {
    steerRings(plan.rings, workerOfBucket);
    return;
  }
  const program = steeringProgram(workerOfBucket, SKF_NET_OFF);
  // The program belongs to the group, whichever of its sockets it is given to.
  for (const { fd, worker } of plan.sockets) {
    if (worker !== 0) continue;
    succeed("SO_ATTACH_REUSEPORT_CBPF", setProgram(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, program));
  }
}

/**
 * Closes what no receiver closed. Receivers are closed first; one that still
 * runs ends with its next read.
 */
export function closePlan(plan: ReceiverPlan): void {
  for (const ring of plan.rings) {
    // A ring that is still mapped would go on filling after its descriptor is gone.
    if (Atomics.load(plan.closed, ring.slot) === 0) dropEverything(ring.fd);
    closeSocket(plan, ring);
  }
  for (const socket of plan.sockets) closeSocket(plan, socket);
}

function open(kind: ReceiverKind, settings: Settings): Descriptors {
  if (kind === "dgram") return { ports: settings.ports, sockets: [], rings: [] };
  const sockets: PlannedSocket[] = [];
  try {
    const opened = kind === "ring" ? openSinks(settings, sockets) : openGroups(settings, sockets);
    const ports = [...new Set(opened.map(({ port }) => port))];
    const rings = kind === "ring" ? openRings({ ...settings, ports }, sockets.length) : [];
    return { ports, sockets, rings };
  } catch (error) {
    for (const { fd } of sockets) libc().close(fd);
    throw error;
  }
}

/** A socket a port that holds the port for the ring. */
function openSinks({ host, ports }: Settings, sockets: PlannedSocket[]): readonly UdpSocket[] {
  for (const port of ports) {
    const socket = openUdp({ host, port, receiveBufferBytes: 0 });
    sockets.push({ ...socket, slot: sockets.length, worker: 0 });
    dropEverything(socket.fd);
  }
  return sockets;
}

/** A socket a port and worker; those of a port are one group, in the order of the workers. */
function openGroups(settings: Settings, sockets: PlannedSocket[]): readonly UdpSocket[] {
  const { host, workers, receiveBufferBytes } = settings;
  for (const asked of settings.ports) {
    let port = asked;
    const reusePort = workers > 1;
    // Another collector of ours may share its port, too: it would take half of what is sent to us.
    if (reusePort) libc().close(openUdp({ host, port }).fd);
    for (let worker = 0; worker < workers; worker++) {
      const socket = openUdp({ host, port, reusePort, receiveBufferBytes });
      sockets.push({ ...socket, slot: sockets.length, worker });
      port = socket.port;
    }
  }
  return sockets;
}

function finish(
  kind: ReceiverKind,
  why: string[],
  settings: Settings,
  descriptors: Descriptors,
): ReceiverPlan {
  if (kind === "dgram" && settings.workers > 1) {
    why.push(`dgram has one worker, not ${settings.workers}: the others need sockets of recvmmsg or ring.`);
  }
  const slots = descriptors.sockets.length + descriptors.rings.length;
  const plan: ReceiverPlan = {
    ...settings,
    ...descriptors,
    kind,
    why,
    workers: kind === "dgram" ? 1 : settings.workers,
    closed: new Int32Array(new SharedArrayBuffer(4 * slots)),
    mappings: new Float64Array(new SharedArrayBuffer(8 * slots)),
    positions: new Int32Array(new SharedArrayBuffer(4 * slots)),
  };
  try {
    steer(plan, evenBuckets(plan.workers));
  } catch (error) {
    closePlan(plan);
    throw error;
  }
  return plan;
}

/** The address that a name has. Errors: ReceiveError UNKNOWN_HOST. */
async function addressOf(host: string, port: number): Promise<string> {
  if (isIP(host.split("%")[0]) !== 0) return host;
  try {
    return (await lookup(host)).address;
  } catch (error) {
    throw bindError(error, host, port);
  }
}
