import { varintLength, writeVarint } from "../../native/varint.ts";
import { flowsTable } from "../../schema/tables.ts";
import type { FlowRows } from "../rows.ts";
import { AddressColumn } from "./address.ts";
import type { BlockColumn } from "./column.ts";
import { type DictionaryColumn, ExporterDictionary, maxCodes, ReceivedDictionary } from "./dictionary.ts";
import { DomainDictionary } from "./domain.ts";
import { BlockKernel, KernelMemory } from "./kernel/kernel.ts";
import type { LineFacts } from "./line-set.ts";
import { LineColumns } from "./lines.ts";
import { type FlowBlockMemory, Regions } from "./memory.ts";
import {
  CountColumn,
  MillisecondColumn,
  Narrow16Column,
  Narrow32Column,
  OctetColumn,
  PortColumn,
} from "./numbers.ts";
import { BlockPieces } from "./pieces.ts";

/** A finished block. */
export type EncodedBlock = {
  /** Its octets, which begin on a page of their memory and have room behind them up to the next. */
  readonly bytes: Uint8Array;
  readonly rows: number;
  /** As the spool names it. */
  readonly checksum: number;
};

/**
 * Makes blocks of the table `flows` out of batches, in ClickHouse's Native
 * format.
 *
 * A block has few octets a row, because writing them is most of what keeping a
 * record costs: numbers take the width that the block's largest needs, addresses
 * four octets while all are IPv4, values that many rows share a code. The engine
 * turns each column into the table's type.
 *
 * Shape: `begin` with memory, `append` batches, `finish`. The block lies in that
 * memory: it is valid until it is begun again, by whichever writer.
 */
export class FlowBlockWriter {
  readonly #columns: readonly BlockColumn[];
  readonly #dictionaries: readonly DictionaryColumn[];
  readonly #lines: LineFacts;
  readonly #own: KernelMemory;
  readonly #kernels = new WeakMap<FlowBlockMemory, BlockKernel>();
  #memory: FlowBlockMemory | undefined;
  #regions: Regions | undefined;
  #capacity = 0;
  #rowCount = 0;

  /**
   * Access and class of the lines at both ends come from `lines`, not from the rows. `domains`: the names of the
   * routing domains by their index; with '' alone the columns of domains are left to their default. Columns of rows that
   * lie in `own` are read in place.
   */
  constructor(lines: LineFacts, domains: readonly string[] = [""], own = new KernelMemory()) {
    this.#own = own;
    this.#lines = lines;
    this.#columns = columnsOf(lines, domains);
    this.#dictionaries = this.#columns.filter((column): column is DictionaryColumn => "size" in column);
  }

  /** Rows in the block so far. */
  get rowCount(): number {
    return this.#rowCount;
  }

  /** Begins an empty block in `memory`; what lay in it before is gone. */
  begin(memory: FlowBlockMemory): void {
    const regions = new Regions(memory);
    const kernel = this.#kernelOf(memory);
    for (const column of this.#columns) column.begin(regions, kernel);
    this.#memory = memory;
    this.#regions = regions;
    this.#capacity = memory.capacity;
    this.#rowCount = 0;
  }

  /**
   * Appends rows of a batch from `from` on; returns how many were taken: fewer
   * than there are where the block is full, which `finish` and `begin` mend.
   */
  append(rows: FlowRows, from = 0): number {
    let taken = Math.min(rows.rowCount - from, this.#capacity - this.#rowCount);
    for (const { size } of this.#dictionaries) {
      if (size + taken > maxCodes) taken = Math.max(0, maxCodes - size);
    }
    if (taken === 0) return 0;
    for (const column of this.#columns) column.append(rows, this.#rowCount, from, from + taken);
    this.#rowCount += taken;
    return taken;
  }

  /** The block. Throws when none was begun. */
  finish(): EncodedBlock {
    if (this.#memory === undefined || this.#regions === undefined) throw new Error("no block was begun");
    const rows = this.#rowCount;
    const columns = this.#columns.reduce((sum, column) => sum + column.columns, 0);
    const head = new Uint8Array(varintLength(columns) + varintLength(rows));
    writeVarint(head, writeVarint(head, 0, columns), rows);
    const pieces = new BlockPieces(this.#memory, this.#kernelOf(this.#memory));
    pieces.add(head);
    for (const column of this.#columns) column.finish(rows, pieces);
    return { ...pieces.pack(this.#regions), rows };
  }

  /** The kernel for a block's memory and the lines as they lie now. */
  #kernelOf(memory: FlowBlockMemory): BlockKernel {
    const { memories } = this.#lines;
    const made = this.#kernels.get(memory);
    if (made !== undefined && made.lines === memories) return made;
    const kernel = new BlockKernel(this.#own, memory, memories);
    this.#kernels.set(memory, kernel);
    return kernel;
  }
}

function columnsOf(lines: LineFacts, domains: readonly string[]): BlockColumn[] {
  const type = flowsTable.types;
  const octet = (name: string, from: ConstructorParameters<typeof OctetColumn>[2]) =>
    new OctetColumn(name, type[name], from);
  return [
    new ReceivedDictionary(),
    new MillisecondColumn("flow_start", type.flow_start, "flowStart"),
    new MillisecondColumn("flow_end", type.flow_end, "flowEnd"),
    new ExporterDictionary(),
    new Narrow32Column("observation_domain", "observationDomain"),
    octet("role", "role"),
    octet("counted", "counted"),
    new Narrow32Column("sampling_interval", "samplingInterval"),
    octet("sampling_origin", "samplingOrigin"),
    octet("time_origin", "timeOrigin"),
    new AddressColumn("src_address", "srcAddress"),
    new AddressColumn("dst_address", "dstAddress"),
    new PortColumn("src_port", "srcPort"),
    new PortColumn("dst_port", "dstPort"),
    octet("protocol", "protocol"),
    new Narrow16Column("tcp_flags", "tcpFlags"),
    octet("tos", "tos"),
    new CountColumn("octets", "octets"),
    new CountColumn("packets", "packets"),
    new Narrow32Column("ingress_interface", "ingressInterface"),
    new Narrow32Column("egress_interface", "egressInterface"),
    new Narrow32Column("src_as", "srcAs"),
    new Narrow32Column("dst_as", "dstAs"),
    new AddressColumn("next_hop", "nextHop"),
    octet("src_prefix_length", "srcPrefixLength"),
    octet("dst_prefix_length", "dstPrefixLength"),
    octet("direction", "direction"),
    new Narrow16Column("vlan", "vlan"),
    new LineColumns("in", lines),
    new LineColumns("out", lines),
    octet("attribution", "attribution"),
    ...(domains.length < 2
      ? []
      : [new DomainDictionary("src", domains), new DomainDictionary("dst", domains)]),
  ];
}
