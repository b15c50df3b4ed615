import { Unattributed } from "@ishizue/ledger";
import { Attribution, type FlowRows, Role } from "@ishizue/store";
import type { FlowBatch } from "@ishizue/wire";
import { Counter } from "./counters.ts";
import type { KnownExporter } from "./exporters.ts";
import type { LineLookUp } from "./look-up.ts";
import { sharedPorts } from "./ports.ts";
import { resolveTimes } from "./time.ts";

/** No record stands for more: a terabit link carries this in a week. Sums of billions of such still fit the store's 64 bits. */
const MAX_ESTIMATE_OCTETS = 2 ** 57;

/**
 * Lets `rows` use the columns of `batch` that are the same on both sides, so
 * that they are not copied: what is decoded into the batch is in the rows.
 */
export function shareColumns(batch: FlowBatch, rows: FlowRows): void {
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

/**
 * Makes rows of the table `flows` from decoded records: settles each one's
 * time, whether it counts for lines and ports, and which line held either end
 * at the time of its end (method.md, "From records to octets" 4 and 5, "From
 * octets to lines" 1 and 2).
 *
 * Shape: `rows` shares the columns of `batch` (`shareColumns`); the others are
 * overwritten, a column or a few at a time. `exporters` by
 * `FlowBatch.exporterIndex`. `receivedMs`: when the batch was taken in. `withDomains`: the configuration has
 * routing domains; without, all addresses are in ''.
 * Outcomes: what was found is added to `counts`.
 */
export function finishRows(
  batch: FlowBatch,
  exporters: readonly (KnownExporter | null)[],
  lookUp: LineLookUp,
  maxSkewMs: number,
  receivedMs: number,
  rows: FlowRows,
  counts: Float64Array,
  withDomains = false,
): void {
  const count = batch.rowCount;
  rows.rowCount = count;
  rows.received.fill(receivedMs, 0, count);
  counts[Counter.timedByArrival] += resolveTimes(batch, count, maxSkewMs, rows);
  counts[Counter.unknownInterval] += boundEstimates(batch, rows, count);
  settleDirections(batch, rows, count);
  for (let first = 0; first < count;) {
    const end = runEnd(batch.exporterIndex, first, count);
    const exporter = exporters[batch.exporterIndex[first]];
    if (exporter === null) throw new Error("rows of an exporter that was given away");
    settleExporter(exporter, rows, first, end);
    if (withDomains) counts[Counter.unknownRoutingDomain] += settleDomains(exporter, batch, rows, first, end);
    first = end;
  }
  const { flowEnd } = rows;
  const withPorts = lookUp.hasPorts === true;
  const source = withDomains ? rows.srcRoutingDomain : null;
  const srcPorts = withPorts ? sharedPorts(rows.srcPort, rows.protocol, count) : undefined;
  lookUp.resolveRows(rows.srcAddress, flowEnd, 0, count, rows.lineIn, srcPorts, source);
  const destination = withDomains ? rows.dstRoutingDomain : null;
  const dstPorts = withPorts ? sharedPorts(rows.dstPort, rows.protocol, count) : undefined;
  lookUp.resolveRows(rows.dstAddress, flowEnd, 0, count, rows.lineOut, dstPorts, destination);
  counts[Counter.attributed] += attribute(rows, count);
}

/** Where the records of one exporter that begin at `first` end. */
function runEnd(exporterIndex: Uint32Array, first: number, count: number): number {
  const index = exporterIndex[first];
  let end = first + 1;
  while (end < count && exporterIndex[end] === index) end++;
  return end;
}

/**
 * A record that no network can mean is kept, and left out of every estimate as
 * one of unknown interval. Returns how many are of unknown interval.
 */
function boundEstimates(batch: FlowBatch, rows: FlowRows, count: number): number {
  const { samplingInterval, samplingOrigin, octets, packets } = rows;
  let unknown = 0;
  let bounded = 0;
  for (let row = 0; row < count; row++) {
    const interval = samplingInterval[row];
    const larger = octets[row] > packets[row] ? octets[row] : packets[row];
    if (interval * larger > MAX_ESTIMATE_OCTETS) {
      samplingInterval[row] = 0;
      samplingOrigin[row] = 0;
      bounded++;
      unknown++;
    } else if (interval === 0) unknown++;
  }
  // The columns are the batch's, which remembers what is in them.
  if (bounded > 0) batch.constantRows.varyAll(0);
  return unknown;
}

function settleDirections(batch: FlowBatch, rows: FlowRows, count: number): void {
  const { flowDirection } = batch;
  const { direction } = rows;
  for (let row = 0; row < count; row++) direction[row] = flowDirection[row] > 1 ? 2 : flowDirection[row];
}

/** What all rows [first, end) of one exporter share, and which of them count. */
function settleExporter(exporter: KnownExporter, rows: FlowRows, first: number, end: number): void {
  const [w0, w1, w2, w3] = exporter.words;
  const role = Role[exporter.role];
  const isEdge = exporter.role === "edge";
  const counts = isEdge ? 1 : 0;
  const { exporter: words, role: roles, counted } = rows;
  // A call of fill costs more than the rows of one message.
  for (let row = first, word = 4 * first; row < end; row++, word += 4) {
    words[word] = w0;
    words[word + 1] = w1;
    words[word + 2] = w2;
    words[word + 3] = w3;
    roles[row] = role;
    counted[row] = counts;
  }
  if (isEdge && (exporter.interfaces !== null || exporter.directions !== null)) {
    filterCounted(exporter, rows, first, end);
  }
}

/** Which routing domains the addresses of rows [first, end) are in. Returns the rows with one in no known domain. */
function settleDomains(
  { domains, wire }: KnownExporter,
  batch: FlowBatch,
  rows: FlowRows,
  first: number,
  end: number,
): number {
  if (domains !== null) return domains.settle(batch, wire, rows, first, end);
  rows.srcRoutingDomain.fill(0, first, end);
  rows.dstRoutingDomain.fill(0, first, end);
  return 0;
}

/** Rows of other interfaces or directions than the operator named do not count. */
function filterCounted(
  { interfaces, directions }: KnownExporter,
  { counted, ingressInterface, egressInterface, direction }: FlowRows,
  first: number,
  end: number,
): void {
  for (let row = first; row < end; row++) {
    const among =
      interfaces === null || interfaces.has(ingressInterface[row]) || interfaces.has(egressInterface[row]);
    if (!among || (directions !== null && !directions.has(direction[row]))) counted[row] = 0;
  }
}

/** Attribution codes by what the look-ups of both ends said where neither has a line: Unattributed codes without their signs. */
const attributions = Uint8Array.from({ length: 16 }, (_, index) => reason(-(index >> 2), -(index & 3)));

/** Why there is no line where there is none at either end. Returns the rows with a line. */
export function attribute(rows: Pick<FlowRows, "lineIn" | "lineOut" | "attribution">, count: number): number {
  const { lineIn, lineOut, attribution } = rows;
  let attributed = 0;
  for (let row = 0; row < count; row++) {
    const source = lineIn[row];
    const destination = lineOut[row];
    if ((source & destination) < 0) {
      attribution[row] = attributions[4 * -source - destination];
    } else {
      attribution[row] = Attribution.attributed;
      attributed++;
    }
  }
  return attributed;
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
