/**
 * NAT events in columns, by their IANA names; a row an event.
 *
 * Shape: addresses are four network-order words a row, zero where the record has none; every other column is 0 there.
 * Bound: `capacity` rows; events past it are counted in `DecodeOutcome.natEventsLost`.
 */
export class NatEventBatch {
  readonly capacity: number;
  rowCount = 0;
  /** Milliseconds since the Unix epoch: of the observation where the record tells it, else of the message's export. */
  readonly observationTimeMs: Float64Array;
  /** IE 230; RFC 8158, 4.3. */
  readonly natEvent: Uint8Array;
  /** IE 233: 1 created, 2 deleted, 3 denied, 4 alert, 5 update. */
  readonly firewallEvent: Uint8Array;
  readonly protocolIdentifier: Uint8Array;
  readonly sourceAddress: Uint32Array;
  readonly postNATSourceAddress: Uint32Array;
  readonly postNAPTSourceTransportPort: Uint16Array;
  readonly portRangeStart: Uint16Array;
  readonly portRangeEnd: Uint16Array;
  readonly portRangeStepSize: Uint16Array;
  readonly portRangeNumPorts: Uint16Array;
  readonly ingressVRFID: Uint32Array;
  readonly egressVRFID: Uint32Array;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.observationTimeMs = new Float64Array(capacity);
    this.natEvent = new Uint8Array(capacity);
    this.firewallEvent = new Uint8Array(capacity);
    this.protocolIdentifier = new Uint8Array(capacity);
    this.sourceAddress = new Uint32Array(4 * capacity);
    this.postNATSourceAddress = new Uint32Array(4 * capacity);
    this.postNAPTSourceTransportPort = new Uint16Array(capacity);
    this.portRangeStart = new Uint16Array(capacity);
    this.portRangeEnd = new Uint16Array(capacity);
    this.portRangeStepSize = new Uint16Array(capacity);
    this.portRangeNumPorts = new Uint16Array(capacity);
    this.ingressVRFID = new Uint32Array(capacity);
    this.egressVRFID = new Uint32Array(capacity);
  }
}

/** Everything of the rows that are in `batch`, in a batch just large enough: what another thread may have. */
export function takenEvents(batch: NatEventBatch): NatEventBatch {
  const taken = new NatEventBatch(batch.rowCount);
  for (const name of columnNames) {
    const from = batch[name];
    const perRow = from.length / batch.capacity;
    taken[name].set(from.subarray(0, perRow * batch.rowCount));
  }
  taken.rowCount = batch.rowCount;
  batch.rowCount = 0;
  return taken;
}

const columnNames = [
  "observationTimeMs",
  "natEvent",
  "firewallEvent",
  "protocolIdentifier",
  "sourceAddress",
  "postNATSourceAddress",
  "postNAPTSourceTransportPort",
  "portRangeStart",
  "portRangeEnd",
  "portRangeStepSize",
  "portRangeNumPorts",
  "ingressVRFID",
  "egressVRFID",
] as const;
