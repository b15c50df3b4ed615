import { Exporter, parseAddress, formatAddress } from "@ishizue/wire";
import { ExporterSession } from "@ishizue/receive";
import type { Config, Role } from "../config/schema.ts";
import { CommandFault } from "../fault/fault.ts";
import { QualityBins } from "./quality.ts";

/** An exporter as the pipeline knows it: what wire learned, what the operator said, what was counted. */
export interface KnownExporter {
  readonly wire: Exporter;
  /** Four words in network order. */
  readonly words: Uint32Array;
  readonly role: Role;
  readonly listed: boolean;
  /** null: every interface counts. */
  readonly interfaces: ReadonlySet<number> | null;
  /** By `FlowBatch.flowDirection` code: ingress 0, egress 1, unknown 255. null: every direction counts. */
  readonly directions: ReadonlySet<number> | null;
  /** Its sequences, clock, pace and faults. */
  readonly session: ExporterSession;
  readonly quality: QualityBins;
  messages: number;
  records: number;
  lastMessageMs: number;
}

/**
 * Exporters by source address, in order of appearance; the index of one never
 * changes. Bounded: `resolve` gives null for a new one past the limit, and
 * counts it in `refused`.
 */
export class ExporterTable {
  readonly list: KnownExporter[] = [];
  /** Datagrams of exporters past the limit. */
  refused = 0;
  private unlisted = 0;
  private readonly byAddress = new Map<string, KnownExporter>();
  private readonly configured = new Map<string, Config["exporters"][number]>();
  private readonly config: Config;

  /** Errors: CommandFault BAD_CONFIG where an exporter's address is none. */
  constructor(config: Config) {
    this.config = config;
    const words = new Uint32Array(4);
    for (const exporter of config.exporters) {
      if (!parseAddress(exporter.address, words, 0)) {
        throw new CommandFault(
          "BAD_CONFIG",
          `exporters: "${exporter.address}" is not an address`,
          "write the source address of its datagrams, without a prefix length",
        );
      }
      this.configured.set(formatAddress(words, 0), exporter);
    }
  }

  /** The exporter of an address that has been seen. */
  known(address: string): KnownExporter | undefined {
    return this.byAddress.get(address);
  }

  /** The exporter of an address, made when it is new. */
  resolve(address: string): KnownExporter | null {
    const known = this.byAddress.get(address);
    if (known !== undefined) return known;
    const words = new Uint32Array(4);
    parseAddress(address, words, 0);
    const canonical = formatAddress(words, 0);
    const same = this.byAddress.get(canonical);
    if (same !== undefined) {
      this.byAddress.set(address, same);
      return same;
    }
    const options = this.configured.get(canonical);
    // Listed exporters have a place whatever others send.
    if (options === undefined && this.unlisted >= this.config.limits.exporters) {
      this.refused++;
      return null;
    }
    if (options === undefined) this.unlisted++;
    const wire = new Exporter(canonical, this.list.length);
    wire.samplingOverride = options?.samplingInterval ?? 0;
    wire.samplingDefault =
      options?.defaultSamplingInterval ?? this.config.unlistedExporters.defaultSamplingInterval ?? 0;
    const exporter: KnownExporter = {
      wire,
      words,
      role: options?.role ?? this.config.unlistedExporters.role,
      listed: options !== undefined,
      interfaces: options?.interfaces === undefined ? null : new Set(options.interfaces),
      directions:
        options?.directions === undefined
          ? null
          : new Set(options.directions.map((name) => ({ ingress: 0, egress: 1, unknown: 255 })[name])),
      session: new ExporterSession(),
      quality: new QualityBins(words),
      messages: 0,
      records: 0,
      lastMessageMs: 0,
    };
    this.list.push(exporter);
    this.byAddress.set(canonical, exporter);
    if (address !== canonical) this.byAddress.set(address, exporter);
    return exporter;
  }
}
