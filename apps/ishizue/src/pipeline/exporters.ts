import { Exporter, parseAddress, formatAddress } from "@ishizue/wire";
import { ExporterSession, type Source } from "@ishizue/receive";
import type { Config, Role } from "../config/schema.ts";
import { CommandFault } from "../fault/fault.ts";
import { QualityBins } from "./quality.ts";
import { type ExporterDomains, RoutingDomains } from "./routing-domain.ts";

/** An exporter as the pipeline knows it: what wire learned, what the operator said, what was counted. */
export interface KnownExporter {
  readonly wire: Exporter;
  /** Four words in network order. */
  readonly words: Uint32Array;
  /** By the configuration. */
  readonly name: string | null;
  readonly role: Role;
  readonly listed: boolean;
  /** null: every interface counts. */
  readonly interfaces: ReadonlySet<number> | null;
  /** By `FlowRows.direction` code: ingress 0, egress 1, unknown 2. null: every direction counts. */
  readonly directions: ReadonlySet<number> | null;
  /** null: the configuration says nothing of its routing domains. */
  readonly domains: ExporterDomains | null;
  /** Its sequences, clock, pace and faults. */
  readonly session: ExporterSession;
  readonly quality: QualityBins;
  messages: number;
  records: number;
  lastMessageMs: number;
  /** Templates it had after its last message. */
  templateCount: number;
  /** true: another thread has it now. */
  gone: boolean;
}

/** How many exporters that are not listed every thread has, for the limit of all together; `mine`: this thread's place. */
export interface Places {
  readonly places: Int32Array;
  readonly mine: number;
}

/** The exporters that the configuration lists, by address. Errors: CommandFault BAD_CONFIG where an address is none. */
export function listedExporters(config: Config): Map<string, Config["exporters"][number]> {
  const listed = new Map<string, Config["exporters"][number]>();
  const words = new Uint32Array(4);
  for (const exporter of config.exporters) {
    if (!parseAddress(exporter.address, words, 0)) {
      throw new CommandFault(
        "BAD_CONFIG",
        `exporters: "${exporter.address}" is not an address`,
        "write the source address of its datagrams, without a prefix length",
      );
    }
    listed.set(formatAddress(words, 0), exporter);
  }
  return listed;
}

/**
 * Exporters by source address, in order of appearance. The index of one does
 * not change while the table has it; that of one that was taken out is used
 * again. Bounded: `resolve` gives null for a new one past the limit.
 */
export class ExporterTable {
  /** By `Exporter.index`; null where one was taken out. */
  readonly list: (KnownExporter | null)[] = [];
  private readonly free: number[] = [];
  private readonly places: Int32Array;
  private readonly mine: number;
  private readonly byAddress = new Map<string, KnownExporter>();
  private readonly ofSessions = new Set<KnownExporter>();
  private readonly configured: ReadonlyMap<string, Config["exporters"][number]>;
  private readonly config: Config;
  readonly routingDomains: RoutingDomains;

  /** Called with an exporter that is new to the table, before its first message is read. */
  onNew: (exporter: KnownExporter) => void = () => {};

  /** Errors: CommandFault BAD_CONFIG where an exporter's address is none. */
  constructor(config: Config, { places, mine }: Places = { places: new Int32Array(1), mine: 0 }) {
    this.config = config;
    this.places = places;
    this.mine = mine;
    this.configured = listedExporters(config);
    this.routingDomains = new RoutingDomains(config.routingDomains);
  }

  /** Exporters in the table. */
  get count(): number {
    return this.byAddress.size + this.ofSessions.size;
  }

  /** Every exporter in the table. */
  owned(): KnownExporter[] {
    return [...this.byAddress.values(), ...this.ofSessions];
  }

  /** The exporter of a source that `resolve` was asked for before, or null. */
  known(source: Source): KnownExporter | null {
    const state = source.state as KnownExporter | undefined;
    return state === undefined || state.gone ? null : state;
  }

