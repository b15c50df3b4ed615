import type { BlockBuffer } from "../native/block.ts";
import { encodeNativeBlock } from "../native/block.ts";
import type { Column } from "../native/column.ts";
import type { Names } from "../native/names.ts";
import { flowsTable } from "../schema/tables.ts";

/** Hands out columns of so many numbers, all of them 0. */
export interface ColumnRoom {
  octets(count: number): Uint8Array;
  halves(count: number): Uint16Array;
  words(count: number): Uint32Array;
  floats(count: number): Float64Array;
}

const ownBuffers: ColumnRoom = {
  octets: (count) => new Uint8Array(count),
  halves: (count) => new Uint16Array(count),
  words: (count) => new Uint32Array(count),
  floats: (count) => new Float64Array(count),
};

const signed = ({ buffer, byteOffset, length }: Uint32Array): Int32Array =>
  new Int32Array(buffer, byteOffset, length);

/**
 * Rows of the table `flows`, a typed array a column.
 *
 * Shape: every column holds `capacity` rows, addresses four 32-bit words a row
 * whose bytes are the IPv6 address in network order. Only rows below `rowCount`
 * mean anything. Text columns are indexes: `lineIn`, `lineOut` into the names
 * given to `encodeFlows`, negative for none.
 * Units: octets and packets as exported; times in milliseconds since the epoch;
 * 64-bit counts are Float64, exact to 2^53.
 */
export class FlowRows {
  readonly capacity: number;
  rowCount = 0;

  /**
   * When the writer took in the batch that the record was in: at or a little after the message's
   * arrival, and for a replay the time of the replay. Retention counts from `inserted`, not from this.
   */
  readonly received: Float64Array;
  readonly flowStart: Float64Array;
  readonly flowEnd: Float64Array;
  readonly exporter: Uint32Array;
  readonly observationDomain: Uint32Array;
  /** A `Role` code. */
  readonly role: Uint8Array;
  /** 1: the record feeds line usage and port tables. */
  readonly counted: Uint8Array;
  /** One packet in N; 0 = unknown. */
  readonly samplingInterval: Uint32Array;
  readonly samplingOrigin: Uint8Array;
  /** 0 the exporter's clock was used, 1 the arrival time. */
  readonly timeOrigin: Uint8Array;
  readonly srcAddress: Uint32Array;
  readonly dstAddress: Uint32Array;
  readonly srcPort: Uint16Array;
  readonly dstPort: Uint16Array;
  readonly protocol: Uint8Array;
  readonly tcpFlags: Uint16Array;
  readonly tos: Uint8Array;
  readonly octets: Float64Array;
  readonly packets: Float64Array;
  readonly ingressInterface: Uint32Array;
  readonly egressInterface: Uint32Array;
  readonly srcAs: Uint32Array;
  readonly dstAs: Uint32Array;
  /** Four words a row as the addresses; all zero where the record gave none. */
  readonly nextHop: Uint32Array;
  readonly srcPrefixLength: Uint8Array;
  readonly dstPrefixLength: Uint8Array;
  /** 0 ingress, 1 egress, 2 unknown. */
  readonly direction: Uint8Array;
  readonly vlan: Uint16Array;
  /** Index of the line that held the source address, negative for none. */
  readonly lineIn: Int32Array;
  /** Index of the line that held the destination address, negative for none. */
  readonly lineOut: Int32Array;
  /** Access and class of the lines: `encodeFlows` takes them from here, a `FlowBlockWriter` from its `LineFacts`. */
  readonly accessIn: Uint8Array;
  readonly classIn: Uint8Array;
  readonly accessOut: Uint8Array;
  readonly classOut: Uint8Array;
  /** 0 attributed, 1 no lease, 2 lease of another time, 3 outside customer space. */
  readonly attribution: Uint8Array;
  /** Routing domains that the addresses are in, as indexes of the ledger's domains; 0 is ''. */
  readonly srcRoutingDomain: Int32Array;
  readonly dstRoutingDomain: Int32Array;

