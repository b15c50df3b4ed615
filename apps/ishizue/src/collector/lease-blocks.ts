import type { LeaseLogColumns, TextColumn } from "@ishizue/ledger";
import { type NativeBlock, type NativeColumn, openEndMs } from "@ishizue/store";

/** Columns of a query for `leaseColumns`, of the table `leases` as `l`. */
export const leaseSelection = `l.domain AS domain, l.address AS address, l.prefix_length AS prefix_length,
  l.valid_from AS valid_from, l.valid_to AS valid_to, l.known_from AS known_from, l.line AS line,
  CAST(l.source, 'String') AS source`;

/** Those besides, where addresses are shared. */
export const sharingSelection = `toUInt32(l.first_port) AS first_port, toUInt32(l.last_port) AS last_port,
  toUInt32(l.port_stride) AS port_stride, CAST(l.inside_domain, 'String') AS inside_domain,
  l.inside_address AS inside_address`;

/** Rows of a block of `leases` as the ledger takes them; with ports where the block has their columns. */
export function leaseColumns(block: NativeBlock): LeaseLogColumns {
  const validToMs = numbers(block, "valid_to");
  for (let row = 0; row < block.rows; row++) {
    if (validToMs[row] >= openEndMs) validToMs[row] = Number.POSITIVE_INFINITY;
  }
  return {
    count: block.rows,
    domain: texts(block, "domain"),
    words: column(block, "address", "addresses").values,
    prefixLength: column(block, "prefix_length", "octets").values,
    validFromMs: numbers(block, "valid_from"),
    validToMs,
    knownFromMs: numbers(block, "known_from"),
    line: texts(block, "line"),
    source: texts(block, "source"),
    ...(block.columns.has("first_port") ? sharing(block) : {}),
  };
}

/** The rows from `first` until `end`; the same memory. */
export function leaseRowsOf(columns: LeaseLogColumns, first: number, end: number): LeaseLogColumns {
  const { ports, inside } = columns;
  return {
    count: end - first,
    domain: textRows(columns.domain, first, end),
    words: columns.words.subarray(4 * first, 4 * end),
    prefixLength: columns.prefixLength.subarray(first, end),
    validFromMs: columns.validFromMs.subarray(first, end),
    validToMs: columns.validToMs.subarray(first, end),
    knownFromMs: columns.knownFromMs.subarray(first, end),
    line: textRows(columns.line, first, end),
    source: textRows(columns.source, first, end),
    ...(ports === undefined
      ? {}
      : {
          ports: {
            first: ports.first.subarray(first, end),
            last: ports.last.subarray(first, end),
            stride: ports.stride.subarray(first, end),
          },
        }),
    ...(inside === undefined
      ? {}
      : {
          inside: {
            domain: textRows(inside.domain, first, end),
            words: inside.words.subarray(4 * first, 4 * end),
          },
        }),
  };
}

function sharing(block: NativeBlock): Pick<LeaseLogColumns, "ports" | "inside"> {
  const ports = (name: string): Uint16Array => Uint16Array.from(column(block, name, "words").values);
  return {
    ports: { first: ports("first_port"), last: ports("last_port"), stride: ports("port_stride") },
    inside: {
      domain: texts(block, "inside_domain"),
      words: column(block, "inside_address", "addresses").values,
    },
  };
}

function textRows({ bytes, starts, ends }: TextColumn, first: number, end: number): TextColumn {
  return { bytes, starts: starts.subarray(first, end), ends: ends.subarray(first, end) };
}

function texts(block: NativeBlock, name: string): TextColumn {
  return column(block, name, "texts");
}

function numbers(block: NativeBlock, name: string): Float64Array {
  return column(block, name, "numbers").values;
}

function column<Kind extends NativeColumn["kind"]>(
  block: NativeBlock,
  name: string,
  kind: Kind,
): Extract<NativeColumn, { kind: Kind }> {
  const found = block.columns.get(name);
  if (found?.kind !== kind) throw new Error(`the block has no ${kind} ${name}`);
  return found as Extract<NativeColumn, { kind: Kind }>;
}
