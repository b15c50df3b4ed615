import { mappedWord } from "../address/word.ts";

type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/**
 * Remembers of each column of a batch how many rows from the first on already
 * hold one and the same value, so that what a layout does not carry (or what
 * all its records share, such as the exporter) is written once and not for
 * every record: batches are filled again and again, and a stream's layout
 * seldom changes.
 *
 * Whoever writes rows of a column by another way says so with `vary`.
 */
export class ConstantRows {
  /** The value that rows [0, until) of each column hold. */
  readonly held: Float64Array;
  readonly until: Uint32Array;
  /** The value that is to be held: in an array, because a double as an argument is allocated. */
  readonly wanted: Float64Array;
  /** The layout whose own constants rows [0, layoutUntil) hold, and whose other columns are noted as differing; 0 for none. */
  layout = 0;
  layoutUntil = 0;
  /** Columns that are that layout's own constants, a bit each. */
  #fixed = 0;

  constructor(columns: number) {
    this.held = new Float64Array(columns);
    this.until = new Uint32Array(columns);
    this.wanted = new Float64Array(columns);
  }

  /** Makes rows [from, to) of `column`, the batch's `index`th, hold its wanted value. */
  hold(index: number, column: Column, from: number, to: number): void {
    const first = this.missingFrom(index, from, to);
    if (first < to) column.fill(this.wanted[index], first, to);
  }

  /** Takes rows [from, to) of a column as holding its wanted value; the caller writes it from the row handed back on. */
  missingFrom(index: number, from: number, to: number): number {
    const until = this.until[index];
    if (this.held[index] === this.wanted[index]) {
      if (from <= until && to > until) this.until[index] = to;
      return from < until ? until : from;
    }
    if (from === 0) {
      this.held[index] = this.wanted[index];
      this.until[index] = to;
    } else if (from < until) this.until[index] = from;
    return from;
  }

  /**
   * As `hold`, for an address column: its wanted value is `mappedAddress`, then rows hold what stands before an
   * IPv4 address (::ffff:, RFC 4291, 2.5.5.2) and get the address itself from the caller, or `noAddress`.
   */
  holdAddress(index: number, column: Uint32Array, from: number, to: number): void {
    const third = this.wanted[index] === mappedAddress ? mappedWord : 0;
    for (let row = this.missingFrom(index, from, to); row < to; row++) {
      const word = 4 * row;
      column[word] = 0;
      column[word + 1] = 0;
      column[word + 2] = third;
      if (third === 0) column[word + 3] = 0;
    }
  }

  /**
   * After rows of a layout: `fixed` columns hold what is wanted of them as far as each says, rows of `varying` columns
   * differ. From then on it is enough to look at `layout` and `layoutUntil`. Both sets have a bit a column.
   */
  settle(layout: number, fixed: number, varying: number): void {
    const { held, wanted, until } = this;
    let least = 0xffff_ffff;
    for (let index = 0; index < until.length; index++) {
      if (((varying >>> index) & 1) === 1) until[index] = 0;
      if (((fixed >>> index) & 1) === 0) continue;
      if (held[index] !== wanted[index]) least = 0;
      else if (until[index] < least) least = until[index];
    }
    this.layout = layout;
    this.layoutUntil = least;
    this.#fixed = fixed;
  }

  /** Rows of the batch's `index`th column from `from` on get values of their own. */
  vary(index: number, from: number): void {
    if (((this.#fixed >>> index) & 1) === 1) this.layout = 0;
    if (this.until[index] > from) this.until[index] = from;
  }

  /** As `vary`, of every column. */
  varyAll(from: number): void {
    this.layout = 0;
    const { until } = this;
    for (let index = 0; index < until.length; index++) if (until[index] > from) until[index] = from;
  }
}

/** What an address column can hold over many rows, as `ConstantRows` numbers it. */
export const noAddress = 0;
export const mappedAddress = 1;

/** The batch's columns in the order that `ConstantRows` numbers them. */
export const columnNames = [
  "exporterIndex",
  "observationDomainId",
  "arrivalMs",
  "sourceAddress",
  "destinationAddress",
  "sourceTransportPort",
  "destinationTransportPort",
  "protocolIdentifier",
  "tcpControlBits",
  "ipClassOfService",
  "octetDeltaCount",
  "packetDeltaCount",
  "flowStartMs",
  "flowEndMs",
  "ingressInterface",
  "egressInterface",
  "bgpSourceAsNumber",
  "bgpDestinationAsNumber",
  "ipNextHop",
  "sourcePrefixLength",
  "destinationPrefixLength",
  "flowDirection",
  "vlanId",
  "ingressVRFID",
  "egressVRFID",
  "ingressVni",
  "egressVni",
  "samplerId",
  "samplingInterval",
  "samplingOrigin",
] as const;

export type ColumnName = (typeof columnNames)[number];
