import type { FlowBatch } from "../flow/batch.ts";

/**
 * What the records of one set share: inputs of a compiled column decoder and
 * its two counts. Doubles in a typed array, so that passing them allocates
 * nothing.
 */
export const setContext = {
  exporterIndex: 0,
  observationDomainId: 1,
  arrivalMs: 2,
  exportTimeMs: 3,
  /** The exporter's uptime at export; NaN where it is not known (IPFIX without IE 160). */
  sysUpTimeMs: 4,
  /** The sampler that the first record names, 0 for none; the next two are of its records. */
  samplerId: 9,
  /** N and its SamplingOrigin where the record itself tells no interval. */
  samplingInterval: 5,
  samplingOrigin: 6,
  /** Out: records read. */
  records: 7,
  /** Out: 1 when the last record was cut off by the set's end. */
  cutOff: 8,
  /** Out: not 0 when records name another sampler than `samplerId`: their intervals are still to be resolved. */
  otherSamplers: 10,
  /** 1 where packet sections give the innermost packet of a tunnel (`Exporter.innerPackets`). */
  innerPackets: 11,
  length: 12,
} as const;

/**
 * Appends the records in [offset, end) of `view` as rows of `batch` from `row`
 * on; returns the row after the last. The caller has proved [offset, end) and
 * that the rows fit; it commits `batch.rowCount` itself.
 */
export type AppendRows = (
  view: DataView,
  offset: number,
  end: number,
  batch: FlowBatch,
  row: number,
  context: Float64Array,
) => number;

/** The columns of one record layout, compiled. */
export type ColumnDecoder = {
  readonly append: AppendRows;
  /** The records carry octets or packets; if not, `append` only counts them. */
  readonly carriesFlow: boolean;
  /** Rows a record at most: 2 for biflows (RFC 5103). */
  readonly rowsPerRecord: 1 | 2;
  /** Where a record of a fixed layout names its sampler; undefined where none does. */
  readonly sampler: { readonly distance: number; readonly length: number } | undefined;
  /** The octets were counted on layer 2 and are reduced to layer 3. */
  readonly layer2: boolean;
};
