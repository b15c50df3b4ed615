import { DgramReceiver } from "../dgram/receiver.ts";
import { RecvmmsgReceiver } from "../recvmmsg/receiver.ts";
import { RingReceiver } from "../ring/receiver.ts";
import type { OnDatagram } from "../source/source.ts";
import type { ReceiverPlan } from "./planned.ts";
import type { Receiver } from "./receiver.ts";

/**
 * Makes the receiver of one worker, 0 to `plan.workers` - 1, in the thread
 * that calls. It may be made again where the thread that had it ended without
 * closing it.
 *
 * Errors: ReceiveError (`dgram` only binds its sockets now).
 */
export async function openReceiver(
  plan: ReceiverPlan,
  worker: number,
  onDatagram: OnDatagram,
): Promise<Receiver> {
  if (plan.kind === "ring") return new RingReceiver(plan, worker, onDatagram);
  if (plan.kind === "recvmmsg") return new RecvmmsgReceiver(plan, worker, onDatagram);
  const { host, ports, receiveBufferBytes, sourceLimit } = plan;
  return DgramReceiver.open({ host, ports, receiveBufferBytes, sourceLimit, onDatagram });
}