  /** `room`: where its columns are put; each has a buffer of its own otherwise. */
  constructor(capacity: number, room: ColumnRoom = ownBuffers) {
    this.capacity = capacity;
    this.received = room.floats(capacity);
    this.flowStart = room.floats(capacity);
    this.flowEnd = room.floats(capacity);
    this.exporter = room.words(4 * capacity);
    this.observationDomain = room.words(capacity);
    this.role = room.octets(capacity);
    this.counted = room.octets(capacity);
    this.samplingInterval = room.words(capacity);
    this.samplingOrigin = room.octets(capacity);
    this.timeOrigin = room.octets(capacity);
    this.srcAddress = room.words(4 * capacity);
    this.dstAddress = room.words(4 * capacity);
    this.srcPort = room.halves(capacity);
    this.dstPort = room.halves(capacity);
    this.protocol = room.octets(capacity);
    this.tcpFlags = room.halves(capacity);
    this.tos = room.octets(capacity);
    this.octets = room.floats(capacity);
    this.packets = room.floats(capacity);
    this.ingressInterface = room.words(capacity);
    this.egressInterface = room.words(capacity);
    this.srcAs = room.words(capacity);
    this.dstAs = room.words(capacity);
    this.nextHop = room.words(4 * capacity);
    this.srcPrefixLength = room.octets(capacity);
    this.dstPrefixLength = room.octets(capacity);
    this.direction = room.octets(capacity);
    this.vlan = room.halves(capacity);
    this.lineIn = signed(room.words(capacity));
    this.lineOut = signed(room.words(capacity));
    this.accessIn = room.octets(capacity);
    this.classIn = room.octets(capacity);
    this.accessOut = room.octets(capacity);
    this.classOut = room.octets(capacity);
    this.attribution = room.octets(capacity);
    this.srcRoutingDomain = signed(room.words(capacity));
    this.dstRoutingDomain = signed(room.words(capacity));
  }
}

/**
 * Encodes `rows` as one Native block of the table `flows`.
 *
 * `names` gives the UTF-8 bytes of a line by its index, `domains` the routing
 * domains by theirs; without them all addresses are in ''. The block is a view of
 * `into` when that is given: valid until its next use.
 */
export function encodeFlows(
  rows: FlowRows,
  names: Names,
  into?: BlockBuffer,
  domains: readonly string[] = [""],
): Uint8Array<ArrayBuffer> {
  const columns = columnsOf(rows, names);
  if (domains.length > 1) {
    columns.push(domainColumn("src_routing_domain", rows.srcRoutingDomain, rows.rowCount, domains));
    columns.push(domainColumn("dst_routing_domain", rows.dstRoutingDomain, rows.rowCount, domains));
  }
  return encodeNativeBlock(columns, rows.rowCount, into);
}

function domainColumn(
  name: string,
  values: Int32Array,
  rowCount: number,
  domains: readonly string[],
): Column {
  const names = Array.from(values.subarray(0, rowCount), (index) => domains[index] ?? "");
  return { name, type: "String", kind: "strings", values: names };
}

function columnsOf(rows: FlowRows, names: Names): Column[] {
  const type = flowsTable.types;
  const raw = (name: string, values: Uint8Array | Uint16Array | Uint32Array): Column => ({
    name,
    type: type[name],
    kind: "raw",
    values,
  });
  const address = (name: string, values: Uint32Array): Column => ({
    name,
    type: "IPv6",
    kind: "raw",
    values,
    wordsPerRow: 4,
  });
  const wide = (name: string, kind: "uint64" | "milliseconds", values: Float64Array): Column => ({
    name,
    type: type[name],
    kind,
    values,
  });
  const line = (name: string, values: Int32Array): Column => ({
    name,
    type: "String",
    kind: "named",
    values,
    names,
  });
  return [
    wide("received", "milliseconds", rows.received),
    wide("flow_start", "milliseconds", rows.flowStart),
    wide("flow_end", "milliseconds", rows.flowEnd),
    address("exporter", rows.exporter),
    raw("observation_domain", rows.observationDomain),
    raw("role", rows.role),
    raw("counted", rows.counted),
    raw("sampling_interval", rows.samplingInterval),
    raw("sampling_origin", rows.samplingOrigin),
    raw("time_origin", rows.timeOrigin),
    address("src_address", rows.srcAddress),
    address("dst_address", rows.dstAddress),
    raw("src_port", rows.srcPort),
    raw("dst_port", rows.dstPort),
    raw("protocol", rows.protocol),
    raw("tcp_flags", rows.tcpFlags),
    raw("tos", rows.tos),
    wide("octets", "uint64", rows.octets),
    wide("packets", "uint64", rows.packets),
    raw("ingress_interface", rows.ingressInterface),
    raw("egress_interface", rows.egressInterface),
    raw("src_as", rows.srcAs),
    raw("dst_as", rows.dstAs),
    address("next_hop", rows.nextHop),
    raw("src_prefix_length", rows.srcPrefixLength),
    raw("dst_prefix_length", rows.dstPrefixLength),
    raw("direction", rows.direction),
    raw("vlan", rows.vlan),
    line("line_in", rows.lineIn),
    line("line_out", rows.lineOut),
    raw("access_in", rows.accessIn),
    raw("class_in", rows.classIn),
    raw("access_out", rows.accessOut),
    raw("class_out", rows.classOut),
    raw("attribution", rows.attribution),
  ];
}
