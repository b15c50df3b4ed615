import { ColumnPlace } from "./column-place.ts";
import { columnNames, ConstantRows } from "./constant-rows.ts";

let batches = 0;

/**
 * A batch of flow records in columns: what every decoder appends to and what
 * the rest of the pipeline reads. One row a data record (or sFlow flow sample).
 *
 * Shape: every column holds `capacity` rows; address columns hold four 32-bit
 * words a row. Only rows below `rowCount` mean anything.
 * Units: octets and packets as exported, not multiplied by samplingInterval;
 * octets are layer-3 octets; times are milliseconds since the Unix epoch.
 * 64-bit counts are Float64, exact to 2^53.
 */
export class FlowBatch {
  /** A number that no other batch of this process has. */
  readonly serial = ++batches;
  readonly capacity: number;
  rowCount = 0;
  /** What the decoders know of rows written before; a writer of its own calls `constantRows.varyAll(firstRow)`. */
  readonly constantRows = new ConstantRows(columnNames.length);

  /** Index of the exporter in its receiver's table (`Exporter.index`). */
  readonly exporterIndex: Uint32Array;
  readonly observationDomainId: Uint32Array;
  /** When the message that carried the record arrived. */
  readonly arrivalMs: Float64Array;
  /** Four words a row whose bytes are the IPv6 address in network order; IPv4 as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2); all zero where the record gave none. */
  readonly sourceAddress: Uint32Array;
  readonly destinationAddress: Uint32Array;
  readonly sourceTransportPort: Uint16Array;
  readonly destinationTransportPort: Uint16Array;
  readonly protocolIdentifier: Uint8Array;
  readonly tcpControlBits: Uint16Array;
  readonly ipClassOfService: Uint8Array;
  readonly octetDeltaCount: Float64Array;
  readonly packetDeltaCount: Float64Array;
  /** 0 where the record gave no time. */
  readonly flowStartMs: Float64Array;
  /** 0 where the record gave no time. */
  readonly flowEndMs: Float64Array;
  readonly ingressInterface: Uint32Array;
  readonly egressInterface: Uint32Array;
  readonly bgpSourceAsNumber: Uint32Array;
  readonly bgpDestinationAsNumber: Uint32Array;
  /** Four words a row as the addresses: IE 15 or 62, else BGP's next hop (18, 63). */
  readonly ipNextHop: Uint32Array;
  /** Leading bits of the source address that its route has; 0 where the record gave none. */
  readonly sourcePrefixLength: Uint8Array;
  readonly destinationPrefixLength: Uint8Array;
  /** IE 61: 0 ingress, 1 egress, 255 not given. */
  readonly flowDirection: Uint8Array;
  readonly vlanId: Uint16Array;
  /** IE 234 and 235; 0 where the record gave none, and for the table that is no VRF's. */
  readonly ingressVRFID: Uint32Array;
  readonly egressVRFID: Uint32Array;
  /** VXLAN network identifiers of 24 bits: of the lower octets of IE 351 both, of sFlow the tunnel's on that side; 0 none. */
  readonly ingressVni: Uint32Array;
  readonly egressVni: Uint32Array;
  /** IE 48 or 302; 0 where the record names no sampler. */
  readonly samplerId: Uint32Array;
  /** One packet in N was looked at; 0 = unknown, never silently 1. */
  readonly samplingInterval: Uint32Array;
  /** Where samplingInterval came from: a SamplingOrigin code. */
  readonly samplingOrigin: Uint8Array;

  constructor(capacity: number, place: ColumnPlace = ColumnPlace.ofBatch(capacity)) {
    this.capacity = capacity;
    this.exporterIndex = place.words(capacity);
    this.observationDomainId = place.words(capacity);
    this.arrivalMs = place.floats(capacity);
    this.sourceAddress = place.words(4 * capacity);
    this.destinationAddress = place.words(4 * capacity);
    this.sourceTransportPort = place.halves(capacity);
    this.destinationTransportPort = place.halves(capacity);
    this.protocolIdentifier = place.octets(capacity);
    this.tcpControlBits = place.halves(capacity);
    this.ipClassOfService = place.octets(capacity);
    this.octetDeltaCount = place.floats(capacity);
    this.packetDeltaCount = place.floats(capacity);
    this.flowStartMs = place.floats(capacity);
    this.flowEndMs = place.floats(capacity);
    this.ingressInterface = place.words(capacity);
    this.egressInterface = place.words(capacity);
    this.bgpSourceAsNumber = place.words(capacity);
    this.bgpDestinationAsNumber = place.words(capacity);
    this.ipNextHop = place.words(4 * capacity);
    this.sourcePrefixLength = place.octets(capacity);
    this.destinationPrefixLength = place.octets(capacity);
    this.flowDirection = place.octets(capacity);
    this.vlanId = place.halves(capacity);
    this.ingressVRFID = place.words(capacity);
    this.egressVRFID = place.words(capacity);
    this.ingressVni = place.words(capacity);
    this.egressVni = place.words(capacity);
    this.samplerId = place.words(capacity);
    this.samplingInterval = place.words(capacity);
    this.samplingOrigin = place.octets(capacity);
  }
}

/** Codes of `FlowBatch.samplingOrigin`, in the order method.md tries them. */
export const SamplingOrigin = { unknown: 0, override: 1, record: 2, options: 3, default: 4 } as const;
