import { formatAddress, type NatEventBatch } from "@ishizue/wire";
import { leastMs, maxAheadMs } from "../accounting/lease-event.ts";
import type { BindingEvent, PortSet } from "../lease/event.ts";

export interface NatEventReading {
  /** Address of the exporter. */
  readonly nas: string;
  /** When the ledger learns of it. */
  readonly knownMs: number;
  /** When the events arrived: a time that is far from it is not believed. */
  readonly arrivalMs: number;
  /** Routing domain of inside addresses by the VRF of the record (0: it names none). */
  readonly insideDomain?: (vrf: number) => string;
  /** Routing domain of outside addresses by the VRF of the record. */
  readonly outsideDomain?: (vrf: number) => string;
}

/** What NAT events came to. */
export interface NatEventCounts {
  /** Handed on. */
  events: number;
  /** Events that bind no address: quotas, thresholds, exhausted pools, denied sessions, pairs of addresses. */
  otherEvents: number;
  /** Without an inside or outside address, or ports. */
  incomplete: number;
  /** Timed by their arrival. */
  clockNotBelieved: number;
}

export function noNatEvents(): NatEventCounts {
  return { events: 0, otherEvents: 0, incomplete: 0, clockNotBelieved: 0 };
}

type Meaning = { readonly kind: BindingEvent["kind"]; readonly isSession: boolean };
const create: Meaning = { kind: "allocate", isSession: true };
const remove: Meaning = { kind: "release", isSession: true };

/** What values of natEvent mean for a binding. Source: RFC 8158, 4.3, table 2; 1 and 2 are of its predecessors. */
const natEvents = new Map<number, Meaning>([
  [1, create],
  [2, remove],
  [4, create],
  [5, remove],
  [6, create],
  [7, remove],
  [8, create],
  [9, remove],
  [10, create],
  [11, remove],
  [16, { kind: "allocate", isSession: false }],
  [17, { kind: "release", isSession: false }],
]);

/** What values of firewallEvent (NSEL) mean for a binding. */
const firewallEvents = new Map<number, Meaning>([
  [1, create],
  [2, remove],
  [5, { kind: "active", isSession: false }],
]);

/**
 * The bindings that NAT events tell of.
 *
 * Outcomes: what is none is counted in `counts`. Source: RFC 8158, 4.6.
 */
export function* bindingsOf(
  batch: NatEventBatch,
  reading: NatEventReading,
  counts: NatEventCounts,
): Generator<BindingEvent> {
  for (let row = 0; row < batch.rowCount; row++) {
    const meaning = natEvents.get(batch.natEvent[row]) ?? firewallEvents.get(batch.firewallEvent[row]);
    if (meaning === undefined) {
      counts.otherEvents++;
      continue;
    }
    const ports = portsOf(batch, row);
    const inside = batch.sourceAddress.slice(4 * row, 4 * row + 4);
    const outside = batch.postNATSourceAddress.slice(4 * row, 4 * row + 4);
    if (ports === undefined || isNone(outside) || (isNone(inside) && meaning.kind !== "release")) {
      counts.incomplete++;
      continue;
    }
    counts.events++;
    const { insideDomain, outsideDomain, nas, knownMs } = reading;
    yield {
      kind: meaning.kind,
      feed: "nat",
      nas,
      knownMs,
      atMs: timeOf(batch.observationTimeMs[row], reading, counts),
      domain: outsideDomain?.(batch.egressVRFID[row]) ?? "",
      prefix: { words: outside, prefixLength: 128, ports },
      ...(isNone(inside)
        ? {}
        : { inside: { domain: insideDomain?.(batch.ingressVRFID[row]) ?? "", words: inside } }),
      ...(meaning.isSession ? { isSession: true } : {}),
    };
  }
}

/** undefined: none, or ones that are no port set (every other port of a range: IE 363 and 364). */
function portsOf(batch: NatEventBatch, row: number): PortSet | undefined {
  const first = batch.portRangeStart[row];
  if (first > 0 || batch.portRangeEnd[row] > 0) {
    if (batch.portRangeStepSize[row] > 1) return undefined;
    const count = batch.portRangeNumPorts[row];
    const last = batch.portRangeEnd[row] === 0 ? first + Math.max(1, count) - 1 : batch.portRangeEnd[row];
    return { first, last, stride: 0 };
  }
  const port = batch.postNAPTSourceTransportPort[row];
  return port === 0 ? undefined : { first: port, last: port, stride: 0 };
}

function timeOf(observedMs: number, { arrivalMs }: NatEventReading, counts: NatEventCounts): number {
  if (observedMs >= leastMs && observedMs <= arrivalMs + maxAheadMs) return observedMs;
  counts.clockNotBelieved++;
  return arrivalMs;
}

function isNone(words: Uint32Array): boolean {
  return (words[0] | words[1] | words[2] | words[3]) === 0 || formatAddress(words, 0) === "0.0.0.0";
}
