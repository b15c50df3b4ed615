import { DgramReceiver, type OnDatagram, type Receiver, type ReceiverKind } from "@ishizue/receive";

/** How the workers receive; plain data. */
export interface ReceiverPlan {
  readonly kind: ReceiverKind;
  /** Why this kind, and why not a better one: a sentence each. */
  readonly why: readonly string[];
  readonly host: string;
  readonly ports: readonly number[];
  readonly receiveBufferBytes: number;
}

/** Opens the receiver of a worker. Errors: ReceiveError (a port in use …). */
export function openReceiver(plan: ReceiverPlan, _worker: number, onDatagram: OnDatagram): Promise<Receiver> {
  const { host, ports, receiveBufferBytes } = plan;
  return DgramReceiver.open({ host, ports, receiveBufferBytes, onDatagram });
}
