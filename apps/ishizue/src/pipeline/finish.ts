import { type Ledger, Unattributed } from "@ishizue/ledger";
import { Attribution, type FlowRows, Role } from "@ishizue/store";
import type { FlowBatch } from "@ishizue/wire";
import type { ExporterTable } from "./exporters.ts";
import { type RecordTime, resolveRecordTime } from "./time.ts";

/** No record stands for more: a terabit link carries this in a week. Sums of billions of such still fit the store's 64 bits. */
const MAX_ESTIMATE_OCTETS = 2 ** 57;

/** What settling records told, in records. */
export interface Findings {
  /** With a line at one end at least. */
  attributed: number;
  /** Of unknown sampling interval: in no estimate. */
  unknownInterval: number;
  /** Whose own time was missing or out of bound. */
  timedByArrival: number;
}

/**
 * Makes rows of the table `flows` from decoded records: settles each one's
 * time, whether it counts for lines and ports, and which line held either end
 * at the time of its end (method.md, "From records to octets" 4 and 5, "From
 * octets to lines" 1 and 2).
 *
 * `receivedMs`: when the batch was taken in. `rows` is overwritten. What was
 * found is added to `found`.
 */
export function finishRows(
  batch: FlowBatch,
  exporters: ExporterTable,
  ledger: Ledger,
  maxSkewMs: number,
  receivedMs: number,
  rows: FlowRows,
  found: Findings,
): void {
  const count = batch.rowCount;
  rows.rowCount = count;
  copyColumns(batch, rows, count);
  rows.received.fill(receivedMs, 0, count);

  const { lines } = ledger;
  const time: RecordTime = { startMs: 0, endMs: 0, fromArrival: false, startDropped: false };
  const { sourceAddress, destinationAddress, ingressInterface, egressInterface, flowDirection } = batch;
  for (let row = 0; row < count; row++) {
    const exporter = exporters.list[batch.exporterIndex[row]];
    const word = row << 2;
    rows.exporter[word] = exporter.words[0];
    rows.exporter[word + 1] = exporter.words[1];
    rows.exporter[word + 2] = exporter.words[2];
    rows.exporter[word + 3] = exporter.words[3];
    rows.role[row] = Role[exporter.role];

    resolveRecordTime(batch.flowStartMs[row], batch.flowEndMs[row], batch.arrivalMs[row], maxSkewMs, time);
    rows.flowStart[row] = time.startMs;
    rows.flowEnd[row] = time.endMs;
    rows.timeOrigin[row] = time.fromArrival ? 1 : 0;

    // A record that no network can mean is kept, and left out of every estimate as one of unknown interval.
    if (rows.samplingInterval[row] * Math.max(rows.octets[row], rows.packets[row]) > MAX_ESTIMATE_OCTETS) {
      rows.samplingInterval[row] = 0;
      rows.samplingOrigin[row] = 0;
    }
    const direction = flowDirection[row];
    rows.direction[row] = direction === 0 || direction === 1 ? direction : 2;
    rows.counted[row] =
      exporter.role === "edge" &&
      (exporter.interfaces === null ||
        exporter.interfaces.has(ingressInterface[row]) ||
        exporter.interfaces.has(egressInterface[row])) &&
      (exporter.directions === null ||
        exporter.directions.has(direction === 0 || direction === 1 ? direction : 255))
        ? 1
        : 0;

    const lineIn = ledger.resolve(sourceAddress, word, time.endMs);
    const lineOut = ledger.resolve(destinationAddress, word, time.endMs);
    const heldIn = lineIn >= 0;
    const heldOut = lineOut >= 0;
    rows.lineIn[row] = heldIn ? lineIn : -1;
    rows.lineOut[row] = heldOut ? lineOut : -1;
    rows.accessIn[row] = heldIn ? lines.access[lineIn] : 0;
    rows.classIn[row] = heldIn ? lines.class[lineIn] : 0;
    rows.accessOut[row] = heldOut ? lines.access[lineOut] : 0;
    rows.classOut[row] = heldOut ? lines.class[lineOut] : 0;
    if (heldIn || heldOut) found.attributed++;
    if (rows.samplingInterval[row] === 0) found.unknownInterval++;
    if (time.fromArrival) found.timedByArrival++;
    rows.attribution[row] = heldIn || heldOut ? Attribution.attributed : reason(lineIn, lineOut);
  }
}

/** Why neither end has a line: the reason nearest to having one wins. */
function reason(source: number, destination: number): number {
  if (source === Unattributed.otherTime || destination === Unattributed.otherTime)
    return Attribution.otherTime;
  if (source === Unattributed.outsideCustomerSpace && destination === Unattributed.outsideCustomerSpace) {
    return Attribution.outside;
  }
  return Attribution.noLease;
}

/** The columns that are the same on both sides. */
function copyColumns(batch: FlowBatch, rows: FlowRows, count: number): void {
  rows.observationDomain.set(batch.observationDomainId.subarray(0, count));
  rows.samplingInterval.set(batch.samplingInterval.subarray(0, count));
  rows.samplingOrigin.set(batch.samplingOrigin.subarray(0, count));
  rows.srcAddress.set(batch.sourceAddress.subarray(0, 4 * count));
  rows.dstAddress.set(batch.destinationAddress.subarray(0, 4 * count));
  rows.srcPort.set(batch.sourceTransportPort.subarray(0, count));
  rows.dstPort.set(batch.destinationTransportPort.subarray(0, count));
  rows.protocol.set(batch.protocolIdentifier.subarray(0, count));
  rows.tcpFlags.set(batch.tcpControlBits.subarray(0, count));
  rows.tos.set(batch.ipClassOfService.subarray(0, count));
  rows.octets.set(batch.octetDeltaCount.subarray(0, count));
  rows.packets.set(batch.packetDeltaCount.subarray(0, count));
  rows.ingressInterface.set(batch.ingressInterface.subarray(0, count));
  rows.egressInterface.set(batch.egressInterface.subarray(0, count));
  rows.srcAs.set(batch.bgpSourceAsNumber.subarray(0, count));
  rows.dstAs.set(batch.bgpDestinationAsNumber.subarray(0, count));
  rows.vlan.set(batch.vlanId.subarray(0, count));
}