  /** The exporter of a source, made when it is new. */
  resolve(source: Source): KnownExporter | null {
    const exporter = this.byAddress.get(source.address) ?? this.add(source.address, source.words);
    if (exporter !== null) source.state = exporter;
    return exporter;
  }

  /** The exporter of an address as `formatAddress` writes it, or null. */
  ofAddress(address: string): KnownExporter | null {
    const known = this.byAddress.get(address);
    if (known !== undefined) return known;
    for (const exporter of this.ofSessions) if (exporter.wire.address === address) return exporter;
    return null;
  }

  /** The exporter of an address as `formatAddress` writes it, made when it is new; null past the limit. */
  resolveAddress(address: string): KnownExporter | null {
    const words = new Uint32Array(4);
    if (!parseAddress(address, words, 0)) return null;
    return this.byAddress.get(address) ?? this.add(address, words);
  }

  /**
   * An exporter for one transport session over TCP alone, of which `source` is: what it teaches lives as long
   * (RFC 7011, 8). It is not found by its address; null past the limit.
   */
  resolveSession(source: Source): KnownExporter | null {
    const exporter = this.make(source.address, source.words);
    if (exporter === null) return null;
    exporter.wire.overStream = true;
    this.ofSessions.add(exporter);
    source.state = exporter;
    return exporter;
  }

  /** Takes an exporter out: no row of it may wait in a batch. */
  remove(exporter: KnownExporter): void {
    exporter.gone = true;
    if (!this.ofSessions.delete(exporter)) this.byAddress.delete(exporter.wire.address);
    this.list[exporter.wire.index] = null;
    this.free.push(exporter.wire.index);
    if (!exporter.listed) this.places[this.mine]--;
  }

  /** Counts the data sets that still wait for their template as not decoded: their exporters go, or all ends. Returns how many. */
  giveUpHeldSets(exporters: readonly KnownExporter[]): number {
    let sum = 0;
    for (const { wire, quality, lastMessageMs } of exporters) {
      const sets = wire.held?.sets ?? 0;
      if (sets > 0) quality.at(lastMessageMs).unknown_template_sets += sets;
      sum += sets;
    }
    return sum;
  }

  private add(address: string, words: Uint32Array): KnownExporter | null {
    const exporter = this.make(address, words);
    if (exporter === null) return null;
    this.byAddress.set(address, exporter);
    this.onNew(exporter);
    return exporter;
  }

  private make(address: string, words: Uint32Array): KnownExporter | null {
    const options = this.configured.get(address);
    // Listed exporters have a place whatever others send.
    if (options === undefined && !this.takePlace()) return null;
    const index = this.free.pop() ?? this.list.length;
    const wire = new Exporter(address, index);
    wire.samplingOverride = options?.samplingInterval ?? 0;
    wire.samplingDefault =
      options?.defaultSamplingInterval ?? this.config.unlistedExporters.defaultSamplingInterval ?? 0;
    wire.innerPackets = options?.innerPackets ?? this.config.unlistedExporters.innerPackets;
    const exporter: KnownExporter = {
      wire,
      words: words.slice(0, 4),
      name: options?.name ?? null,
      role: options?.role ?? this.config.unlistedExporters.role,
      listed: options !== undefined,
      interfaces: options?.interfaces === undefined ? null : new Set(options.interfaces),
      directions:
        options?.directions === undefined
          ? null
          : new Set(options.directions.map((name) => ({ ingress: 0, egress: 1, unknown: 2 })[name])),
      domains: this.routingDomains.of(address),
      session: new ExporterSession(),
      quality: new QualityBins(words.slice(0, 4)),
      messages: 0,
      records: 0,
      lastMessageMs: 0,
      templateCount: 0,
      gone: false,
    };
    this.list[index] = exporter;
    return exporter;
  }

  private takePlace(): boolean {
    let taken = 0;
    for (const count of this.places) taken += count;
    if (taken >= this.config.limits.exporters) return false;
    this.places[this.mine]++;
    return true;
  }
}
