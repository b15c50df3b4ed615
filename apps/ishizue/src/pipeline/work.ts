import { FlowRows, KernelMemory } from "@ishizue/store";
import { ColumnPlace, FlowBatch } from "@ishizue/wire";
import { attributions } from "./attribution.ts";
import { settleKernel, type SettleKernel } from "./kernel.ts";

/** No record stands for more: a terabit link carries this in a week. Sums of billions of such still fit the store's 64 bits. */
export const MAX_ESTIMATE_OCTETS = 2 ** 57;

/** No exporter's active time-out is longer; a record cannot stand for more than this. */
export const MAX_DURATION_MS = 24 * 3_600_000;

/** Times the store can hold (DateTime: 1970 to 2106). */
const LAST_MS = 0xffff_ffff * 1000;

/**
 * A batch, the rows that are made of it, and the loops over both, in one memory: the columns that are the same on both
 * sides are shared, so what is decoded into the batch is in the rows.
 */
export class Work {
  readonly memory: KernelMemory;
  readonly batch: FlowBatch;
  readonly rows: FlowRows;
  readonly kernel: SettleKernel;

  /** `maxSkewMs`: may be Infinity, then any time that the store can hold is the exporter's. */
  constructor(capacity: number, maxSkewMs: number) {
    this.memory = new KernelMemory(2 * ColumnPlace.octetsOf(capacity));
    const place = new ColumnPlace(this.memory.octets.buffer, this.memory.roomAt);
    this.batch = new FlowBatch(capacity, place);
    this.rows = new FlowRows(capacity, place);
    shareColumns(this.batch, this.rows);
    this.kernel = settleKernel(this.memory, this.batch, this.rows, {
      mostOctets: MAX_ESTIMATE_OCTETS,
      maxSkewMs,
      lastMs: LAST_MS,
      maxDurationMs: MAX_DURATION_MS,
      attributions,
    });
  }
}

/**
 * Lets `rows` use the columns of `batch` that are the same on both sides, so
 * that they are not copied: what is decoded into the batch is in the rows.
 */
function shareColumns(batch: FlowBatch, rows: FlowRows): void {
  const shared = rows as { -readonly [Name in keyof FlowRows]: FlowRows[Name] };
  shared.observationDomain = batch.observationDomainId;
  shared.samplingInterval = batch.samplingInterval;
  shared.samplingOrigin = batch.samplingOrigin;
  shared.srcAddress = batch.sourceAddress;
  shared.dstAddress = batch.destinationAddress;
  shared.srcPort = batch.sourceTransportPort;
  shared.dstPort = batch.destinationTransportPort;
  shared.protocol = batch.protocolIdentifier;
  shared.tcpFlags = batch.tcpControlBits;
  shared.tos = batch.ipClassOfService;
  shared.octets = batch.octetDeltaCount;
  shared.packets = batch.packetDeltaCount;
  shared.ingressInterface = batch.ingressInterface;
  shared.egressInterface = batch.egressInterface;
  shared.srcAs = batch.bgpSourceAsNumber;
  shared.dstAs = batch.bgpDestinationAsNumber;
  shared.nextHop = batch.ipNextHop;
  shared.srcPrefixLength = batch.sourcePrefixLength;
  shared.dstPrefixLength = batch.destinationPrefixLength;
  shared.vlan = batch.vlanId;
}
