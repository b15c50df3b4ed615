import { type FlowRows, Role } from "@ishizue/store";
import type { FlowBatch } from "@ishizue/wire";
import { Counter } from "./counters.ts";
import type { KnownExporter } from "./exporters.ts";
import type { SettleKernel } from "./kernel.ts";
import type { LineLookUp } from "./look-up.ts";
import { sharedPorts } from "./ports.ts";
import { MAX_ESTIMATE_OCTETS, type Work } from "./work.ts";

/**
 * Makes rows of the table `flows` from decoded records: settles each one's
 * time, whether it counts for lines and ports, and which line held either end
 * at the time of its end (method.md, "From records to octets" 4 and 5, "From
 * octets to lines" 1 and 2).
 *
 * Shape: of the work's rows the columns that are not its batch's are overwritten, a column or a few at a time. `exporters` by
 * `FlowBatch.exporterIndex`. `receivedMs`: when the batch was taken in. `withDomains`: the configuration has
 * routing domains; without, all addresses are in ''.
 * Outcomes: what was found is added to `counts`.
 */
export function finishRows(
  { batch, rows, kernel }: Work,
  exporters: readonly (KnownExporter | null)[],
  lookUp: LineLookUp,
  receivedMs: number,
  counts: Float64Array,
  withDomains = false,
): void {
  const count = batch.rowCount;
  rows.rowCount = count;
  rows.received.fill(receivedMs, 0, count);
  counts[Counter.timedByArrival] += kernel.times(count);
  const unknown = kernel.unknownIntervals(count);
  counts[Counter.unknownInterval] += unknown < 0 ? boundEstimates(batch, rows, count) : unknown;
  kernel.directions(count);
  for (let first = 0; first < count;) {
    const end = runEnd(batch.exporterIndex, first, count);
    const exporter = exporters[batch.exporterIndex[first]];
    if (exporter === null) throw new Error("rows of an exporter that was given away");
    settleExporter(kernel, exporter, rows, first, end);
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
  counts[Counter.attributed] += kernel.attribute(count);
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

/** What all rows [first, end) of one exporter share, and which of them count. */
function settleExporter(
  kernel: SettleKernel,
  exporter: KnownExporter,
  rows: FlowRows,
  first: number,
  end: number,
): void {
  const isEdge = exporter.role === "edge";
  for (let word = 0; word < 4; word++) rows.exporter[4 * first + word] = exporter.words[word];
  kernel.spread(first, end, Role[exporter.role], isEdge ? 1 : 0);
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
