import type { ColumnDecoder } from "../column/decoder.ts";
import type { NatEventReader } from "../nat/events.ts";
import type { OptionsReader } from "../sampling/options.ts";
import type { ObservationDomain } from "./domain.ts";

/** One field of a record (RFC 7011, 3.2). */
export type FieldSpecifier = {
  /** Private Enterprise Number; 0 for IANA's elements and for NetFlow v9 field types; see registry/element.ts for negative ones. */
  readonly enterprise: number;
  readonly id: number;
  /** Octets; `variableLength` where each record says its own (IPFIX only). */
  readonly length: number;
};

/** The length that stands for "each record says its own" (RFC 7011, 7). */
export const variableLength = 65535;

/** The layout of the records of one set: a template or an options template. */
export class Template {
  // What every data set asks for comes first: with tens of thousands of templates each line of memory counts.
  readonly id: number;
  /** Octets of a record, or of the shortest possible one; a template where it is 0 is not kept. */
  readonly minimumLength: number;
  /** An options template: its records tell of the exporter, not of flows. */
  readonly isOptions: boolean;
  /** When the exporter last sent it, in minutes since the Unix epoch by the collector's clock. */
  refreshedMinute = 0;
  /** Weak: a layout that the decoder's cache let go of is not kept by the thousands of templates that may share it. */
  #columns: WeakRef<ColumnDecoder> | undefined = undefined;
  /** Rows a record at most: 2 until its first data set tells that it is no biflow. */
  rowsPerRecord: 1 | 2 = 2;

  readonly netflow9: boolean;
  /** How many of the first fields are the scope; 0 in a template. */
  readonly scopeFieldCount: number;
  readonly fields: readonly FieldSpecifier[];
  /** Whether the records have lengths of their own. */
  readonly variable: boolean;
  /** Made at the first options data set. */
  optionsReader: OptionsReader | undefined = undefined;
  /** Made at the first data set, where NAT events are asked for; null: its records are none. */
  natEvents: NatEventReader | null | undefined = undefined;

  /** The template store's list, oldest word from the exporter first. */
  domain: ObservationDomain | undefined = undefined;
  older: Template | undefined = undefined;
  newer: Template | undefined = undefined;

  constructor(
    id: number,
    netflow9: boolean,
    isOptions: boolean,
    scopeFieldCount: number,
    fields: readonly FieldSpecifier[],
  ) {
    const lengths = recordLength(fields, netflow9);
    this.id = id;
    this.minimumLength = lengths.minimum;
    this.isOptions = isOptions;
    this.netflow9 = netflow9;
    this.scopeFieldCount = scopeFieldCount;
    this.fields = fields;
    this.variable = lengths.variable;
  }

  /** Compiled at the first data set, and again where the cache of layouts has let go of it. */
  get columns(): ColumnDecoder | undefined {
    return this.#columns?.deref();
  }

  set columns(columns: ColumnDecoder) {
    this.#columns = new WeakRef(columns);
    this.rowsPerRecord = columns.rowsPerRecord;
  }
}

export type RecordLength = { readonly variable: boolean; readonly minimum: number };

/** Octets of a record of these fields. NetFlow v9 knows no variable length: there 65535 is a length. */
export function recordLength(fields: readonly FieldSpecifier[], netflow9: boolean): RecordLength {
  let variable = false;
  let minimum = 0;
  for (const field of fields) {
    if (field.length === variableLength && !netflow9) {
      variable = true;
      minimum += 1;
    } else {
      minimum += field.length;
    }
  }
  return { variable, minimum };
}

/** What a template counts as in the limits on memory: its fields, and four for itself. */
export function templateSize(template: Template): number {
  return template.fields.length + 4;
}
